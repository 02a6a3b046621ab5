/** A map that forgets the oldest entry when it is full. */
export interface BoundedCache<Value> {
  /** The value kept for the key, else what `create` makes of it. */
  get(key: string): Value;
}

/**
 * Keeps what is dear to make. An error of `create` is thrown on, and not kept.
 *
 * @param maxEntries entries, at least 1
 */
export function createBoundedCache<Value>(
  maxEntries: number,
  create: (key: string) => Value,
): BoundedCache<Value> {
  const entries = new Map<string, Value>();
  return {
    get(key) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      const value = create(key);
      if (entries.size >= maxEntries) {
        const [oldest] = entries.keys();
        entries.delete(oldest!);
      }
      entries.set(key, value);
      return value;
    },
  };
}
