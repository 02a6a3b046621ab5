/** A sum and what rounding has taken from it so far. */
export interface KahanSum {
  sum: number;
  compensation: number;
}

/**
 * Adds to a sum and keeps what rounding loses, as Neumaier improved Kahan's method; an infinite sum keeps nothing.
 *
 * Source: https://en.wikipedia.org/wiki/Kahan_summation_algorithm#Further_enhancements
 */
export function addToKahanSum(total: KahanSum, value: number): void {
  const { sum } = total;
  const next = sum + value;
  if (next === Infinity || next === -Infinity) total.compensation = 0;
  else if (Math.abs(sum) >= Math.abs(value)) total.compensation += sum - next + value;
  else total.compensation += value - next + sum;
  total.sum = next;
}
