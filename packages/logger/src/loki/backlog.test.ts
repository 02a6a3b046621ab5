import { describe, expect, it } from 'vitest';
import { type Backlog, createBacklog } from './backlog.ts';
import type { LokiEntry } from './entry.ts';

/** `count` lines of `bytes` each, numbered from `first`. */
function lines(count: number, bytes = 10, first = 0): LokiEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    labelsJson: '{}',
    valueJson: `["${first + index}"]`,
    bytes,
  }));
}

interface Bounds {
  readonly maxBufferSize?: number;
  readonly maxBufferBytes?: number;
  readonly maxBatchBytes?: number;
  readonly unbatched?: boolean;
}

function inMemory({
  maxBufferSize = 100,
  maxBufferBytes = 1e9,
  maxBatchBytes = 1e9,
  unbatched,
}: Bounds = {}): {
  readonly backlog: Backlog;
  readonly drops: number[];
} {
  const drops: number[] = [];
  const batching = unbatched === true ? (false as const) : { interval: 5, maxBufferSize };
  return {
    backlog: createBacklog({ batching, maxBufferBytes, maxBatchBytes }, undefined, (dropped) =>
      drops.push(dropped),
    ),
    drops,
  };
}

function numbers(entries: readonly LokiEntry[] | undefined): readonly string[] {
  return (entries ?? []).map(({ valueJson }) => valueJson.slice(2, -2));
}

describe('createBacklog in memory', () => {
  it('gives at most half of its lines to one push, the oldest first', () => {
    const { backlog } = inMemory({ maxBufferSize: 5 });
    backlog.add(lines(5));
    expect(numbers(backlog.take()?.entries)).toEqual(['0', '1', '2']);
    expect(numbers(backlog.take()?.entries)).toEqual(['3', '4']);
    expect(backlog.take()).toBeUndefined();
  });

  it('gives as many bytes as fit a push, or half of the room, and a line that is larger alone', () => {
    const { backlog } = inMemory({ maxBatchBytes: 25 });
    backlog.add([...lines(3), ...lines(1, 40, 3), ...lines(1, 10, 4)]);
    expect(backlog.take()).toMatchObject({ bytes: 20, firstSeq: 0 });
    expect(backlog.take()).toMatchObject({ bytes: 10, firstSeq: 2 });
    expect(backlog.take()).toMatchObject({ bytes: 40, firstSeq: 3 });
    expect(backlog.take()).toMatchObject({ bytes: 10, firstSeq: 4 });
    const half = inMemory({ maxBufferBytes: 60 }).backlog;
    half.add(lines(6));
    expect(half.take()).toMatchObject({ bytes: 30 });
  });

  it('fills a push to the byte, and 5,000 lines', () => {
    const exact = inMemory({ maxBatchBytes: 30 }).backlog;
    exact.add(lines(4));
    expect(exact.take()?.entries).toHaveLength(3);
    const many = inMemory({ maxBufferSize: 0 }).backlog;
    many.add(lines(5001));
    expect(many.take()?.entries).toHaveLength(5000);
  });

  it.each([
    { count: 2, bytes: 10, isFull: false },
    { count: 3, bytes: 10, isFull: true },
    { count: 1, bytes: 99, isFull: false },
    { count: 1, bytes: 100, isFull: true },
  ])('has a whole push with $count lines of $bytes bytes: $isFull', ({ count, bytes, isFull }) => {
    const { backlog } = inMemory({ maxBufferSize: 6, maxBatchBytes: 100 });
    expect(backlog.hasFullBatch).toBe(false);
    backlog.add(lines(count, bytes));
    expect(backlog.hasFullBatch).toBe(isFull);
  });

  it('drops the oldest past its lines, those on their way counted but kept', () => {
    const { backlog, drops } = inMemory({ maxBufferSize: 4 });
    backlog.add(lines(4));
    expect(drops).toEqual([]);
    const taken = backlog.take();
    backlog.add(lines(3, 10, 4));
    expect(drops).toEqual([3]);
    expect(backlog.lines).toBe(4);
    expect(numbers(taken?.entries)).toEqual(['0', '1']);
    expect(numbers(backlog.take()?.entries)).toEqual(['5', '6']);
  });

  it('drops the oldest past its bytes, not at them', () => {
    const { backlog, drops } = inMemory({ maxBufferBytes: 40 });
    backlog.add(lines(4));
    expect(drops).toEqual([]);
    backlog.add(lines(1, 1, 4));
    expect(drops).toEqual([1]);
    const taken = backlog.take();
    expect(taken?.bytes).toBe(20);
    backlog.add(lines(1, 15, 5));
    expect(drops).toEqual([1, 1]);
  });

  it('holds 10,000 lines where lines are not batched', () => {
    const { backlog, drops } = inMemory({ unbatched: true });
    backlog.add(lines(10_001, 1));
    expect(drops).toEqual([1]);
    expect(backlog.lines).toBe(10_000);
  });

  it('knows of a moment whether all before it is taken, and settled', () => {
    const { backlog } = inMemory({ maxBufferSize: 4 });
    expect(backlog.isSettledTo(backlog.mark())).toBe(true);
    backlog.add(lines(2));
    const mark = backlog.mark();
    backlog.add(lines(1, 10, 2));
    expect([backlog.holdsBefore(mark), backlog.isSettledTo(mark)]).toEqual([true, false]);
    const first = backlog.take();
    expect([backlog.holdsBefore(mark), backlog.isSettledTo(mark)]).toEqual([false, false]);
    expect(first && backlog.settle(first)).toBe(true);
    expect(backlog.isSettledTo(mark)).toBe(true);
    expect(backlog.isSettledTo(backlog.mark())).toBe(false);
    expect(first && backlog.settle(first)).toBe(false);
    expect(backlog.lines).toBe(1);
  });

  it('is settled to a moment only when each part of a cut push is', () => {
    const { backlog } = inMemory({ maxBufferSize: 8 });
    backlog.add(lines(4));
    const mark = backlog.mark();
    const batch = backlog.take();
    if (!batch) throw new Error('no batch');
    const { entries } = batch;
    const [late, early] = backlog.split(batch, [entries.slice(2), entries.slice(0, 2)]);
    if (!late || !early) throw new Error('no parts');
    expect([late.firstSeq, early.firstSeq, late.bytes]).toEqual([2, 0, 20]);
    expect(backlog.settle(batch)).toBe(false);
    expect(backlog.settle(late)).toBe(true);
    expect(backlog.isSettledTo(mark)).toBe(false);
    expect(backlog.lines).toBe(2);
    expect(backlog.settle(early)).toBe(true);
    expect(backlog.isSettledTo(mark)).toBe(true);
    expect(backlog.lines).toBe(0);
  });

  it('forgets what is in memory, taken or not, and says how many lines that were', () => {
    const { backlog } = inMemory({ maxBufferSize: 4 });
    backlog.add(lines(3));
    const taken = backlog.take();
    expect(backlog.abandon()).toBe(3);
    expect(backlog.lines).toBe(0);
    expect(taken && backlog.settle(taken)).toBe(false);
    expect(backlog.abandon()).toBe(0);
  });
});
