/** Writes bits one after the other, the highest of a number first. */
export class BitWriter {
  #bytes: Uint8Array;
  #bits = 0;

  constructor(capacityBytes = 64) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  /** @param count 0 to 32 */
  write(value: number, count: number): void {
    if (this.#bits + count > this.#bytes.length * 8) this.#grow();
    let left = count;
    while (left > 0) {
      const free = 8 - (this.#bits & 7);
      const taken = Math.min(free, left);
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      const at = this.#bits >>> 3;
      this.#bytes[at] = this.#bytes[at]! | (part << (free - taken));
      this.#bits += taken;
      left -= taken;
    }
  }

  /** A copy of what was written, its last byte filled up with zeros. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, (this.#bits + 7) >>> 3);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2 + 8);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a `BitWriter` has written. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param count 0 to 32 */
  read(count: number): number {
    let value = 0;
    let left = count;
    while (left > 0) {
      const free = 8 - (this.#bits & 7);
      const taken = Math.min(free, left);
      const byte = this.#bytes[this.#bits >>> 3]!;
      value = value * 2 ** taken + ((byte >>> (free - taken)) & ((1 << taken) - 1));
      this.#bits += taken;
      left -= taken;
    }
    return value;
  }

  /** How many ones come before the next zero, at most `most`; the zero is read as well. */
  readOnes(most: number): number {
    let ones = 0;
    while (ones < most && this.read(1) === 1) ones += 1;
    return ones;
  }
}
