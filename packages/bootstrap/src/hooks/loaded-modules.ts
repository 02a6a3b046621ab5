import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { installedPackageOf } from './package-details.ts';

const ownRequire = createRequire(import.meta.url);

/** A CommonJS module that is in the cache, however it got there: `import` of one leaves it there too. */
export interface CachedModule {
  readonly path: string;
  readonly exports: unknown;
}

/** Folders of the packages of which something is loaded, by the name of the package. */
export function loadedPackages(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of Object.keys(ownRequire.cache)) {
    const each = installedPackageOf(path);
    if (each === undefined) continue;
    const roots = found.get(each.name);
    if (roots) roots.add(each.root);
    else found.set(each.name, new Set([each.root]));
  }
  return found;
}

/**
 * What `require(specifier)` would give from where a package is, when it is loaded already.
 *
 * @param root folder of the package
 */
export function cachedModule(specifier: string, root: string): CachedModule | undefined {
  try {
    const path = createRequire(join(root, 'package.json')).resolve(specifier);
    return fromCache(path);
  } catch {
    return outside(specifier, root);
  }
}

/** A package without `exports` does not find itself: it is looked for from beside the folder that it is in. */
function outside(specifier: string, root: string): CachedModule | undefined {
  try {
    const end = root.lastIndexOf('node_modules');
    return fromCache(createRequire(join(root.slice(0, end), 'package.json')).resolve(specifier));
  } catch {
    return undefined;
  }
}

function fromCache(path: string): CachedModule | undefined {
  const cached = ownRequire.cache[path];
  return cached?.loaded === true ? { path, exports: cached.exports as unknown } : undefined;
}

/** Requires again what is loaded of a package, so that hooks on `require` see it; the modules are not run again. */
export function requireAgain(root: string): void {
  for (const [path, cached] of Object.entries(ownRequire.cache)) {
    if (cached?.loaded !== true || !path.startsWith(root + sep) || !/\.c?js$/.test(path)) continue;
    try {
      ownRequire(path);
    } catch {
      // A hook of somebody else's that throws: the module stays as it is.
    }
  }
}

/** Whether a CommonJS module has run to its end; undefined for one that is not in the cache. */
export function isLoaded(path: string): boolean | undefined {
  return ownRequire.cache[path]?.loaded;
}
