import type { Exemplar } from '../family.ts';
import { newer } from './newer-exemplar.ts';

interface Buckets {
  readonly counts: readonly number[];
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

/** The upper bounds that both have: only there is a count of both together known. */
export function commonBoundaries(some: readonly number[], others: readonly number[]): readonly number[] {
  if (some.length === others.length && some.every((bound, at) => bound === others[at])) return some;
  return some.filter((bound) => others.includes(bound));
}

/**
 * The same observations in fewer buckets.
 *
 * @param from number[n], increasing; `counts` has n + 1
 * @param to number[m], increasing, all of them in `from`; the result has m + 1 counts
 */
export function rebucketed(buckets: Buckets, from: readonly number[], to: readonly number[]): Buckets {
  if (from.length === to.length) return buckets;
  const counts = Array.from({ length: to.length + 1 }, () => 0);
  const exemplars = buckets.exemplars && Array.from(counts, (): Exemplar | undefined => undefined);
  let target = 0;
  for (const [at, count] of buckets.counts.entries()) {
    const upper = from[at] ?? Infinity;
    while (upper > (to[target] ?? Infinity)) target += 1;
    counts[target] = (counts[target] ?? 0) + count;
    if (exemplars) exemplars[target] = newer(exemplars[target], buckets.exemplars?.[at]);
  }
  return exemplars ? { counts, exemplars } : { counts };
}
