import { createEntryQueue } from './entry-queue.ts';
import type { LokiEntry, SpoolPlace } from './entry.ts';
import type { ResolvedLokiOptions } from './options.ts';
import type { Spool } from './spool.ts';

/** Lines of one push, oldest first. */
export interface Batch {
  readonly entries: readonly LokiEntry[];
  /** Encoded size [bytes]. */
  readonly bytes: number;
  /** True: the lines are on disk until the batch is settled. */
  readonly spooled: boolean;
  /** Place of its first line among all that came the same way, disk or memory, from 0. */
  readonly firstSeq: number;
}

/** A moment: how many lines had come until then, over the disk and over memory. */
export interface Mark {
  readonly spool: number;
  readonly memory: number;
}

/** Every line that was taken and not yet settled: on disk, in memory, or on its way. */
export interface Backlog {
  /** Takes entries. Past a bound the oldest that are not on their way go. */
  add(entries: readonly LokiEntry[]): void;
  /** The oldest lines, as many as fit one push; they stay counted until they are settled. */
  take(): Batch | undefined;
  /** Cuts a batch that was taken into several, each with its share of the lines, none without. */
  split(batch: Batch, shares: readonly (readonly LokiEntry[])[]): readonly Batch[];
  /** The lines of a batch that was taken have left, or were given up on. False when they were forgotten before. */
  settle(batch: Batch): boolean;
  /** Forgets what is only in memory, taken or not. Returns how many lines that were. */
  abandon(): number;
  mark(): Mark;
  /** True while a line older than the mark is not taken. */
  holdsBefore(mark: Mark): boolean;
  /** True when every line older than the mark is settled. */
  isSettledTo(mark: Mark): boolean;
  /** Lines not yet settled. */
  readonly lines: number;
  /** True when there is a whole push. */
  readonly hasFullBatch: boolean;
}

/** Bounds the work of one push where lines are tiny. */
const MAX_BATCH_LINES = 5_000;

/** Lines held in memory when there is no batching and so no option for it; pino-loki's default for it. */
const UNBATCHED_BUFFER_LINES = 10_000;

/**
 * Keeps lines on disk where there is a spool that takes them, else in memory. What is on disk is sent first: it is
 * older, because the disk takes lines again only once memory is empty.
 *
 * @param onDropped told how many lines were dropped for want of room in memory
 */
export function createBacklog(
  options: Pick<ResolvedLokiOptions, 'batching' | 'maxBufferBytes' | 'maxBatchBytes'>,
  spool: Spool | undefined,
  onDropped: (lines: number) => void,
): Backlog {
  const memory = createEntryQueue();
  const maxLines =
    options.batching === false ? UNBATCHED_BUFFER_LINES : options.batching.maxBufferSize || Infinity;
  // At most half of the room is on its way, so that the other half keeps the newest lines.
  const maxBatchLines = Math.min(MAX_BATCH_LINES, Math.ceil(maxLines / 2));
  const maxBatchBytes = Math.min(options.maxBatchBytes, Math.ceil(options.maxBufferBytes / 2));
  let taken: Batch[] = [];
  let takenLines = 0;
  /** How far on disk lines are settled, while older ones of the same push are not. */
  let settledPlace: SpoolPlace | undefined;
  let memoryAdded = 0;

  const takenInMemory = (): { lines: number; bytes: number } => {
    let lines = 0;
    let bytes = 0;
    for (const batch of taken) {
      if (batch.spooled) continue;
      lines += batch.entries.length;
      bytes += batch.bytes;
    }
    return { lines, bytes };
  };
  const trim = (): void => {
    const { lines, bytes } = takenInMemory();
    let dropped = 0;
    while (
      memory.lines > 0 &&
      (memory.lines + lines > maxLines || memory.bytes + bytes > options.maxBufferBytes)
    ) {
      memory.shift();
      dropped += 1;
    }
    if (dropped > 0) onDropped(dropped);
  };
  const takeMemory = (): Batch | undefined => {
    const firstSeq = memoryAdded - memory.lines;
    const entries: LokiEntry[] = [];
    let bytes = 0;
    for (let next = memory.peek(); next; next = memory.peek()) {
      // A line that is larger than a push goes alone.
      if (entries.length > 0 && (bytes + next.bytes > maxBatchBytes || entries.length >= maxBatchLines))
        break;
      memory.shift();
      entries.push(next);
      bytes += next.bytes;
    }
    return entries.length > 0 ? { entries, bytes, spooled: false, firstSeq } : undefined;
  };
  const takeSpool = (): Batch | undefined => {
    if (!spool || spool.lines === 0) return undefined;
    const firstSeq = spool.added - spool.lines;
    const entries = spool.take(maxBatchBytes, maxBatchLines);
    if (entries.length === 0) return undefined;
    return { entries, bytes: sumBytes(entries), spooled: true, firstSeq };
  };
  /** Place of the oldest line that came this way and is not settled. */
  const oldest = (spooled: boolean, head: number): number =>
    taken.reduce((seq, batch) => (batch.spooled === spooled ? Math.min(seq, batch.firstSeq) : seq), head);
  const spoolHead = (): number => (spool ? spool.added - spool.lines : 0);

  return {
    add(entries) {
      if (spool && memory.lines === 0 && spool.append(entries)) return;
      memoryAdded += entries.length;
      for (const entry of entries) memory.push(entry);
      trim();
    },
    take() {
      const batch = takeSpool() ?? takeMemory();
      if (!batch) return undefined;
      taken.push(batch);
      takenLines += batch.entries.length;
      return batch;
    },
    split(batch, shares) {
      const seqOf = new Map(batch.entries.map((entry, index) => [entry, batch.firstSeq + index]));
      const parts = shares.map((entries) => ({
        ...batch,
        entries,
        bytes: sumBytes(entries),
        firstSeq: (entries[0] && seqOf.get(entries[0])) ?? batch.firstSeq,
      }));
      taken = taken.flatMap((each) => (each === batch ? parts : [each]));
      return parts;
    },
    settle(batch) {
      if (!taken.includes(batch)) return false;
      taken = taken.filter((each) => each !== batch);
      takenLines -= batch.entries.length;
      const place = batch.entries.at(-1)?.place;
      if (place && isBehind(settledPlace, place)) settledPlace = place;
      // The parts of one push are settled in any order, and what is noted on disk is a single place.
      if (settledPlace && !taken.some(({ spooled }) => spooled)) {
        spool?.acknowledge(settledPlace);
        settledPlace = undefined;
      }
      return true;
    },
    abandon() {
      const lines = memory.lines + takenInMemory().lines;
      while (memory.shift());
      taken = taken.filter((batch) => batch.spooled);
      takenLines = taken.reduce((sum, batch) => sum + batch.entries.length, 0);
      return lines;
    },
    mark: () => ({ spool: spool?.added ?? 0, memory: memoryAdded }),
    holdsBefore: (mark) => spoolHead() < mark.spool || memoryAdded - memory.lines < mark.memory,
    isSettledTo: (mark) =>
      oldest(true, spoolHead()) >= mark.spool && oldest(false, memoryAdded - memory.lines) >= mark.memory,
    get lines() {
      return memory.lines + takenLines + (spool?.lines ?? 0);
    },
    get hasFullBatch() {
      return (
        memory.lines >= maxBatchLines ||
        memory.bytes >= maxBatchBytes ||
        (spool !== undefined &&
          spool.lines > 0 &&
          (spool.lines >= maxBatchLines || spool.bytes >= maxBatchBytes))
      );
    },
  };
}

function sumBytes(entries: readonly LokiEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isBehind(place: SpoolPlace | undefined, other: SpoolPlace): boolean {
  if (!place || place.segment !== other.segment) return !place || place.segment < other.segment;
  return place.end < other.end;
}
