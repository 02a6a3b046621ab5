import { CUSTOM_BOUNDS_SCHEMA, MAX_EXPONENTIAL_SCHEMA } from './create-histogram.ts';

/** 2 to the power of 1/2, 1/4, … 1/256. Written out: a power differs in its last bit from one JavaScript engine to another. */
const roots = [
  // oxlint-disable-next-line oxc/approx-constant -- one unit in the last place below it, as the table comes out
  1.414213562373095,
  1.189207115002721, 1.0905077326652577, 1.0442737824274138, 1.0218971486541166, 1.0108892860517005,
  1.0054299011128027, 1.0027112750502025,
];

/**
 * 2 ** (i / 256 - 1) for i from 0 to 255. Prometheus has these as a table of which most are a few units in the last place
 * off; multiplied in this order they come out as there, so that bounds print the same.
 */
function computeFractions(): Float64Array {
  return Float64Array.from({ length: 1 << MAX_EXPONENTIAL_SCHEMA }, (_, index) => {
    let fraction = 0.5;
    roots.forEach((root, at) => {
      const isIn = (index >> (MAX_EXPONENTIAL_SCHEMA - 1 - at)) & 1;
      if (isIn === 1) fraction *= root;
    });
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
