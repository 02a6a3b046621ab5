import { textToBytes } from './text-bytes.ts';

/** In front of what is packed: where the list of words begins, where it ends, and how the text is written. */
export const HEADER_BYTES = 9;
/** Integers below it are one number, with two bits that say so. */
const MAX_SMALL = 2n ** 51n;

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/**
 * Writes numbers and texts one after the other, apart from one another: numbers as bytes, texts joined to one, those
 * that come again as their place in a list. What is alike stands together, which compresses well.
 */
export class PackWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  readonly #texts: string[] = [];
  readonly #words = new Map<string, number>();

  /** @param value whole, 0 to 2^53 - 1 */
  number(value: number): void {
    this.#reserve(8);
    let left = value;
    while (left >= 0x80) {
      this.#bytes[this.#length++] = (left % 0x80) | 0x80;
      left = left < 0x8000_0000 ? left >>> 7 : Math.floor(left / 0x80);
    }
    this.#bytes[this.#length++] = left;
  }

  /** @param value of any size and sign */
  integer(value: bigint): void {
    const sign = value < 0n ? 1 : 0;
    let left = sign === 1 ? -value : value;
    if (left < MAX_SMALL) {
      this.number(Number(left) * 4 + sign);
      return;
    }
    const digits: number[] = [];
    for (; left > 0n; left >>= 32n) digits.push(Number(left & 0xffff_ffffn));
    this.number(digits.length * 4 + 2 + sign);
    for (const digit of digits) this.number(digit);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  double(value: number): void {
    double[0] = value;
    this.raw(doubleBytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A text that hardly comes again. */
  text(text: string): void {
    this.number(text.length);
    this.#texts.push(text);
  }

  /** A text that may come again. @returns its place among these */
  word(text: string): number {
    let place = this.#words.get(text);
    if (place === undefined) this.#words.set(text, (place = this.#words.size));
    this.number(place);
    return place;
  }

  finish(): Uint8Array {
    const numbers = this.#length;
    this.number(this.#words.size);
    for (const word of this.#words.keys()) this.number(word.length);
    const text = textToBytes([...this.#words.keys()].join('') + this.#texts.join(''));
    const packed = new Uint8Array(HEADER_BYTES + this.#length + text.bytes.length);
    const header = new DataView(packed.buffer);
    header.setUint32(0, numbers);
    header.setUint32(4, this.#length);
    header.setUint8(8, text.isUtf16 ? 1 : 0);
    packed.set(this.#bytes.subarray(0, this.#length), HEADER_BYTES);
    packed.set(text.bytes, HEADER_BYTES + this.#length);
    return packed;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
