import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package that a file belongs to. */
export interface PackageDetails {
  readonly name: string;
  /** Undefined when its package.json has none. */
  readonly version: string | undefined;
  /** Folder of its package.json. */
  readonly root: string;
}

/**
 * Looks for the package.json with a name above a file.
 *
 * @param path absolute path of a file
 * @returns undefined when there is none that can be read
 */
export function packageOf(path: string): PackageDetails | undefined {
  for (let root = dirname(path); ; root = dirname(root)) {
    const details = readPackage(root);
    if (details !== undefined) return details;
    if (root === dirname(root)) return undefined;
  }
}

/** The package in a folder; undefined when there is none, or one without a name. */
export function readPackage(root: string): PackageDetails | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof name !== 'string') return undefined;
    return { name, version: typeof version === 'string' ? version : undefined, root };
  } catch {
    return undefined;
  }
}

/** `@redis/client` of `@redis/client/dist/index.js`, `hono` of `hono/tiny`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Whether a file that was asked for by the name of a package is of that package, under whatever name it is installed. With
 * aliases of tsconfig.json or `module-alias`, `router` may be a file of the service.
 *
 * @param details what `packageOf` says of the file
 * @param asked the package as it was asked for
 */
export function isOfPackage(
  path: string,
  details: PackageDetails | undefined,
  name: string,
  asked: string,
): boolean {
  if (details?.name === name || installedPackageOf(path) !== undefined) return true;
  return details !== undefined && isLinked(asked, details.root);
}

/** A fork of the team's own, with a name of its own, is linked into `node_modules` from beside the service. */
function isLinked(name: string, root: string): boolean {
  return serviceFolders().some((from) => {
    const found = installedFrom(from, name);
    return found !== undefined && realPath(found) === root;
  });
}

/** Where the service is looked for: its program, and the folder that it runs in. */
export function serviceFolders([, program]: readonly string[] = process.argv): string[] {
  const found = [process.cwd()];
  if (program !== undefined) found.push(dirname(realPath(program)));
  return found;
}

/** As Node.js finds a package from a folder: in the nearest `node_modules` above. */
export function installedFrom(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const root = join(folder, 'node_modules', name);
    if (readPackage(root) !== undefined) return root;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The path without links; as it is where there is none. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The package in whose folder of `node_modules` a file is; undefined for a file that is in none. */
export function installedPackageOf(
  path: string,
): { readonly name: string; readonly root: string } | undefined {
  const parts = path.split(/[/\\]/);
  const index = parts.lastIndexOf('node_modules');
  const first = parts[index + 1];
  if (index < 0 || first === undefined) return undefined;
  const length = first.startsWith('@') ? 2 : 1;
  const name = parts.slice(index + 1, index + 1 + length).join('/');
  return { name, root: path.slice(0, parts.slice(0, index + 1 + length).join('/').length) };
}
