import { HEADER_BYTES } from './pack-writer.ts';
import { bytesToText } from './text-bytes.ts';

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Reads what a `PackWriter` has written, in the same order. */
export class PackReader {
  readonly #bytes: Uint8Array;
  readonly #words: readonly string[];
  readonly #text: string;
  #at: number;
  #textAt: number;

  constructor(packed: Uint8Array) {
    const header = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    const textFrom = HEADER_BYTES + header.getUint32(4);
    this.#bytes = packed;
    this.#text = bytesToText(packed.subarray(textFrom), header.getUint8(8) === 1);
    this.#at = HEADER_BYTES + header.getUint32(0);
    this.#textAt = 0;
    const words = Array.from({ length: this.number() }, () => this.number());
    this.#words = words.map((length) => this.#take(length));
    this.#at = HEADER_BYTES;
  }

  number(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++]!;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 0x80;
    do {
      byte = bytes[this.#at++]!;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  integer(): bigint {
    const written = this.number();
    const kind = written % 4;
    const size = (written - kind) / 4;
    let value = 0n;
    if (kind < 2) value = BigInt(size);
    else for (let at = 0; at < size; at += 1) value |= BigInt(this.number()) << BigInt(32 * at);
    return kind % 2 === 1 ? -value : value;
  }

  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  double(): number {
    doubleBytes.set(this.raw(8));
    return double[0]!;
  }

  raw(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return this.#take(this.number());
  }

  word(): string {
    return this.#words[this.number()]!;
  }

  #take(length: number): string {
    this.#textAt += length;
    return this.#text.slice(this.#textAt - length, this.#textAt);
  }
}
