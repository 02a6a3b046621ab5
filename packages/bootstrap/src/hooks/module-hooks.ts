import { thrownText } from '@sightline/errors';
import { onImport } from './import-hook.ts';
import { cachedModule, loadedPackages, requireAgain } from './loaded-modules.ts';
import { isOfPackage, packageNameOf, packageOf } from './package-details.ts';
import type { PackageAliases } from './package-aliases.ts';
import { onRequire } from './require-hook.ts';
import { inRange } from './version-range.ts';

/** A module of the service that something is to be done with as it is loaded. */
export interface ModuleTarget {
  /** As it is imported: `express`, `hono/tiny`. */
  readonly name: string;
  /** A semver range of `>=`, `<`, `||` and `*`. Default: all. */
  readonly versions?: string;
  /**
   * True: it is looked at and not changed, so nothing is told of it, and what has no `onLoad` does not even go through the
   * loader.
   */
  readonly notice?: boolean;
  /** Called once, before the first copy is loaded: loads what patches it. */
  beforeLoad?(): void;
  /**
   * Called with each copy: once for each file.
   *
   * @param exports what `require` or `import *` gives; change it in place
   * @returns false when it could not be done
   */
  onLoad?(exports: unknown, module: LoadedModule): boolean | void;
}

interface LoadedModule {
  readonly name: string;
  readonly version: string | undefined;
  readonly path: string;
}

/** What became of one copy of a module. */
export interface ModuleOutcome extends LoadedModule {
  /**
   * `late`: it was loaded before there was a hook; what could be done was done, and what the service has made with it before
   * is not seen. `unsupported`: its version is out of range. `failed`: `onLoad` or `beforeLoad` threw, or said so.
   */
  readonly outcome: 'instrumented' | 'late' | 'unsupported' | 'failed';
  /** The message of what was thrown. */
  readonly reason?: string;
}

export interface ModuleHooks {
  /** Every copy that was seen so far. */
  readonly outcomes: readonly ModuleOutcome[];
  /** More targets; where the loader is a thread they are seen by `require` alone, unless the first ones had their names. */
  add(targets: readonly ModuleTarget[]): void;
  /** Lets go of `require` and `import`; what was done to modules stays. */
  stop(): void;
}

export interface ModuleHooksOptions {
  /** Told of each copy. */
  readonly onOutcome?: (outcome: ModuleOutcome) => void;
  /** Modules that others hook themselves, with `import-in-the-middle`: they get through the loader as well. */
  readonly alsoImported?: readonly string[];
  /** Other names of packages: modules with `onLoad`, and those that are only noticed, are found under them as well. */
  readonly aliases?: PackageAliases;
  /** Files that were had as they were loaded, by this or an earlier call: they are not late. Default: those of this call. */
  readonly hookedFiles?: Set<string>;
  /** False: the loader is a thread, as in earlier versions of Node.js. Default: what the running one can do. */
  readonly loaderInThread?: boolean;
}

interface Entry {
  readonly target: ModuleTarget;
  /** Files that were seen. */
  readonly paths: Set<string>;
  prepared: boolean;
  /** What `beforeLoad` threw. */
  problem: string | undefined;
}

/**
 * Calls back for modules of the service as they are loaded, by `require`, `import` or `import()`, from ES modules and
 * CommonJS. What is in the cache already is handed over at once, and told to be late.
 *
 * Nothing here throws into a `require` or an `import` of the service.
 */
export function hookModules(targets: readonly ModuleTarget[], options: ModuleHooksOptions = {}): ModuleHooks {
  const { onOutcome, alsoImported = [], aliases = new Map(), loaderInThread } = options;
  const { hookedFiles = new Set() } = options;
  const entries = new Map<string, Entry[]>();
  const outcomes: ModuleOutcome[] = [];
  /** What was handed over; looked up for each later `require` of it. */
  const seen = new WeakSet<object>();

  function tell(outcome: ModuleOutcome): void {
    outcomes.push(outcome);
    try {
      onOutcome?.(outcome);
    } catch {
      // It is called from a `require` of the service, which must not fail by it.
    }
  }

  function before(specifier: string): void {
    for (const entry of entries.get(specifier) ?? []) prepare(entry);
  }

  function after(specifier: string, exports: unknown, path: string, late = false): void {
    for (const entry of entries.get(specifier) ?? []) {
      if (entry.paths.has(path)) continue;
      entry.paths.add(path);
      const details = packageOf(path);
      const [name, asked] = [packageNameOf(entry.target.name), packageNameOf(specifier)];
      if (!isOfPackage(path, details, name, asked)) continue;
      // A loader in a thread does not say what is coming, and what is there already has come.
      if (prepare(entry) && details !== undefined) requireAgain(details.root);
      const module = { name: entry.target.name, version: details?.version, path };
      const outcome = handOver(entry, exports, module, late && !hookedFiles.has(path));
      if (outcome.outcome === 'instrumented') hookedFiles.add(path);
      if (entry.target.notice !== true) tell(outcome);
    }
  }

  function takeLoaded(added: readonly Entry[]): void {
    const loaded = loadedPackages();
    for (const entry of added) {
      for (const specifier of specifiersOf(entry.target)) {
        for (const root of loaded.get(packageNameOf(specifier)) ?? []) {
          const cached = cachedModule(specifier, root);
          if (cached !== undefined) after(specifier, cached.exports, cached.path, true);
        }
      }
    }
  }

  /** What it may be called in a `require` or an `import`. */
  function specifiersOf({ name, notice, onLoad }: ModuleTarget): string[] {
    const ownName = packageNameOf(name);
    const others = notice === true || onLoad !== undefined ? (aliases.get(ownName) ?? []) : [];
    return [ownName, ...others].map((packageName) => packageName + name.slice(ownName.length));
  }

  function enter(added: readonly ModuleTarget[]): Entry[] {
    return added.map((target) => {
      const entry: Entry = { target, paths: new Set(), prepared: false, problem: undefined };
      for (const specifier of specifiersOf(target)) {
        const sameName = entries.get(specifier);
        if (sameName) sameName.push(entry);
        else entries.set(specifier, [entry]);
      }
      return entry;
    });
  }

  function importsOf(added: readonly ModuleTarget[]): () => void {
    const isSeen = ({ notice, onLoad }: ModuleTarget): boolean => notice === true && onLoad === undefined;
    const changed = added.filter((each) => !isSeen(each)).flatMap(specifiersOf);
    const seenOnly = added.filter(isSeen).flatMap(specifiersOf);
    return onImport([...changed, ...alsoImported], seenOnly, { before, after }, loaderInThread);
  }

  const first = enter(targets);
  const stopRequire = onRequire({
    wants: (specifier) => entries.has(specifier),
    before,
    after(specifier, exports, path) {
      if (!isObject(exports) || seen.has(exports)) return;
      const file = path();
      if (file === undefined) return;
      seen.add(exports);
      after(specifier, exports, file);
    },
  });
  const stops = [stopRequire, importsOf(targets)];
  takeLoaded(first);

  return {
    outcomes,
    add(added) {
      const more = enter(added);
      stops.push(importsOf(added));
      takeLoaded(more);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/**
 * Once for each target, and never again: what does not load now does not load later.
 *
 * @returns true when something was prepared by this call
 */
function prepare(entry: Entry): boolean {
  if (entry.prepared) return false;
  entry.prepared = true;
  try {
    entry.target.beforeLoad?.();
  } catch (error) {
    entry.problem = thrownText(error);
  }
  return entry.target.beforeLoad !== undefined && entry.problem === undefined;
}

function handOver(
  { target, problem }: Entry,
  exports: unknown,
  module: LoadedModule,
  late: boolean,
): ModuleOutcome {
  const { versions = '*' } = target;
  if (problem !== undefined) return { ...module, outcome: 'failed', reason: problem };
  if (versions !== '*' && !inRange(module.version ?? '', versions)) {
    return { ...module, outcome: 'unsupported', reason: `known are versions ${versions}` };
  }
  try {
    if (target.onLoad?.(exports, module) === false) {
      return { ...module, outcome: 'failed', reason: 'it does not look as expected' };
    }
  } catch (error) {
    return { ...module, outcome: 'failed', reason: thrownText(error) };
  }
  return { ...module, outcome: late ? 'late' : 'instrumented' };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
