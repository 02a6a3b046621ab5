/** Where a value stands inside the options, from the outside in. */
export type ValuePath = readonly PropertyKey[];

/** A path as one writes it in code: `loki.labels[0]["x-y"]`. */
export function formatPath(path: ValuePath): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (typeof key === 'symbol') return `[${String(key)}]`;
      if (key.length > LONGEST_NAME) return formatKey(key);
      if (/^[A-Za-z_$][\w$]*$/.test(key)) return index === 0 ? key : `.${key}`;
      return `[${formatKey(key)}]`;
    })
    .join('');
}

/** Longest key that is taken for a name; a longer one may be a secret in the wrong place. */
const LONGEST_NAME = 40;

/** A key in quotes, or only its length when it is too long to be a name. */
export function formatKey(key: string): string {
  return key.length > LONGEST_NAME ? `<a key of ${key.length} characters>` : JSON.stringify(key);
}

/** The value at `path`, and whether anything stands there at all. */
export function valueAt(
  root: unknown,
  path: ValuePath,
): { readonly present: boolean; readonly value: unknown } {
  let value = root;
  for (const key of path) {
    if (value instanceof Map) {
      if (!value.has(key)) return { present: false, value: undefined };
      value = value.get(key);
    } else if (typeof value === 'object' && value !== null) {
      if (!(key in value)) return { present: false, value: undefined };
      value = Reflect.get(value, key);
    } else return { present: false, value: undefined };
  }
  return { present: true, value };
}

export function startsWithPath(path: ValuePath, start: ValuePath): boolean {
  return start.length <= path.length && start.every((key, index) => path[index] === key);
}

/**
 * A copy of `root` without the values at `paths`; what is not on the way to one of them is shared with `root`.
 * An element leaves no hole behind: those after it move up.
 */
export function withoutPaths(root: unknown, paths: readonly ValuePath[]): unknown {
  if (paths.length === 0 || typeof root !== 'object' || root === null) return root;
  const here = new Set<unknown>(paths.filter((path) => path.length === 1).map(([key]) => key));
  const below: ReadonlyMap<unknown, readonly ValuePath[]> = Map.groupBy(
    paths.filter((path) => path.length > 1),
    ([key]) => key,
  );
  const child = (key: unknown, value: unknown): unknown =>
    withoutPaths(
      value,
      (below.get(key) ?? []).map((path) => path.slice(1)),
    );
  const kept = (key: unknown): boolean => !here.has(key);
  if (Array.isArray(root)) {
    return root.flatMap((value: unknown, index) => (kept(index) ? [child(index, value)] : []));
  }
  if (root instanceof Map) {
    return new Map([...root].filter(([key]) => kept(key)).map(([key, value]) => [key, child(key, value)]));
  }
  // for…in, as zod reads inherited keys too; defineProperty, so that a key named __proto__ stays a key.
  const copy: Record<string, unknown> = {};
  for (const key in root) {
    if (!kept(key)) continue;
    const value = child(key, Reflect.get(root, key));
    Object.defineProperty(copy, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

/** Turns a path inside `withoutPaths(root, removed)` into the path of the same value inside `root`. */
export function pathBeforeRemoval(root: unknown, path: ValuePath, removed: readonly ValuePath[]): ValuePath {
  const before: PropertyKey[] = [];
  for (const key of path) {
    if (typeof key !== 'number' || !Array.isArray(valueAt(root, before).value)) {
      before.push(key);
      continue;
    }
    const gone = new Set(
      removed
        .filter((each) => each.length === before.length + 1 && startsWithPath(each, before))
        .map((each) => each.at(-1)),
    );
    let index = 0;
    for (let left = key; gone.has(index) || left > 0; index += 1) if (!gone.has(index)) left -= 1;
    before.push(index);
  }
  return before;
}
