/**
 * Part of a sum that rounding took, after one more value. Source: Neumaier's improvement of
 * https://en.wikipedia.org/wiki/Kahan_summation_algorithm, as Prometheus has it: an infinite sum has lost nothing.
 *
 * @param sum before the value
 * @param next `sum + value`
 */
export function lost(sum: number, value: number, next: number, compensation: number): number {
  if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) return 0;
  return Math.abs(sum) >= Math.abs(value)
    ? compensation + (sum - next + value)
    : compensation + (value - next + sum);
}
