/**
 * Where Go and JavaScript compute differently. Source: https://pkg.go.dev/math, the special cases of each function.
 */

/** Of 1 and anything it is 1, also of NaN; of −1 and an infinity too. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && exponent === exponent)) return 1;
  return base ** exponent;
}

/** Infinity is the larger one, also of NaN. */
export function larger(left: number, right: number): number {
  if (left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY)
    return Number.POSITIVE_INFINITY;
  return Math.max(left, right);
}

/** −Infinity is the smaller one, also of NaN. */
export function smaller(left: number, right: number): number {
  if (left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY)
    return Number.NEGATIVE_INFINITY;
  return Math.min(left, right);
}
