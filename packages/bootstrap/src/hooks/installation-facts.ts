import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hasHookedFiles } from './hooked-files.ts';
import type { InstallationFacts } from './installation.ts';
import { loadedPackages } from './loaded-modules.ts';
import { type PackageDetails, packageOf, readPackage } from './package-details.ts';

const API = '@opentelemetry/api';

/** Looks at the process as it is now: call it before anything is registered. Reads a few package.json, and no more. */
export function gatherInstallation(
  argv: readonly string[] = process.argv,
  execArgv: readonly string[] = process.execArgv,
  nodeOptions = process.env['NODE_OPTIONS'] ?? '',
): InstallationFacts {
  const loaded = loadedPackages();
  const copies = (name: string): PackageDetails[] => {
    const roots = [
      ...(loaded.get(name) ?? []),
      ...folders(argv).flatMap((from) => installed(name, from) ?? []),
    ];
    return [...new Set(roots.map(realPath))].flatMap((root) => readPackage(root) ?? []);
  };
  return {
    ownApi: ownApi(),
    apis: copies(API),
    registered: registered(),
    loaded: new Set(loaded.keys()),
    listening: !hasHookedFiles() && process.getActiveResourcesInfo().includes('TCPServerWrap'),
    preloads: [...execArgv, ...nodeOptions.split(/\s+/)].filter((each) =>
      /\bbootstrap\b.*\bregister\b/.test(each),
    ).length,
  };
}

/** Where the service is looked for: its program, and the folder that it runs in. */
function folders([, program]: readonly string[]): string[] {
  const found = [process.cwd()];
  if (program !== undefined) found.push(dirname(realPath(program)));
  return found;
}

/** As Node.js finds a package from a folder: in the nearest `node_modules` above. */
function installed(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const root = join(folder, 'node_modules', name);
    if (readPackage(root) !== undefined) return root;
    if (folder === dirname(folder)) return undefined;
  }
}

function ownApi(): PackageDetails {
  const found = packageOf(realPath(createRequire(import.meta.url).resolve(API)));
  return found ?? { name: API, version: undefined, root: '' };
}

function registered(): InstallationFacts['registered'] {
  const api: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  if (typeof api !== 'object' || api === null) return undefined;
  const { version, ...rest } = api as Readonly<Record<string, unknown>>;
  const kinds = Object.keys(rest).filter((kind) => rest[kind] !== undefined);
  return { version: typeof version === 'string' ? version : 'of an unknown version', kinds };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
