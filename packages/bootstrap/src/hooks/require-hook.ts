import { Module } from 'node:module';
import { isLoaded } from './loaded-modules.ts';

/** Who wants to know of what is required. */
export interface RequireListener {
  /** Called for each `require`: quick, and false for nearly all. */
  wants(specifier: string): boolean;
  /** Called before the module runs; called again for each `require` of it. */
  before(specifier: string): void;
  /** Called once the module has run; called again for each `require` of it. */
  after(specifier: string, exports: unknown, path: () => string | undefined): void;
}

type Require = (this: Module, ...values: unknown[]) => unknown;

/**
 * Listens to `require`, of files that `import` has loaded too.
 *
 * What is not wanted costs one look-up of its name: nothing is resolved a second time, which packages for this purpose
 * do for each `require` of a program.
 *
 * @returns lets go; whoever has wrapped `require` since still calls through
 */
export function onRequire(listener: RequireListener): () => void {
  const prototype = Module.prototype as unknown as { require: Require };
  const original = prototype.require;
  let active = true;
  function patchedRequire(this: Module, ...values: unknown[]): unknown {
    const [specifier] = values;
    if (!active || typeof specifier !== 'string' || !listener.wants(specifier)) {
      return Reflect.apply(original, this, values);
    }
    const standing = prototype.require;
    listener.before(specifier);
    // What `before` has put in front must see this very call.
    const next = prototype.require === standing ? original : prototype.require;
    const exports: unknown = Reflect.apply(next, this, values);
    const path = (): string | undefined => resolved(specifier, this);
    listener.after(specifier, exports, path);
    return exports;
  }
  prototype.require = patchedRequire;
  return () => {
    active = false;
    if (prototype.require === patchedRequire) prototype.require = original;
  };
}

/** The file, once it has run to its end: one that requires itself in a circle is half there. */
function resolved(specifier: string, parent: Module): string | undefined {
  const resolve: unknown = Reflect.get(Module, '_resolveFilename');
  if (typeof resolve !== 'function') return undefined;
  try {
    const path: unknown = Reflect.apply(resolve, Module, [specifier, parent]);
    return typeof path === 'string' && isLoaded(path) !== false ? path : undefined;
  } catch {
    return undefined;
  }
}
