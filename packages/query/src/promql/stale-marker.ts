/** The bits of the NaN that says that a series ended. */
const marker = 0x7ff0_0000_0000_0002n;

/** Whether a series ended at the sample; any other NaN is a value. */
export function isStaleMarker(values: Float64Array, index: number): boolean {
  const value = values[index];
  return value !== value && bitsAt(values, index)[0] === marker;
}

/** Writes it: a number of JavaScript does not keep the bits of a NaN on its way. */
export function writeStaleMarker(values: Float64Array, index: number): void {
  bitsAt(values, index)[0] = marker;
}

function bitsAt(values: Float64Array, index: number): BigUint64Array {
  return new BigUint64Array(values.buffer, values.byteOffset + index * 8, 1);
}
