/**
 * Share of a bucket that lies below a value, when what is in it spreads evenly.
 *
 * @param scale `linear` for custom bounds and the zero bucket; `exponential` where each half of the resolution would
 *   hold as much as the other, so that it is the logarithm that spreads evenly
 */
export function fractionBelow(
  value: number,
  { lower, upper }: { readonly lower: number; readonly upper: number },
  scale: 'linear' | 'exponential',
): number {
  if (scale === 'linear') return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  return value > 0
    ? (logValue - logLower) / (logUpper - logLower)
    : 1 - (logValue - logUpper) / (logLower - logUpper);
}

/** The value below which a share of a bucket lies: the inverse of `fractionBelow`. */
export function valueAt(
  fraction: number,
  { lower, upper }: { readonly lower: number; readonly upper: number },
  scale: 'linear' | 'exponential',
): number {
  if (scale === 'linear') return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  return lower > 0
    ? 2 ** (logLower + (logUpper - logLower) * fraction)
    : -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}
