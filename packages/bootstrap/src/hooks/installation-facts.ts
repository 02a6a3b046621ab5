import { createRequire } from 'node:module';
import { hasHookedFiles } from './hooked-files.ts';
import type { InstallationFacts } from './installation.ts';
import { loadedPackages } from './loaded-modules.ts';
import {
  type PackageDetails,
  installedFrom,
  packageOf,
  readPackage,
  realPath,
  serviceFolders,
} from './package-details.ts';

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
      ...serviceFolders(argv).flatMap((from) => installedFrom(from, name) ?? []),
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
