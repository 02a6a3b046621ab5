import { CUSTOM_BOUNDS_SCHEMA, MAX_EXPONENTIAL_SCHEMA } from './create-histogram.ts';

/**
 * 2 ** (i / 256 - 1) for i from 0 to 255. Prometheus has these as a table of which most are a few units in the last place
 * off; multiplied in this order they come out as there, so that bounds print the same.
 */
function computeFractions(): Float64Array {
  return Float64Array.from({ length: 1 << MAX_EXPONENTIAL_SCHEMA }, (_, index) => {
    let fraction = 0.5;
    for (let part = 1; part <= MAX_EXPONENTIAL_SCHEMA; part += 1) {
      const isIn = (index >> (MAX_EXPONENTIAL_SCHEMA - part)) & 1;
      if (isIn === 1) fraction *= 1 / 2 ** -(2 ** -part);
    }
    return fraction;
  });
}

let fractions: Float64Array | undefined;

/** fraction × 2 ** exponent, exact also where the power alone is no float. */
function scaled(fraction: number, exponent: number): number {
  if (exponent > 1023) return fraction * 2 ** 1023 * 2 ** (exponent - 1023);
  if (exponent < -1022) return fraction * 2 ** -1022 * 2 ** (exponent + 1022);
  return fraction * 2 ** exponent;
}

/**
 * Upper bound of bucket `index` of an exponential schema: 2 ** (index × 2 ** −schema).
 *
 * The bucket that would end at 2 ** 1024 ends at the largest float instead, so that the one after it is for infinity
 * alone.
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : scaled(1, exponent);
  }
  const parts = 2 ** schema;
  const exponent = Math.floor(index / parts) + 1;
  const part = index - (exponent - 1) * parts;
  if (part === 0 && exponent === 1025) return Number.MAX_VALUE;
  fractions ??= computeFractions();
  return scaled(fractions[part << (MAX_EXPONENTIAL_SCHEMA - schema)]!, exponent);
}

/** Upper bound of bucket `index`; of bucket −1 with custom bounds −Infinity, of the one after the last bound +Infinity. */
export function bucketBound(index: number, schema: number, customValues: Float64Array): number {
  if (schema !== CUSTOM_BOUNDS_SCHEMA) return exponentialBound(index, schema);
  if (index < 0) return -Infinity;
  return customValues[index] ?? Infinity;
}
