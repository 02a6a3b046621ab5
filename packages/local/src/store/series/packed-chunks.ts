import { type SealedChunk, openChunk, sealChunk } from './sealed-chunk.ts';

/** Samples of a chunk at most: an hour at 30 s. */
const CHUNK_SAMPLES = 120;
/** In front of each chunk: its first and last time, how many samples and how many bytes. */
const HEADER_BYTES = 20;

/** The packed samples of one series, chunk after chunk in one array, oldest first; undefined without one. */
export type PackedChunks = Uint8Array<ArrayBuffer> | undefined;

/** A chunk, and where it lies. */
interface PlacedChunk extends SealedChunk {
  readonly from: number;
  readonly to: number;
}

function* placed(packed: PackedChunks): Generator<PlacedChunk> {
  if (packed === undefined) return;
  const view = new DataView(packed.buffer, packed.byteOffset);
  for (let from = 0; from < packed.length;) {
    const start = from + HEADER_BYTES;
    const to = start + view.getUint16(from + 18);
    yield {
      firstMs: view.getFloat64(from),
      lastMs: view.getFloat64(from + 8),
      count: view.getUint16(from + 16),
      bytes: packed.subarray(start, to),
      from,
      to,
    };
    from = to;
  }
}

/** The chunks with a part in a range, both ends of which belong to it. */
export function chunksWithin(packed: PackedChunks, fromMs: number, toMs: number): readonly SealedChunk[] {
  const within: SealedChunk[] = [];
  for (const chunk of placed(packed)) if (chunk.lastMs >= fromMs && chunk.firstMs <= toMs) within.push(chunk);
  return within;
}

const times = new Float64Array(CHUNK_SAMPLES);
const values = new Float64Array(CHUNK_SAMPLES);

/**
 * With samples that are newer than all before. They are put into the last chunk as long as it is not full.
 *
 * @param copy writes the samples to where they are wanted
 */
export function withSamples(
  packed: PackedChunks,
  count: number,
  copy: (timesMs: Float64Array, values: Float64Array, offset: number) => void,
): Uint8Array<ArrayBuffer> {
  let last: PlacedChunk | undefined;
  for (const chunk of placed(packed)) last = chunk;
  const kept = last !== undefined && last.count + count <= CHUNK_SAMPLES ? last : undefined;
  if (kept !== undefined) openChunk(kept, times, values, 0);
  const before = kept?.count ?? 0;
  copy(times, values, before);
  const chunk = sealChunk(times, values, before + count);
  const from = kept?.from ?? packed?.length ?? 0;
  const result = new Uint8Array(from + HEADER_BYTES + chunk.bytes.length);
  if (packed !== undefined) result.set(packed.subarray(0, from));
  const view = new DataView(result.buffer);
  view.setFloat64(from, chunk.firstMs);
  view.setFloat64(from + 8, chunk.lastMs);
  view.setUint16(from + 16, chunk.count);
  view.setUint16(from + 18, chunk.bytes.length);
  result.set(chunk.bytes, from + HEADER_BYTES);
  return result;
}

/** Without the chunks that end before a moment. */
export function withoutBefore(
  packed: PackedChunks,
  momentMs: number,
): { readonly packed: PackedChunks; readonly dropped: number } {
  let dropped = 0;
  for (const { lastMs, count, from } of placed(packed)) {
    if (lastMs >= momentMs) return { packed: from === 0 ? packed : packed?.slice(from), dropped };
    dropped += count;
  }
  return { packed: undefined, dropped };
}

/** The first time; undefined without a chunk. */
export function firstOf(packed: PackedChunks): number | undefined {
  for (const { firstMs } of placed(packed)) return firstMs;
  return undefined;
}
