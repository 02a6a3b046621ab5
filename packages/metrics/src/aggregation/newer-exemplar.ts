import type { Exemplar } from '../family.ts';

/** The newer of two exemplars; of two that are equally old the one whose value is higher, so that order does not matter. */
export function newer(one: Exemplar | undefined, other: Exemplar | undefined): Exemplar | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.timeMs !== other.timeMs) return one.timeMs > other.timeMs ? one : other;
  return one.value >= other.value ? one : other;
}
