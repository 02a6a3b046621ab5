/** The high and the low half of the bits of the NaN that says that a series ended. */
const high = 0x7ff0_0000;
const low = 2;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Whether a series ended at the sample; any other NaN is a value. */
export function isStaleMarker(values: Float64Array, index: number): boolean {
  const value = values[index];
  return value !== value && hasMarkerBits(values, index);
}

function hasMarkerBits(values: Float64Array, index: number): boolean {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return littleEndian ? words[0] === low && words[1] === high : words[1] === low && words[0] === high;
}

/** Writes it: a number of JavaScript does not keep the bits of a NaN on its way. */
export function writeStaleMarker(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[littleEndian ? 0 : 1] = low;
  words[littleEndian ? 1 : 0] = high;
}
