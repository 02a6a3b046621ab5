/** Shared by all copies of this package in a process. Versioned by its shape. */
const HOOKED = Symbol.for('sightline.bootstrap.hooked-files.1');

/**
 * Files of modules that an instance of this process has had as they were loaded. They are not late for the one that is started after
 * its shutdown: what the service has made with them is seen again.
 */
export function hookedFiles(): Set<string> {
  const found = Reflect.get(globalThis, HOOKED) as Set<string> | undefined;
  if (found !== undefined) return found;
  const files = new Set<string>();
  Reflect.set(globalThis, HOOKED, files);
  return files;
}

/** Whether there was an instance in this process that hooked modules. */
export function hasHookedFiles(): boolean {
  return Reflect.get(globalThis, HOOKED) !== undefined;
}
