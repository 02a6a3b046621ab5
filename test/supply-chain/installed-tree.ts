import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX, as its manifest says it; '' without. */
  readonly licence: string;
  /** What its manifest runs when it is installed: `postinstall: node build.js`. */
  readonly installScripts: readonly string[];
  /** Of its files, without its dependencies [bytes]. */
  readonly bytes: number;
  /** Keys of what it asks for itself, as far as that is installed. */
  readonly dependencies: readonly string[];
}

/** What tells one package from all others: `@scope/name@1.0.0`. */
export function packageKey({ name, version }: Pick<InstalledPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/**
 * Everything that comes with a package: what it depends on, and what that depends on, found as Node.js finds it.
 *
 * Optional ones that are not for this platform are not there, and left out. Peers are the user's own.
 *
 * @param folder of the package itself, which is the first of the list
 * @param inside names of what a package brings without asking for it, by its folder: that which its built files hold
 */
export function installedTree(
  folder: string,
  inside: (folder: string) => readonly string[] = () => [],
): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const visit = (at: string): string => {
    const real = realpathSync(at);
    const manifest = readManifest(real);
    if (found.has(real)) return packageKey(manifest);
    const dependencies: string[] = [];
    found.set(real, {
      name: manifest.name,
      version: manifest.version,
      licence: typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? ''),
      installScripts: installScripts(real, manifest),
      bytes: bytesOf(real),
      dependencies,
    });
    for (const name of [...Object.keys(manifest.dependencies ?? {}), ...inside(real)]) {
      dependencies.push(visit(locate(name, real)));
    }
    for (const name of Object.keys(manifest.optionalDependencies ?? {})) {
      const place = tryLocate(name, real);
      if (place !== undefined) dependencies.push(visit(place));
    }
    return packageKey(manifest);
  };
  visit(folder);
  return [...found.values()];
}

/** A `binding.gyp` without a script of its own is built by npm all the same. */
function installScripts(folder: string, { scripts = {} }: Manifest): readonly string[] {
  const named = INSTALL_SCRIPTS.flatMap((name) =>
    scripts[name] === undefined ? [] : [`${name}: ${scripts[name]}`],
  );
  const isBuilt =
    scripts['install'] === undefined &&
    scripts['preinstall'] === undefined &&
    existsSync(join(folder, 'binding.gyp'));
  return isBuilt ? [...named, 'install: node-gyp rebuild'] : named;
}

function readManifest(folder: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  // As the registry has it, which leaves out the `v` of some manifests.
  return { ...manifest, version: manifest.version.replace(/^v/, '') };
}

function locate(name: string, from: string): string {
  const place = tryLocate(name, from);
  if (place === undefined) throw new Error(`${name} is not installed where ${from} looks for it`);
  return place;
}

function tryLocate(name: string, from: string): string | undefined {
  for (let at = from; at !== dirname(at); at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return place;
  }
  return undefined;
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return sum;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesOf(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}
