import type { Labels } from '../labels.ts';
import type { BlockCodec } from '../packed/block-codec.ts';
import { PackReader } from '../packed/pack-reader.ts';
import { PackWriter } from '../packed/pack-writer.ts';
import type { LogEntry } from './log-source.ts';
import { labelsFromPairs } from './pipeline/stream-labels.ts';

/** Lines that no longer change, sorted by time, packed column by column. */
export interface PackedEntries {
  readonly count: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  /** Every name of metadata that a line of them has. */
  readonly metadataNames: readonly string[];
  /** Each time as its distance from the one before; readable without the rest. */
  readonly times: Uint8Array;
  readonly compressed: Uint8Array;
  /** Of what was compressed [bytes]. */
  readonly length: number;
}

const none: Labels = Object.freeze({});

/** What the object around a block takes, about [bytes]. */
const BLOCK_BYTES = 400;

export function packedBytes({ times, compressed }: PackedEntries): number {
  return BLOCK_BYTES + times.length + compressed.length;
}

/** @param entries one at least, sorted by time */
export function packEntries(entries: readonly LogEntry[], codec: BlockCodec): PackedEntries {
  const times = new PackWriter();
  const writer = new PackWriter();
  const firstNs = entries[0]!.timeNs;
  let beforeNs = firstNs;
  for (const { timeNs } of entries) {
    times.integer(timeNs - beforeNs);
    beforeNs = timeNs;
  }
  for (const { line } of entries) writer.text(line);
  const shapes = new Map<string, { readonly names: readonly string[]; readonly place: number }>();
  const shapeOf = entries.map(({ metadata }) => {
    const names = Object.keys(metadata);
    const key = JSON.stringify(names);
    let shape = shapes.get(key);
    if (shape === undefined) shapes.set(key, (shape = { names, place: shapes.size }));
    return shape;
  });
  writer.number(shapes.size);
  for (const { names } of shapes.values()) {
    writer.number(names.length);
    for (const name of names) writer.word(name);
  }
  for (const { place } of shapeOf) writer.number(place);
  for (const shape of shapes.values()) {
    const own = entries.filter((_, at) => shapeOf[at] === shape);
    for (const name of shape.names) writeColumn(writer, own, name);
  }
  const packed = writer.finish();
  return {
    count: entries.length,
    firstNs,
    lastNs: beforeNs,
    metadataNames: [...new Set([...shapes.values()].flatMap(({ names }) => names))],
    times: times.finish().slice(),
    // A copy: what a codec returns may be a view of something larger.
    compressed: codec.compress(packed).slice(),
    length: packed.length,
  };
}

/** Values that come again are words; in a column such as that of trace ids hardly one does. */
function writeColumn(writer: PackWriter, entries: readonly LogEntry[], name: string): void {
  const values = entries.map(({ metadata }) => metadata[name]!);
  const areWords = new Set(values).size * 2 <= values.length + 1;
  writer.byte(areWords ? 1 : 0);
  for (const value of values) {
    if (areWords) writer.word(value);
    else writer.text(value);
  }
}

/** How many of the first lines are before a time. */
export function countBefore(packed: PackedEntries, timeNs: bigint): number {
  if (timeNs <= packed.firstNs) return 0;
  if (timeNs > packed.lastNs) return packed.count;
  const reader = new PackReader(packed.times);
  let at = 0;
  for (let each = packed.firstNs + reader.integer(); each < timeNs; each += reader.integer()) at += 1;
  return at;
}

/** The time of one line; the lines stay packed. */
export function timeAt({ firstNs, times }: PackedEntries, at: number): bigint {
  const reader = new PackReader(times);
  let timeNs = firstNs;
  for (let place = 0; place <= at; place += 1) timeNs += reader.integer();
  return timeNs;
}

/** The time of each line. */
export function timesOf(packed: PackedEntries): BigInt64Array {
  const reader = new PackReader(packed.times);
  const times = new BigInt64Array(packed.count);
  let timeNs = packed.firstNs;
  for (let at = 0; at < packed.count; at += 1) times[at] = timeNs += reader.integer();
  return times;
}

export function unpackEntries(packed: PackedEntries, codec: BlockCodec): readonly LogEntry[] {
  const { count } = packed;
  const times = new PackReader(packed.times);
  const reader = new PackReader(codec.uncompress(packed.compressed, packed.length));
  const lines = Array.from({ length: count }, () => reader.text());
  const shapes = Array.from({ length: reader.number() }, (): string[] =>
    Array.from({ length: reader.number() }, () => reader.word()),
  );
  const shapeOf = Array.from({ length: count }, () => reader.number());
  const counts = shapes.map(() => 0);
  for (const shape of shapeOf) counts[shape] = counts[shape]! + 1;
  const columns = shapes.map((names, shape) =>
    names.map(() => {
      const areWords = reader.byte() === 1;
      return Array.from({ length: counts[shape]! }, () => (areWords ? reader.word() : reader.text()));
    }),
  );
  const next = shapes.map(() => 0);
  /** Lines that follow one another mostly say the same. */
  let before: { readonly shape: number; readonly labels: Labels } | undefined;
  let timeNs = packed.firstNs;
  return lines.map((line, at) => {
    timeNs += times.integer();
    const shape = shapeOf[at]!;
    const row = next[shape]!;
    next[shape] = row + 1;
    const names = shapes[shape]!;
    const own = columns[shape]!;
    if (before?.shape !== shape || own.some((column) => column[row] !== column[row - 1]))
      before = { shape, labels: metadataOf(names, own, row) };
    return { timeNs, line, metadata: before.labels };
  });
}

function metadataOf(names: readonly string[], columns: readonly (readonly string[])[], row: number): Labels {
  if (names.length === 0) return none;
  if (names.includes('__proto__'))
    return labelsFromPairs(names.map((name, at) => [name, columns[at]![row]!]));
  const labels: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) labels[names[at]!] = columns[at]![row]!;
  return labels;
}
