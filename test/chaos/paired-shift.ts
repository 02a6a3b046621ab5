import { median } from '../load/figures.ts';

/** By how much something is shifted, judged by pairs. */
export interface Shift {
  /** The middle of all pairs; 0.05 is 5 % more. */
  readonly ratio: number;
  /** Between them the true middle lies with a confidence of 95 % or more; undefined with fewer than six pairs. */
  readonly range: readonly [low: number, high: number] | undefined;
}

/**
 * The median of the shifts of all pairs, and how sure it is: so many of the smallest and of the largest are left out that
 * the median of what is measured lies between the rest with a confidence of 95 %, whatever its distribution.
 *
 * Source: https://www.itl.nist.gov/div898/handbook/prc/section2/prc263.htm
 *
 * @param pairs what was measured without and with it
 */
export function pairedShift(pairs: readonly (readonly [without: number, withIt: number])[]): Shift {
  const shifts = pairs.map(([without, withIt]) => withIt / without - 1).toSorted((one, other) => one - other);
  const outside = leftOut(shifts.length);
  const [low, high] = [shifts[outside], shifts[shifts.length - 1 - outside]];
  return {
    ratio: median(shifts),
    range: outside < 0 || low === undefined || high === undefined ? undefined : [low, high],
  };
}

/** The most `k` with P(Binomial(n, ½) ≤ k) ≤ 2.5 %; -1 when there is none. */
function leftOut(n: number): number {
  let probability = 0.5 ** n;
  let sum = probability;
  let k = -1;
  while (sum <= 0.025 && k + 1 < n) {
    k += 1;
    probability *= (n - k) / (k + 1);
    sum += probability;
  }
  return k;
}

/** `undefined`: it cannot be told by what was measured. */
export function isUnder(bound: number, { range }: Shift): boolean | undefined {
  if (range === undefined) return undefined;
  if (range[1] < bound) return true;
  return range[0] > bound ? false : undefined;
}
