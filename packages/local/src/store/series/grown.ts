/** @returns `to`, longer than `from`, with all of it at its beginning */
export function grown<
  Numbers extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
