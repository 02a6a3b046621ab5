import { BitReader, BitWriter } from './bits.ts';

/** Samples that no longer change, packed as Gorilla packs them. */
export interface SealedChunk {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What a difference of two time steps fits in: `prefix` ones, then `bits` bits. */
const STEP_SIZES = [
  { ones: 1, bits: 8 },
  { ones: 2, bits: 14 },
  { ones: 3, bits: 20 },
  { ones: 4, bits: 32 },
] as const;
const MAX_ONES = 5;

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);

/**
 * Packs samples: the time as the change of its step, the value as the bits in which it differs from the one before.
 * Scrapes at even steps and values that stay take two bits a sample. Every bit of a value is kept, those of the stale
 * marker too.
 *
 * Source: Pelkonen et al., Gorilla: A Fast, Scalable, In-Memory Time Series Database, 2015, section 4.1
 *
 * @param timesMs since 1970 [ms], whole and ascending
 */
export function sealChunk(timesMs: Float64Array, values: Float64Array, count: number): SealedChunk {
  const writer = new BitWriter(count * 4 + 16);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let timeMs = timesMs[0]!;
  let stepMs = 0;
  let low = 0;
  let high = 0;
  const window = { leading: -1, length: 0 };
  for (let at = 0; at < count; at++) {
    if (at > 0) {
      const nextMs = timesMs[at]!;
      writeStep(writer, nextMs - timeMs - stepMs);
      stepMs = nextMs - timeMs;
      timeMs = nextMs;
    }
    const nextLow = bits[at * 2]!;
    const nextHigh = bits[at * 2 + 1]!;
    writeXor(writer, (nextHigh ^ high) >>> 0, (nextLow ^ low) >>> 0, window);
    low = nextLow;
    high = nextHigh;
  }
  return { bytes: writer.finish(), count, firstMs: timesMs[0]!, lastMs: timeMs };
}

/** Unpacks all samples of a chunk into the arrays, from `offset` on. */
export function openChunk(
  chunk: SealedChunk,
  timesMs: Float64Array,
  values: Float64Array,
  offset: number,
): void {
  const reader = new BitReader(chunk.bytes);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let timeMs = chunk.firstMs;
  let stepMs = 0;
  let low = 0;
  let high = 0;
  let trailing = 0;
  let length = 0;
  for (let at = 0; at < chunk.count; at++) {
    if (at > 0) {
      stepMs += readStep(reader);
      timeMs += stepMs;
    }
    if (reader.read(1) === 1) {
      if (reader.read(1) === 1) {
        const leading = reader.read(6);
        length = reader.read(6) + 1;
        trailing = 64 - leading - length;
      }
      const [xorHigh, xorLow] = readWindow(reader, length, trailing);
      high = (high ^ xorHigh) >>> 0;
      low = (low ^ xorLow) >>> 0;
    }
    timesMs[offset + at] = timeMs;
    bits[(offset + at) * 2] = low;
    bits[(offset + at) * 2 + 1] = high;
  }
}

function writeStep(writer: BitWriter, change: number): void {
  if (change === 0) return writer.write(0, 1);
  for (const { ones, bits } of STEP_SIZES) {
    const limit = 2 ** (bits - 1);
    if (change >= -limit && change < limit) {
      writer.write((2 ** ones - 1) * 2, ones + 1);
      writer.write(change, bits);
      return;
    }
  }
  // A gap of weeks.
  writer.write(2 ** MAX_ONES - 1, MAX_ONES);
  float[0] = change;
  writer.write(halves[1]!, 32);
  writer.write(halves[0]!, 32);
}

function readStep(reader: BitReader): number {
  const ones = reader.readOnes(MAX_ONES);
  if (ones === 0) return 0;
  const size = STEP_SIZES[ones - 1];
  if (size === undefined) {
    halves[1] = reader.read(32);
    halves[0] = reader.read(32);
    return float[0]!;
  }
  const value = reader.read(size.bits);
  return value >= 2 ** (size.bits - 1) ? value - 2 ** size.bits : value;
}

/** @param window where the bits that differed last time lie; used again while the new ones are inside it */
function writeXor(
  writer: BitWriter,
  high: number,
  low: number,
  window: { leading: number; length: number },
): void {
  if (high === 0 && low === 0) return writer.write(0, 1);
  const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
  const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
  const fits =
    window.leading >= 0 && leading >= window.leading && trailing >= 64 - window.leading - window.length;
  if (fits) writer.write(0b10, 2);
  else {
    window.leading = leading;
    window.length = 64 - leading - trailing;
    writer.write(0b11, 2);
    writer.write(window.leading, 6);
    writer.write(window.length - 1, 6);
  }
  const shift = 64 - window.leading - window.length;
  const [shiftedHigh, shiftedLow] = shiftRight(high, low, shift);
  if (window.length > 32) writer.write(shiftedHigh, window.length - 32);
  writer.write(shiftedLow, Math.min(window.length, 32));
}

function readWindow(
  reader: BitReader,
  length: number,
  trailing: number,
): readonly [high: number, low: number] {
  const high = length > 32 ? reader.read(length - 32) : 0;
  const low = reader.read(Math.min(length, 32));
  return shiftLeft(high, low, trailing);
}

function trailingZeros(value: number): number {
  return 31 - Math.clz32(value & -value);
}

function shiftRight(high: number, low: number, by: number): readonly [high: number, low: number] {
  if (by === 0) return [high, low];
  if (by >= 32) return [0, high >>> (by - 32)];
  return [high >>> by, ((low >>> by) | (high << (32 - by))) >>> 0];
}

function shiftLeft(high: number, low: number, by: number): readonly [high: number, low: number] {
  if (by === 0) return [high, low];
  if (by >= 32) return [(low << (by - 32)) >>> 0, 0];
  return [((high << by) | (low >>> (32 - by))) >>> 0, (low << by) >>> 0];
}
