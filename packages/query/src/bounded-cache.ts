/** What all keys of one cache weigh together at most, as a rule their length [UTF-16 units]. */
const maxWeight = 262_144;

/** A map that forgets the oldest entries when it is full. */
export interface BoundedCache<Value> {
  /** The value kept for the key, else what `create` makes of it. */
  get(key: string): Value;
}

/**
 * Keeps what is dear to make, as long as its keys are not too long together: they come from outside. An error of `create`
 * is thrown on, and not kept.
 *
 * @param maxEntries entries, at least 1
 * @param weigh what an entry costs, where that is not about the length of its key
 */
export function createBoundedCache<Value>(
  maxEntries: number,
  create: (key: string) => Value,
  weigh: (key: string) => number = (key) => key.length,
): BoundedCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  let weight = 0;

  function forgetOldest(): void {
    for (const [key, entry] of entries) {
      if (entries.size < maxEntries && weight <= maxWeight) return;
      entries.delete(key);
      weight -= entry.weight;
    }
  }

  return {
    get(key) {
      const known = entries.get(key);
      if (known !== undefined) return known.value;
      // A copy: a key that is a part of a long text would keep all of it.
      const own = Array.from(key).join('');
      const entry = { value: create(own), weight: weigh(own) };
      if (entry.weight > maxWeight) return entry.value;
      weight += entry.weight;
      forgetOldest();
      entries.set(own, entry);
      return entry.value;
    },
  };
}
