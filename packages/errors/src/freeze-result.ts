/**
 * Freezes what parsing made new, as deep as it goes, and leaves alone what it handed through from the input: that
 * belongs to the caller, who may go on changing it. Only plain objects and arrays are frozen; a Map or a stream
 * would not be any safer for it.
 */
export function freezeResult<Result>(result: Result, input: unknown): Readonly<Result> {
  const callers = new Set<object>();
  visit(input, (container) => {
    const first = !callers.has(container);
    callers.add(container);
    return first;
  });
  visit(result, (container) => {
    if (callers.has(container) || Object.isFrozen(container)) return false;
    Object.freeze(container);
    return true;
  });
  return result;
}

/** Walks plain objects and arrays as long as `enter` says to go on. A list of open ends rather than recursion: depth is the caller's. */
function visit(root: unknown, enter: (container: object) => boolean): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (isContainer(value) && enter(value)) open.push(...Object.values(value));
  }
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
