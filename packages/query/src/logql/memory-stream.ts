import type { Labels } from '../labels.ts';
import { linesBefore, packedLinesBefore } from './line-times.ts';
import type { Direction, LinesBefore, LogEntry } from './log-source.ts';
import { type PackedEntries, countBefore, packedBytes, timeAt } from './pack-entries.ts';

/** Lines that are read at a time. */
const batchSize = 1024;
/** Blocks in the middle of a stream that stay unpacked for further late lines. */
const maxLateBlocks = 4;
/** How much longer than others a block becomes whose lines are of one time before it is left as it is. */
const maxStretch = 4;
/** From so many lines of one time on they are known by a set: else each is compared with all the others. */
const manyOfOneTime = 32;
/** Times that have such a set. */
const maxKnownTimes = 4;

/** How lines become blocks and are read again. */
export interface EntryPacking {
  /** Lines of a block. */
  readonly blockLines: number;
  /** Bytes of lines from which on a block is full with fewer of them [bytes, as `bytesOf` counts]. */
  readonly blockBytes: number;
  pack(entries: readonly LogEntry[]): PackedEntries;
  unpack(packed: PackedEntries): readonly LogEntry[];
}

/** The lines of one stream, sorted by time; those of one time in the order of their arrival. */
export interface MemoryStream {
  readonly labels: Labels;
  size(): number;
  /** What it takes, about [bytes]. */
  bytes(): number;
  /** Lines that are not packed. */
  unpacked(): number;
  oldestNs(): bigint | undefined;
  /** @returns false when the same line is there already */
  add(entry: LogEntry): boolean;
  /** Packs what has become a block: `full` only what is long enough, `all` every line. */
  pack(which: 'full' | 'all'): void;
  dropOldest(count: number): void;
  dropBefore(timeNs: bigint): void;
  has(fromNs: bigint, toNs: bigint): boolean;
  /** No line of the range is older than the first or newer than the last; undefined where it has none. */
  extent(fromNs: bigint, toNs: bigint): { readonly firstNs: bigint; readonly lastNs: bigint } | undefined;
  read(fromNs: bigint, toNs: bigint, direction: Direction): Iterable<readonly LogEntry[]>;
  /** Counts lines in a range as they are now; undefined where one may have metadata of one of these names. */
  counter(fromNs: bigint, toNs: bigint, metadataNames: readonly string[]): LinesBefore | undefined;
}

/** Lines that can still be added to. */
interface OpenBlock {
  readonly packed: undefined;
  entries: LogEntry[];
  bytes: number;
}

interface PackedBlock {
  readonly packed: PackedEntries;
  /** Lines at its beginning that are gone. */
  dropped: number;
  /** Of the first line that is not gone. */
  firstNs: bigint;
}

type Block = OpenBlock | PackedBlock;

/** A block as it was when a reader came. */
type Seen =
  | { readonly packed: undefined; readonly entries: readonly LogEntry[]; readonly to: number }
  | { readonly packed: PackedEntries; readonly dropped: number };

export function createMemoryStream(labels: Labels, packing: EntryPacking): MemoryStream {
  /** One after the other in time; lines of one time are in one block. */
  const blocks: Block[] = [];
  let size = 0;
  let bytes = 0;
  let unpacked = 0;
  let readers = 0;
  /** Lines of one time by what they are, of times that have many of them; none when lines are packed or go. */
  const knownOf = new Map<bigint, Set<string>>();

  /** The block into which a time belongs, made ready for it. */
  function blockFor(timeNs: bigint): OpenBlock {
    let at = blocks.length - 1;
    while (at > 0 && firstOf(blocks[at]!) > timeNs) at -= 1;
    const block = blocks[at];
    if (block !== undefined && block.packed === undefined) return block;
    const isNewest = block === undefined || (at === blocks.length - 1 && timeNs > block.packed.lastNs);
    const open: OpenBlock = { packed: undefined, entries: [], bytes: 0 };
    if (isNewest) {
      blocks.push(open);
      return open;
    }
    open.entries = packing.unpack(block.packed).slice(block.dropped);
    open.bytes = sumOf(open.entries);
    bytes += open.bytes - packedBytes(block.packed);
    unpacked += open.entries.length;
    blocks[at] = open;
    return open;
  }

  function insert(block: OpenBlock, entry: LogEntry): boolean {
    const last = block.entries.at(-1);
    if (last !== undefined && last.timeNs >= entry.timeNs) {
      const from = placeOf(block.entries, entry.timeNs);
      const to = placeOf(block.entries, entry.timeNs + 1n);
      if (to - from < manyOfOneTime) {
        for (let at = from; at < to; at += 1) if (isSame(block.entries[at], entry)) return false;
      } else if (isKnown(block.entries, from, to, entry)) return false;
      // Whoever reads keeps the old list.
      if (readers > 0 && to < block.entries.length) block.entries = [...block.entries];
      block.entries.splice(to, 0, entry);
    } else block.entries.push(entry);
    const added = bytesOf(entry);
    block.bytes += added;
    bytes += added;
    size += 1;
    unpacked += 1;
    return true;
  }

  /** Whether a line is among those of its time; from now on it is. */
  function isKnown(entries: readonly LogEntry[], from: number, to: number, entry: LogEntry): boolean {
    const known = knownOf.get(entry.timeNs) ?? new Set(entries.slice(from, to).map(textOf));
    knownOf.delete(entry.timeNs);
    knownOf.set(entry.timeNs, known);
    if (knownOf.size > maxKnownTimes) knownOf.delete(knownOf.keys().next().value!);
    const text = textOf(entry);
    if (known.has(text)) return true;
    known.add(text);
    return false;
  }

  /** Packs lines from the beginning of a block. @param keep whether as much as a block stays open behind them */
  function packBlock(at: number, keep: boolean): void {
    const block = blocks[at];
    if (block === undefined || block.packed !== undefined) return;
    const made: PackedBlock[] = [];
    let from = 0;
    while (from < block.entries.length) {
      const left = block.entries.length - from;
      if (keep && left < 2 * packing.blockLines && block.bytes < 2 * packing.blockBytes) break;
      const to = endOfBlock(block.entries, from, packing);
      if (to === undefined) break;
      const entries = block.entries.slice(from, to);
      const packed = packing.pack(entries);
      made.push({ packed, dropped: 0, firstNs: packed.firstNs });
      const before = sumOf(entries);
      block.bytes -= before;
      bytes += packedBytes(packed) - before;
      unpacked -= entries.length;
      from = to;
    }
    if (from === 0) return;
    knownOf.clear();
    block.entries = block.entries.slice(from);
    blocks.splice(at, 1, ...made, ...(block.entries.length > 0 ? [block] : []));
  }

  function dropFirst(count: number): void {
    const block = blocks[0];
    if (block === undefined) return;
    knownOf.clear();
    const there = sizeOf(block);
    const gone = Math.min(count, there);
    size -= gone;
    if (block.packed === undefined) {
      const bytesGone = sumOf(block.entries.slice(0, gone));
      // A new list: whoever reads keeps the old one.
      block.entries = block.entries.slice(gone);
      block.bytes -= bytesGone;
      bytes -= bytesGone;
      unpacked -= gone;
    } else if (gone === there) bytes -= packedBytes(block.packed);
    else {
      block.dropped += gone;
      block.firstNs = timeAt(block.packed, block.dropped);
    }
    if (gone === there) blocks.shift();
    if (gone < count) dropFirst(count - gone);
  }

  function blocksWithin(fromNs: bigint, toNs: bigint): Block[] {
    return blocks.filter((block) => firstOf(block) < toNs && lastOf(block) >= fromNs);
  }

  return {
    labels,
    size: () => size,
    bytes: () => bytes,
    unpacked: () => unpacked,
    oldestNs: () => (blocks[0] === undefined ? undefined : firstOf(blocks[0])),
    add: (entry) => insert(blockFor(entry.timeNs), entry),
    pack(which) {
      const late = blocks.reduce((sum, { packed }) => sum + Number(packed === undefined), -1);
      for (let at = blocks.length - 1; at >= 0; at -= 1) {
        const isTail = at === blocks.length - 1;
        if (which === 'all' || isTail || late > maxLateBlocks) packBlock(at, which === 'full' && isTail);
      }
    },
    dropOldest: (count) => dropFirst(Math.min(count, size)),
    dropBefore(timeNs) {
      let count = 0;
      for (const block of blocks) {
        if (firstOf(block) >= timeNs) break;
        count +=
          block.packed === undefined
            ? placeOf(block.entries, timeNs)
            : Math.max(0, countBefore(block.packed, timeNs) - block.dropped);
      }
      if (count > 0) dropFirst(count);
    },
    has: (fromNs, toNs) =>
      blocks.some((block) => {
        if (firstOf(block) >= toNs || lastOf(block) < fromNs) return false;
        if (firstOf(block) >= fromNs || lastOf(block) < toNs) return true;
        return block.packed === undefined
          ? placeOf(block.entries, toNs) > placeOf(block.entries, fromNs)
          : countBefore(block.packed, toNs) > countBefore(block.packed, fromNs);
      }),
    extent(fromNs, toNs) {
      const within = blocksWithin(fromNs, toNs);
      const [first, last] = [within[0], within.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      const [firstNs, lastNs] = [firstOf(first), lastOf(last)];
      return {
        firstNs: firstNs > fromNs ? firstNs : fromNs,
        lastNs: lastNs < toNs ? lastNs : toNs - 1n,
      };
    },
    counter(fromNs, toNs, metadataNames) {
      const within = blocksWithin(fromNs, toNs);
      if (within.some((block) => mayHaveMetadata(block, metadataNames))) return undefined;
      const counters = within.map((block) =>
        block.packed === undefined
          ? linesBefore(block.entries)
          : packedLinesBefore(block.packed, block.dropped),
      );
      return (timeNs) => counters.reduce((sum, before) => sum + before(timeNs), 0);
    },
    *read(fromNs, toNs, direction) {
      const seen = blocksWithin(fromNs, toNs).map(asSeen);
      if (direction === 'backward') seen.reverse();
      readers += 1;
      try {
        for (const each of seen) {
          const list = each.packed === undefined ? each.entries : packing.unpack(each.packed);
          const from = Math.max(placeOf(list, fromNs), each.packed === undefined ? 0 : each.dropped);
          const to = Math.min(placeOf(list, toNs), each.packed === undefined ? each.to : list.length);
          if (direction === 'forward') {
            for (let at = from; at < to; at += batchSize) yield list.slice(at, Math.min(to, at + batchSize));
          } else {
            for (let at = to; at > from; at -= batchSize)
              yield list.slice(Math.max(from, at - batchSize), at).toReversed();
          }
        }
      } finally {
        readers -= 1;
      }
    },
  };
}

function mayHaveMetadata(block: Block, names: readonly string[]): boolean {
  if (block.packed !== undefined) return names.some((name) => block.packed.metadataNames.includes(name));
  return block.entries.some(({ metadata }) => names.some((name) => Object.hasOwn(metadata, name)));
}

function asSeen(block: Block): Seen {
  return block.packed === undefined
    ? { packed: undefined, entries: block.entries, to: block.entries.length }
    : { packed: block.packed, dropped: block.dropped };
}

function sizeOf(block: Block): number {
  return block.packed === undefined ? block.entries.length : block.packed.count - block.dropped;
}

/** A block has a line at least. */
function firstOf(block: Block): bigint {
  return block.packed === undefined ? block.entries[0]!.timeNs : block.firstNs;
}

function lastOf(block: Block): bigint {
  return block.packed === undefined ? block.entries.at(-1)!.timeNs : block.packed.lastNs;
}

/** Place of the first line at or after a time. */
function placeOf(entries: readonly LogEntry[], timeNs: bigint): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.timeNs < timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a block that begins at `from` ends; undefined where too many lines are of one time. */
function endOfBlock(entries: readonly LogEntry[], from: number, packing: EntryPacking): number | undefined {
  let bytes = 0;
  let to = from;
  while (to < entries.length && to - from < packing.blockLines && bytes < packing.blockBytes) {
    bytes += bytesOf(entries[to]!);
    to += 1;
  }
  while (to < entries.length && entries[to]?.timeNs === entries[to - 1]?.timeNs) to += 1;
  return to - from > maxStretch * packing.blockLines ? undefined : to;
}

function isSame(left: LogEntry | undefined, right: LogEntry): boolean {
  if (left?.line !== right.line) return false;
  const names = Object.keys(left.metadata);
  return (
    names.length === Object.keys(right.metadata).length &&
    names.every((name) => left.metadata[name] === right.metadata[name])
  );
}

/** The same for the same line. */
function textOf({ line, metadata }: LogEntry): string {
  const pairs = Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${line.length} ${line}${JSON.stringify(pairs)}`;
}

function sumOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
}

/** As V8 keeps it, roughly: two bytes a character, and what an object and a number of 64 bits take. */
function bytesOf({ line, metadata }: LogEntry): number {
  let bytes = 64 + line.length * 2;
  for (const [name, value] of Object.entries(metadata)) bytes += (name.length + value.length) * 2;
  return bytes;
}
