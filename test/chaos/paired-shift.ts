/** By how much something is shifted, judged by pairs. */
export interface Shift {
  /** Of the geometric means with it and without it; 0.05 is 5 % more. */
  readonly ratio: number;
  /** Between them the true one lies with a confidence of 95 %; undefined with fewer than six pairs. */
  readonly range: readonly [low: number, high: number] | undefined;
}

const FEWEST_PAIRS = 6;

/**
 * The mean of the logarithms of all ratios, and Student's interval about it.
 *
 * Not a median: what is measured without it is a mean of two neighbours, and what is measured with it is one value with a
 * long tail upwards. Their difference leans to one side even where nothing is shifted, so that its median is below zero; its
 * mean is zero.
 *
 * Source: https://www.itl.nist.gov/div898/handbook/eda/section3/eda352.htm
 *
 * @param pairs what was measured without and with it
 */
export function pairedShift(pairs: readonly (readonly [without: number, withIt: number])[]): Shift {
  const logarithms = pairs.map(([without, withIt]) => Math.log(withIt / without));
  const count = logarithms.length;
  const mean = logarithms.reduce((sum, each) => sum + each, 0) / count;
  const squares = logarithms.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const half = studentT(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return {
    ratio: Math.expm1(mean),
    range: count < FEWEST_PAIRS ? undefined : [Math.expm1(mean - half), Math.expm1(mean + half)],
  };
}

/**
 * The quantile 0.975 of Student's t, within 0.2 % from five degrees of freedom on.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5
 */
function studentT(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/** `undefined`: it cannot be told by what was measured. */
export function isUnder(bound: number, { range }: Shift): boolean | undefined {
  if (range === undefined) return undefined;
  if (range[1] < bound) return true;
  return range[0] > bound ? false : undefined;
}
