import { QueryError } from '../../query-error.ts';
import type { Direction, LogEntry, LogSelection, LogSource, LogStream } from '../log-source.ts';
import { createStreamLabels } from '../pipeline/stream-labels.ts';
import type { StreamLabels } from '../pipeline/stream-labels.ts';
import type { QueryBudget } from './query-budget.ts';

/** Reads one stream: the batch at hand, and how the next one comes. */
interface Cursor {
  readonly stream: StreamLabels;
  /** Place of the stream among all, which decides between lines of the same time. */
  readonly place: number;
  readonly batches: Iterator<readonly LogEntry[]> | AsyncIterator<readonly LogEntry[]>;
  /** `unread` until the next one is taken. */
  batch: readonly LogEntry[];
  at: number;
  /** Of the line at hand; while there is none, what the next one cannot be before. */
  timeNs: bigint;
}

const unread: readonly LogEntry[] = [];

/** The lines of many streams as one, in the order of time. */
export interface MergedLines {
  readonly stream: StreamLabels | undefined;
  /** undefined when there are no more. */
  readonly entry: LogEntry | undefined;
  /** Goes to the next line. Only where a batch has to come from elsewhere, it is a promise. */
  next(): Promise<void> | undefined;
  close(): void;
}

/** The streams that a selection names. */
export async function selectStreams(
  source: LogSource,
  selection: LogSelection,
  budget: QueryBudget,
): Promise<readonly LogStream[]> {
  const streams: LogStream[] = [];
  for await (const stream of source.select(selection, budget.signal)) {
    if (streams.length >= budget.limits.maxSeries) {
      throw new QueryError(
        'limit',
        `maximum number of streams (${budget.limits.maxSeries}) reached for a single query`,
      );
    }
    streams.push(stream);
  }
  return streams;
}

/** Begins to read streams: those that say when their lines begin when it is their turn, the others now. */
export async function openLines(
  streams: readonly LogStream[],
  direction: Direction,
  budget: QueryBudget,
): Promise<MergedLines> {
  const cursors: Cursor[] = [];
  try {
    for (const stream of streams) {
      const cursor = createCursor(stream, cursors.length);
      // oxlint-disable-next-line no-await-in-loop -- one stream after the other
      if (stream.boundNs !== undefined || (await fill(cursor))) cursors.push(cursor);
      const waits = budget.pause();
      // oxlint-disable-next-line no-await-in-loop -- that is what it is for
      if (waits !== undefined) await waits;
    }
  } catch (error) {
    for (const { batches } of cursors) void batches.return?.();
    throw error;
  }
  return mergeCursors(cursors, direction, budget);
}

/** Goes to the next line and counts it. */
export function advance(lines: MergedLines, budget: QueryBudget): Promise<void> | undefined {
  const waits = lines.next();
  return waits === undefined ? countLine(lines, budget) : waits.then(() => countLine(lines, budget));
}

function countLine({ entry }: MergedLines, budget: QueryBudget): Promise<void> | undefined {
  return entry !== undefined && budget.read(entry.line.length) ? budget.pause() : undefined;
}

function createCursor({ labels, batches, boundNs = 0n }: LogStream, place: number): Cursor {
  const iterator =
    Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  return {
    stream: createStreamLabels(labels),
    place,
    batches: iterator,
    batch: unread,
    at: 0,
    timeNs: boundNs,
  };
}

/** Takes the next batch that is not empty. */
function fill(cursor: Cursor): boolean | Promise<boolean> {
  for (;;) {
    const result = cursor.batches.next();
    if (result instanceof Promise)
      return result.then((value) => (takeBatch(cursor, value) === 'empty' ? fill(cursor) : !value.done));
    const taken = takeBatch(cursor, result);
    if (taken !== 'empty') return taken === 'filled';
  }
}

function takeBatch(
  cursor: Cursor,
  result: IteratorResult<readonly LogEntry[], unknown>,
): 'filled' | 'empty' | 'ended' {
  if (result.done === true) return 'ended';
  const [first] = result.value;
  if (first === undefined) return 'empty';
  cursor.batch = result.value;
  cursor.at = 0;
  cursor.timeNs = first.timeNs;
  return 'filled';
}

function mergeCursors(cursors: Cursor[], direction: Direction, budget: QueryBudget): MergedLines {
  const isBefore = (left: Cursor, right: Cursor): boolean => {
    if (left.timeNs !== right.timeNs)
      return direction === 'forward' ? left.timeNs < right.timeNs : left.timeNs > right.timeNs;
    return left.place < right.place;
  };
  // A binary heap, the next line on top.
  const heap = cursors;
  for (let at = Math.floor(heap.length / 2) - 1; at >= 0; at -= 1) sift(heap, at, isBefore);
  let started = false;

  function dropTop(): void {
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    heap[0] = last;
    sift(heap, 0, isBefore);
  }

  function settle(hasMore: boolean): void {
    if (hasMore) sift(heap, 0, isBefore);
    else dropTop();
  }

  /** Takes batches until the line of the stream on top is known. */
  function readTop(): Promise<void> | undefined {
    while (heap[0]?.batch === unread) {
      const filled = fill(heap[0]);
      if (typeof filled !== 'boolean')
        return filled.then((hasMore) => {
          settle(hasMore);
          return readTop();
        });
      settle(filled);
      const waits = budget.pause();
      if (waits !== undefined) return waits.then(readTop);
    }
    return undefined;
  }

  return {
    get stream() {
      return heap[0]?.stream;
    },
    get entry() {
      const top = heap[0];
      return top?.batch[top.at];
    },
    next() {
      if (!started) {
        started = true;
        return readTop();
      }
      const top = heap[0];
      if (top === undefined) return undefined;
      top.at += 1;
      const entry = top.batch[top.at];
      if (entry !== undefined) {
        top.timeNs = entry.timeNs;
        if (heap.length > 1) sift(heap, 0, isBefore);
        return readTop();
      }
      top.batch = unread;
      return readTop();
    },
    close() {
      for (const { batches } of cursors) void batches.return?.();
      heap.length = 0;
    },
  };
}

/** @param from place of a cursor, whose line may come later than those below it */
function sift(heap: Cursor[], from: number, isBefore: (left: Cursor, right: Cursor) => boolean): void {
  let at = from;
  const moving = heap[at]!;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    let best = left;
    if (right !== undefined && isBefore(right, left)) {
      best = right;
      child += 1;
    }
    if (!isBefore(best, moving)) break;
    heap[at] = best;
    at = child;
  }
  heap[at] = moving;
}
