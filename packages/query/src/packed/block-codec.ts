/** Makes blocks of bytes smaller. What a platform has for it is handed in: this package runs in a browser too. */
export interface BlockCodec {
  compress(bytes: Uint8Array): Uint8Array;
  /** @param length of what was compressed [bytes] */
  uncompress(bytes: Uint8Array, length: number): Uint8Array;
}

/** Leaves them as they are. */
export const noCodec: BlockCodec = { compress: (bytes) => bytes, uncompress: (bytes) => bytes };
