/** Puts a method on an object in place of the one that it has or inherits. */
export interface Patch {
  /** Takes it away again, unless somebody has wrapped it since. */
  undo(): void;
}

/**
 * Replaces a method.
 *
 * @param replace gets the method that has stood there; what it returns must go on working as that one does after
 *   `undo`, for somebody may have wrapped it and still call it
 */
export function patchMethod<Method extends (...args: never[]) => unknown>(
  target: object,
  name: string,
  replace: (original: Method) => Method,
): Patch {
  const holder = target as Record<string, unknown>;
  const own = Object.getOwnPropertyDescriptor(target, name);
  const replacement = replace(holder[name] as Method);
  Object.defineProperty(target, name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return {
    undo() {
      if (holder[name] !== replacement) return;
      if (own === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, own);
    },
  };
}
