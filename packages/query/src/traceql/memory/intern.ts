/** Most objects that are remembered; then it starts anew, which costs memory for doubles and nothing else. */
const maxRemembered = 10_000;

/** Gives one object for all that hold the same, so that what thousands of spans share is kept once. */
export function createInterner<T extends object>(contentOf: (item: T) => unknown): (item: T) => T {
  const byContent = new Map<string, T>();
  const seen = new WeakMap<T, T>();
  return (item) => {
    const before = seen.get(item);
    if (before !== undefined) return before;
    const key = JSON.stringify(contentOf(item), plain);
    const known = byContent.get(key) ?? item;
    if (byContent.size >= maxRemembered) byContent.clear();
    byContent.set(key, known);
    seen.set(item, known);
    return known;
  };
}

/** What JSON has no form for, told apart from what looks like it. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { int: String(value) };
  if (value instanceof Map) return [...value].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  if (value instanceof Uint8Array) return { bytes: [...value] };
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}
