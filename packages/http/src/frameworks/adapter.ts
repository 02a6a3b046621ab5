/** Teaches the recorder the route templates of one framework. */
export interface FrameworkAdapter {
  /** The framework, as it is spelled in reports: `express`. */
  readonly name: string;
  /** The modules to hand to `patch` as they are loaded; empty when channels do. */
  readonly modules: readonly FrameworkModule[];
  /**
   * Patches one copy of a module in place, so that whoever imports it, and however, gets the patched one.
   * A copy that is patched already is left as it is.
   *
   * @param moduleExports what `require` or `import *` gives
   * @param moduleName the name of the module, one of `modules`
   * @returns false when the module does not have the shape that is known; then nothing was changed
   */
  patch(moduleExports: unknown, moduleName: string): boolean;
  /** Channels of `node:diagnostics_channel` to subscribe to, for what needs no patch. */
  readonly channels?: readonly ChannelSubscription[];
}

/** A module that is patched when it is loaded. */
export interface FrameworkModule {
  /** As it is imported: `express`, `hono/tiny`. */
  readonly name: string;
  /** A semver range: what was tried. */
  readonly versions: string;
}

/** What to do with the messages of one channel. */
export interface ChannelSubscription {
  readonly name: string;
  /** Never throws. @returns whether what it tells of is of a version that is known, and is observed from now on */
  onMessage(this: void, message: unknown): boolean;
}

/** On what is patched already. Registered, so that two copies of this package patch once. */
const PATCHED = Symbol.for('sightline.patched');

/**
 * Patches an object once.
 *
 * @param target what the mark is put on: the prototype that is changed
 * @param patch changes it; what it throws counts as a shape that is not known
 * @returns false when `patch` failed
 */
export function patchOnce(target: object, patch: () => void): boolean {
  if (Object.hasOwn(target, PATCHED)) return true;
  try {
    patch();
    Object.defineProperty(target, PATCHED, { value: true });
    return true;
  } catch {
    return false;
  }
}

/** What a patch has come to: false also when the module threw at a look at it. */
export function patched(patch: () => boolean): boolean {
  try {
    return patch();
  } catch {
    return false;
  }
}

/** A value whose properties may be read, whatever they are: modules come untyped. */
export type Loose = Record<PropertyKey, unknown>;

/** True for what may have properties. */
export function isLoose(value: unknown): value is Loose {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Any method of a framework. */
export type AnyFunction = (this: unknown, ...values: never[]) => unknown;

/** True for a function. */
export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}
