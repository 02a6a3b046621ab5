import type { Labels } from '@sightline/query';
import type { Span } from '@sightline/query/traceql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSpanNumbers } from './span-numbers.ts';

const START_MS = 1_795_000_000_000;
const MINUTE_MS = 60_000;
afterEach(() => {
  vi.restoreAllMocks();
});

function span(name: string): Span {
  return {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    traceState: '',
    name,
    kind: 'internal',
    startNs: 0n,
    durationNs: 1n,
    status: 'unset',
    statusMessage: '',
    attributes: new Map(),
    events: [],
    links: [],
    resource: { attributes: new Map([['service.name', 'shop']]) },
    scope: { name: '', version: '', attributes: new Map() },
  };
}

function open(maxSeries = 20_000) {
  const samples: { readonly labels: Labels; readonly timeMs: number; readonly value: unknown }[] = [];
  let nowMs = START_MS;
  const sink = {
    sample: (labels: Labels, timeMs: number, value: unknown) => samples.push({ labels, timeMs, value }),
    metadata: () => undefined,
  };
  return {
    samples,
    numbers: createSpanNumbers(sink, maxSeries, () => nowMs),
    /** What a write writes then. */
    async writtenAt(numbers: ReturnType<typeof createSpanNumbers>, atMs: number) {
      nowMs = atMs;
      await numbers.write();
      return samples.splice(0);
    },
  };
}

describe('createSpanNumbers', () => {
  it('holds no more series than its bound, and counts the updates that had no room', async () => {
    // A half for each kind of numbers; an operation is calls, size and a histogram of 17 series.
    const { numbers, writtenAt } = open(2 * 19);
    numbers.add([span('a'), span('b')]);
    expect(await writtenAt(numbers, START_MS)).toHaveLength(19);
    expect(numbers.counts()).toEqual({ refused: 3, dropped: 0 });
  });

  it('writes the same objects again, which the store knows, until there was no span for 15 minutes', async () => {
    const { numbers, writtenAt } = open();
    numbers.add([span('a')]);
    const first = await writtenAt(numbers, START_MS);
    const second = await writtenAt(numbers, START_MS + 14 * MINUTE_MS);
    expect(second.map(({ labels }, at) => labels === first[at]?.labels)).toEqual(first.map(() => true));
    expect(await writtenAt(numbers, START_MS + 15 * MINUTE_MS)).toEqual([]);
  });

  it('lets others work while it writes, all of one time, and begins no second write meanwhile', async () => {
    let clockMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (clockMs += 10));
    const { numbers, samples } = open();
    numbers.add(Array.from({ length: 40 }, (_, at) => span(`operation ${at}`)));
    let written = -1;
    setImmediate(() => (written = samples.length));
    const first = numbers.write();
    await Promise.resolve();
    const second = numbers.write();
    expect(numbers.write()).toBe(second);
    await first;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(40 * 19);
    await second;
    expect(samples).toHaveLength(2 * 40 * 19);
    expect(new Set(samples.map(({ timeMs }) => timeMs))).toEqual(new Set([START_MS]));
  });
});
