import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryTraces } from './memory/memory-traces.ts';
import { queryTraceMetrics } from './metrics/query-range.ts';
import { searchTraces } from './search.ts';
import { tagValues } from './tags/tag-values.ts';
import { baseNs, id, secondNs, span, trace } from './traces.fixture.ts';

const SPANS = 12_000;
const source = createMemoryTraces({ maxUnpackedSpans: 1000 });
source.add(
  Array.from({ length: SPANS }, (_, at) =>
    span({ spanId: id(at + 1), parentSpanId: at === 0 ? '' : id(1), attributes: { place: BigInt(at % 7) } }),
  ),
);

/** How often others could work while something was done, if each look at the clock found that it is their turn. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 20));
  let turns = 0;
  let isDone = false;
  const others = (): void => {
    if (isDone) return;
    turns += 1;
    setImmediate(others);
  };
  setImmediate(others);
  try {
    await work();
  } finally {
    isDone = true;
  }
  return turns;
}

afterEach(() => vi.restoreAllMocks());

describe('a trace of many spans', () => {
  const limits = { timeoutMs: 3_600_000 };

  it('lets others work while it is unpacked', async () => {
    let spans = 0;
    const turns = await turnsDuring(async () => {
      spans = (await source.trace('1'))?.spans.length ?? 0;
    });
    expect(spans).toBe(SPANS);
    expect(turns).toBeGreaterThan(8);
  });

  it.each([
    ['is searched', () => searchTraces(source, '{ span.place = 3 }', { limits }), 20],
    ['has all of it read', () => tagValues(source, 'span.place', { limits }), 20],
    [
      'makes series',
      () =>
        queryTraceMetrics(source, '{} | rate() by (span.place)', {
          startNs: baseNs - secondNs,
          endNs: baseNs + secondNs,
          stepNs: secondNs,
          limits,
        }),
      40,
    ],
  ])('lets others work while it %s', async (_, work, least) => {
    expect(await turnsDuring(work)).toBeGreaterThan(least);
  });

  it('is given as it was when it was asked for', async () => {
    const traces = createMemoryTraces({ maxUnpackedSpans: 4 });
    const add = (from: number, to: number): void =>
      traces.add(Array.from({ length: to - from }, (_, at) => span({ spanId: id(from + at) })));
    add(0, 20);
    vi.spyOn(performance, 'now').mockImplementation(
      (
        (nowMs) => () =>
          (nowMs += 20)
      )(0),
    );
    const asked = traces.trace('1');
    add(20, 40);
    traces.dropBefore(1n << 63n);
    expect((await asked)?.spans.map(({ spanId }) => spanId)).toEqual(
      Array.from({ length: 20 }, (_, at) => id(at)),
    );
    expect(await traces.trace('1')).toBeUndefined();
  });

  it('ends when nobody waits any more', async () => {
    const controller = new AbortController();
    vi.spyOn(performance, 'now').mockImplementation(
      (
        (nowMs) => () =>
          (nowMs += 20)
      )(0),
    );
    const asked = source.trace(trace(1), controller.signal);
    controller.abort();
    expect(await asked).toBeUndefined();
  });
});
