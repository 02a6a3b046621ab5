/** By how much something is shifted, judged by pairs. */
export interface Shift {
  /** With it, of what is measured without it; 0.05 is 5 % more. */
  readonly ratio: number;
  /** Between them the true one lies with a confidence of 95 %; undefined with fewer than six pairs. */
  readonly range: readonly [low: number, high: number] | undefined;
}

/** Of fewer no sum of ranks is as rare as one in forty. */
const FEWEST_PAIRS = 6;
/** The quantile 0.975 of the normal distribution. */
const Z = 1.959964;

/**
 * The estimate of Hodges and Lehmann, and the interval that belongs to Wilcoxon's test of signed ranks, of the logarithms of
 * all ratios: of the means of any two of them the middle one, and those between which the true shift lies.
 *
 * It asks for nothing but that a pair that is alike is as often turned the other way round. So it holds for latencies, whose
 * tails are long; a mean would show little but the few slices in which V8 collects.
 *
 * Source: Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3.2 and 3.3
 *
 * @param pairs what was measured without and with it, at least one
 */
export function pairedShift(pairs: readonly (readonly [without: number, withIt: number])[]): Shift {
  const logarithms = pairs.map(([without, withIt]) => Math.log(withIt / without));
  const means = meansOfTwo(logarithms);
  const at = (place: number): number => Math.expm1(means[place] ?? Number.NaN);
  const last = means.length - 1;
  const count = logarithms.length;
  const spread = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24);
  // The sum of ranks that chance stays below once in forty times; as it is whole, by half of one less.
  const edge = Math.max(0, Math.floor(means.length / 2 - Z * spread - 0.5));
  return {
    ratio: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    range: count < FEWEST_PAIRS ? undefined : [at(edge), at(last - edge)],
  };
}

/** Of any two values, each with itself too, in order. */
function meansOfTwo(values: readonly number[]): Float64Array {
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let place = 0;
  for (const [index, one] of values.entries())
    for (let other = index; other < values.length; other++) means[place++] = (one + (values[other] ?? 0)) / 2;
  return means.toSorted();
}

/** `undefined`: it cannot be told by what was measured. */
export function isUnder(bound: number, { range }: Shift): boolean | undefined {
  if (range === undefined) return undefined;
  if (range[1] < bound) return true;
  return range[0] > bound ? false : undefined;
}
