import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue, Trace } from '../model.ts';
import { baseNs, id, secondNs, span, trace } from '../traces.fixture.ts';
import { createMemoryTraces } from './memory-traces.ts';
import type { MemoryTraces } from './memory-traces.ts';

const allTime = { fromNs: 0n, toNs: 1n << 62n };

async function allOf(
  traces: MemoryTraces,
  range = allTime,
  signal = new AbortController().signal,
): Promise<readonly Trace[]> {
  const all: Trace[] = [];
  for await (const each of traces.traces(range, signal)) all.push(each);
  return all;
}

describe('createMemoryTraces', () => {
  it('puts spans of a trace together whatever their order', async () => {
    const traces = createMemoryTraces();
    traces.add([span({ spanId: id(2) }), span({ traceId: trace(2) })]);
    traces.add([span({ spanId: id(1) })]);
    expect((await traces.trace('1'))?.spans.map(({ spanId }) => spanId)).toEqual([id(2), id(1)]);
    expect(traces.stats()).toMatchObject({ traces: 2, spans: 3 });
  });

  it('gives the newest first, and only those with a part in the range', async () => {
    const traces = createMemoryTraces();
    traces.add(
      [2, 3, 1].map((number) =>
        span({ traceId: trace(number), startNs: baseNs + BigInt(number) * secondNs }),
      ),
    );
    expect((await allOf(traces)).map(({ traceId }) => traceId)).toEqual([trace(3), trace(2), trace(1)]);
    const range = { fromNs: baseNs, toNs: baseNs + secondNs };
    expect((await allOf(traces, range)).map(({ traceId }) => traceId)).toEqual([trace(1)]);
  });

  it('gives another object for a trace that grew, and leaves the one that was given as it is', async () => {
    const traces = createMemoryTraces();
    traces.add([span({ spanId: id(1) })]);
    const [before] = await allOf(traces);
    expect((await allOf(traces))[0]).toBe(before);
    traces.add([span({ spanId: id(2) })]);
    expect(before?.spans).toHaveLength(1);
    expect((await allOf(traces))[0]?.spans).toHaveLength(2);
  });

  it('keeps one resource for all spans that say the same of it', async () => {
    const traces = createMemoryTraces();
    const resource = (): { attributes: Map<string, string> } => ({
      attributes: new Map([['service.name', 'shop']]),
    });
    traces.add([{ ...span({ spanId: id(1) }), resource: resource() }]);
    traces.add([{ ...span({ spanId: id(2) }), resource: resource() }]);
    const [first, second] = (await traces.trace(trace(1)))?.spans ?? [];
    expect(first?.resource).toBe(second?.resource);
  });

  it('pushes out the traces that nothing came to for longest', async () => {
    const traces = createMemoryTraces({ maxTraces: 2 });
    traces.add([
      span({ traceId: trace(1) }),
      span({ traceId: trace(2) }),
      span({ traceId: trace(1), spanId: id(2) }),
    ]);
    traces.add([span({ traceId: trace(3) })]);
    expect(await traces.trace(trace(2))).toBeUndefined();
    expect(traces.stats()).toMatchObject({ traces: 2, spans: 3, evictedSpans: 1 });
  });

  it('drops what does not fit into a trace, and says so', () => {
    const traces = createMemoryTraces({ maxSpansPerTrace: 1 });
    traces.add([span({ spanId: id(1) }), span({ spanId: id(2) })]);
    expect(traces.stats()).toMatchObject({ spans: 1, droppedSpans: 1 });
  });

  it('forgets traces that ended before a time', () => {
    const traces = createMemoryTraces();
    traces.add([span({ traceId: trace(1) }), span({ traceId: trace(2), startNs: baseNs + secondNs })]);
    traces.dropBefore(baseNs + 2n * secondNs);
    expect(traces.stats()).toMatchObject({ traces: 1, spans: 1 });
    traces.dropBefore(baseNs + 9n * secondNs);
    expect(traces.stats()).toMatchObject({ traces: 0, spans: 0, bytes: 0 });
  });

  it('stays within every bound, and counts what it lost, whatever comes', async () => {
    const spans = fc.array(fc.record({ traceNumber: fc.nat(8), length: fc.nat(2_000) }), { maxLength: 60 });
    const limits = fc.record({
      maxTraces: fc.integer({ min: 1, max: 6 }),
      maxSpans: fc.integer({ min: 1, max: 20 }),
      maxBytes: fc.integer({ min: 500, max: 20_000 }),
      maxSpansPerTrace: fc.integer({ min: 1, max: 8 }),
      maxUnpackedSpans: fc.integer({ min: 1, max: 70 }),
    });
    await fc.assert(
      fc.asyncProperty(spans, limits, async (sketches, bounds) => {
        const traces = createMemoryTraces(bounds);
        for (const [index, { traceNumber, length }] of sketches.entries()) {
          traces.add([span({ traceId: trace(traceNumber), spanId: id(index), name: 'x'.repeat(length) })]);
          const { traces: count, spans: kept, bytes, evictedSpans, droppedSpans } = traces.stats();
          expect(count).toBeLessThanOrEqual(bounds.maxTraces);
          expect(kept).toBeLessThanOrEqual(bounds.maxSpans);
          expect(bytes).toBeLessThanOrEqual(bounds.maxBytes);
          expect(kept + evictedSpans + droppedSpans).toBe(index + 1);
          // oxlint-disable-next-line no-await-in-loop -- as it is after each of them
          expect((await allOf(traces)).flatMap((each) => each.spans)).toHaveLength(kept);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has every span of a trace in the order in which it came, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (numbers, maxUnpackedSpans) => {
          const traces = createMemoryTraces({ maxUnpackedSpans });
          const given = numbers.map((number, at) => span({ traceId: trace(number), spanId: id(at) }));
          for (const each of given) traces.add([each]);
          for (const [traceId, own] of Map.groupBy(given, (each) => each.traceId))
            // oxlint-disable-next-line no-await-in-loop -- one after the other is enough
            expect((await traces.trace(traceId))?.spans).toEqual(own);
          traces.dropBefore(1n << 63n);
          expect(traces.stats()).toMatchObject({ traces: 0, spans: 0, bytes: 0 });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('packs what nothing came to for longest, a block at a time, and leaves the rest as it is', async () => {
    const traces = createMemoryTraces({ maxUnpackedSpans: 1500 });
    const given = Array.from({ length: 1501 }, (_, at) => span({ traceId: trace(at % 500), spanId: id(at) }));
    traces.add(given.slice(0, 1500));
    const before = traces.stats().bytes;
    traces.add(given.slice(1500));
    expect(traces.stats().bytes).toBeLessThan(before * 0.75);
    expect((await allOf(traces)).flatMap((each) => each.spans)).toHaveLength(1501);
    expect((await traces.trace(trace(1)))?.spans.map(({ spanId }) => spanId)).toEqual([
      id(1),
      id(501),
      id(1001),
    ]);
  });

  it('counts what a span holds into its bytes, whatever it is', () => {
    const bytesOf = (attributes: Readonly<Record<string, AttributeValue>>): number => {
      const traces = createMemoryTraces();
      traces.add([span({ attributes })]);
      return traces.stats().bytes;
    };
    const empty = bytesOf({ a: '' });
    expect(bytesOf({ a: 'x'.repeat(100) }) - empty).toBe(200);
    expect(bytesOf({ a: new Uint8Array(100) }) - empty).toBe(100);
    expect(bytesOf({ a: 5n })).toBe(bytesOf({ a: true }));
    expect(bytesOf({ a: { b: 'x'.repeat(100) } })).toBeGreaterThan(empty + 200);
    expect(bytesOf({ a: ['x', 'y'] })).toBeGreaterThan(bytesOf({ a: ['x'] }));
  });

  it('tells resources apart that look alike in JSON, and shares those that are alike however many there were', async () => {
    const traces = createMemoryTraces();
    const values: readonly AttributeValue[] = [
      1n,
      1,
      '1',
      Number.NaN,
      Infinity,
      -Infinity,
      new Uint8Array([1]),
      [1],
    ];
    const resourceOf = (value: AttributeValue) => ({ attributes: new Map([['v', value]]) });
    for (const [at, value] of [...values, ...values].entries())
      traces.add([{ ...span({ spanId: id(at) }), resource: resourceOf(value) }]);
    const kept = (await traces.trace(trace(1)))?.spans ?? [];
    expect(new Set(kept.map(({ resource }) => resource)).size).toBe(values.length);
    for (let at = 0; at < 10_001; at += 1)
      traces.add([{ ...span({ traceId: trace(2), spanId: id(at) }), resource: resourceOf(`${at}`) }]);
    traces.add([{ ...span({ traceId: trace(3) }), resource: resourceOf('10000') }]);
    expect((await traces.trace(trace(3)))?.spans[0]?.resource).toBe(
      (await traces.trace(trace(2)))?.spans[10_000]?.resource,
    );
  });

  it('stops giving traces when nobody waits any more', async () => {
    const traces = createMemoryTraces();
    traces.add([span({})]);
    expect(await allOf(traces, allTime, AbortSignal.abort())).toEqual([]);
  });
});
