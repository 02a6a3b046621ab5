import { register as registerLoader } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addHook, removeHook } from 'import-in-the-middle';
import {
  type RegisterHooksOptions,
  register,
  supportsSyncHooks,
} from 'import-in-the-middle/register-hooks.mjs';

/** Who wants to know of what is imported. */
export interface ImportListener {
  /** Called before the module runs. Not called where the loader is a thread of its own. */
  before(specifier: string): void;
  /** Called once the module has run, with its namespace, whose parts can be replaced. */
  after(specifier: string, exports: unknown, path: string): void;
}

/** What all copies of this package share: a process has one loader. Versioned by its shape. */
interface ImportState {
  /** What is wrapped as it is imported, by the name that it is imported with. */
  readonly names: Set<string>;
  /** What only `before` is called for. */
  readonly seenOnly: Set<string>;
  readonly listeners: Set<ImportListener>;
}

const STATE = Symbol.for('sightline.bootstrap.imports.1');

/**
 * Listens to `import`, of ES modules and of CommonJS modules.
 *
 * Where Node.js can call a loader in the thread of the program it does (from 22.22.3, 24.11.1 and 26 on), and only modules
 * that are named are touched. Before that the loader is a thread; then the names of the first call are all there are.
 *
 * @param names of modules, as they are imported
 * @param seenOnly names of modules that are not wrapped: `before` is called, unless the loader is a thread, and no `after`
 * @param inThread false: uses the thread also where it need not
 * @returns lets go; the loader stays, and wraps nothing new
 */
export function onImport(
  names: Iterable<string>,
  seenOnly: Iterable<string>,
  listener: ImportListener,
  inThread = supportsSyncHooks(),
): () => void {
  const state = sharedState(names, inThread);
  for (const name of names) state.names.add(name);
  for (const name of seenOnly) state.seenOnly.add(name);
  state.listeners.add(listener);
  const hook = (url: string, exports: unknown, specifier?: string): void => {
    if (specifier !== undefined && url.startsWith('file:'))
      listener.after(specifier, exports, fileURLToPath(url));
  };
  addHook(hook);
  return () => {
    state.listeners.delete(listener);
    removeHook(hook);
  };
}

function sharedState(names: Iterable<string>, inThread: boolean): ImportState {
  const found = Reflect.get(globalThis, STATE) as ImportState | undefined;
  if (found) return found;
  const state: ImportState = { names: new Set(), seenOnly: new Set(), listeners: new Set() };
  Reflect.set(globalThis, STATE, state);
  if (inThread) {
    const options: RegisterHooksOptions & { shouldInclude(url: string, specifier: string): boolean } = {
      shouldInclude(_url, specifier) {
        const wrapped = state.names.has(specifier);
        if (!wrapped && !state.seenOnly.has(specifier)) return false;
        for (const each of state.listeners) each.before(specifier);
        return wrapped;
      },
    };
    register(options);
  } else {
    registerLoader('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: [...names] } });
  }
  return state;
}
