import type { SeriesSamples } from '@sightline/query/promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SeriesStore, createSeriesStore } from './series-store.ts';

const all = { fromMs: -Infinity, toMs: Infinity };
const signal = new AbortController().signal;

function store(options: Partial<Parameters<typeof createSeriesStore>[0]> = {}): SeriesStore {
  return createSeriesStore({ maxSeries: 1000, maxBytes: 10_000_000, retentionMs: 1e9, ...options });
}

function fill(into: SeriesStore, labels: Record<string, string>, count: number, fromMs = 0): void {
  const ref = into.ref(labels);
  if (ref === undefined) throw new Error('refused');
  for (let at = 0; at < count; at++) into.append(ref, fromMs + at * 1000, at);
}

function select(from: SeriesStore, name: string, range = all): readonly SeriesSamples[] {
  return [
    ...(from.select([{ name: '__name__', op: '=', value: name }], range, signal) as Iterable<SeriesSamples>),
  ];
}

describe('createSeriesStore', () => {
  it('gives back any range of what was appended, across packed and open chunks', () => {
    const one = store();
    fill(one, { __name__: 'a', x: '1' }, 500);
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 510 }), fc.integer({ min: -5, max: 510 }), (from, to) => {
        const [read] = select(one, 'a', { fromMs: from * 1000, toMs: to * 1000 });
        const expected = Array.from({ length: 500 }, (_, at) => at).filter((at) => at >= from && at <= to);
        expect([...(read?.values ?? [])]).toEqual(expected);
        expect([...(read?.timesMs ?? [])]).toEqual(expected.map((at) => at * 1000));
      }),
    );
  });

  it('keeps the bits of the stale marker, packed and open', () => {
    const one = store();
    const ref = one.ref({ __name__: 'a' });
    for (let at = 0; at < 125; at++)
      if (ref !== undefined) one.append(ref, at, at % 5 === 4 ? undefined : at);
    const values = select(one, 'a')[0]?.values ?? new Float64Array(0);
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    expect([bits[4], bits[124]]).toEqual([0x7ff0000000000002n, 0x7ff0000000000002n]);
    expect(values[123]).toBe(123);
  });

  it('has one series where a label is empty and where it is not there', () => {
    const one = store();
    fill(one, { __name__: 'a', x: '1', route: '' }, 1);
    fill(one, { __name__: 'a', x: '1' }, 1, 5000);
    expect(select(one, 'a').map(({ labels, timesMs }) => [labels, [...timesMs]])).toEqual([
      [{ __name__: 'a', x: '1' }, [0, 5000]],
    ]);
    expect([...one.labelNames()].toSorted()).toEqual(['__name__', 'x']);
    const whole = { __name__: 'b' };
    expect(one.ref(whole)?.labels).toBe(whole);
  });

  it('tells what it does not take', () => {
    const one = store({ maxSeries: 1, retentionMs: 1000 });
    const ref = one.ref({ __name__: 'a' });
    expect(one.ref({ __name__: 'b' })).toBeUndefined();
    expect(ref && [one.append(ref, 5000, 1), one.append(ref, 5000, 2), one.append(ref, 4000, 1)]).toEqual([
      'stored',
      'duplicate',
      'out of order',
    ]);
  });

  it('finds series by equality, inequality and expressions, a missing label being ""', () => {
    const one = store();
    fill(one, { __name__: 'a', x: '1' }, 1);
    fill(one, { __name__: 'a', x: '2' }, 1);
    fill(one, { __name__: 'a' }, 1);
    const found = (op: '=' | '!=' | '=~' | '!~', value: string): number =>
      [...(one.select([{ name: 'x', op, value }], all, signal) as Iterable<unknown>)].length;
    expect([
      found('=', '1'),
      found('=', ''),
      found('!=', '1'),
      found('=~', '1|2'),
      found('!~', '.+'),
    ]).toEqual([1, 1, 2, 2, 1]);
    expect([...one.labelNames()].toSorted()).toEqual(['__name__', 'x']);
    expect([...one.labelValues('x')].toSorted()).toEqual(['1', '2']);
  });

  it('drops the oldest samples when it is full, and never holds more', () => {
    const one = store({ maxBytes: 40_000 });
    for (let round = 0; round < 50; round++) {
      for (let series = 0; series < 10; series++) {
        fill(one, { __name__: 'a', series: String(series) }, 60, round * 60_000);
      }
    }
    const { bytes, evictedSamples, samples } = one.stats();
    expect(bytes).toBeLessThanOrEqual(40_000);
    expect(evictedSamples + samples).toBe(30_000);
    expect(select(one, 'a')[0]?.timesMs.at(-1)).toBe(49 * 60_000 + 59_000);
  });

  it('takes no other series where labels leave no room for samples, and keeps those of the others', () => {
    const one = store({ maxBytes: 100_000 });
    const labels = (at: number) => ({ __name__: 'a', url: `${at} ${'x'.repeat(400)}` });
    const refs = Array.from({ length: 1000 }, (_, at) => one.ref(labels(at)));
    const taken = refs.filter((ref) => ref !== undefined);
    expect(taken.length).toBeGreaterThan(40);
    expect(taken.length).toBeLessThan(200);
    expect(refs.findIndex((ref) => ref === undefined)).toBe(taken.length);
    for (let round = 0; round < 100; round += 1)
      for (const ref of taken) expect(one.append(ref, round * 1000, round)).toBe('stored');
    const { series, bytes } = one.stats();
    expect(series).toBe(taken.length);
    expect(bytes).toBeLessThanOrEqual(102_000);
    expect(select(one, 'a')).toHaveLength(taken.length);
  });

  it('forgets what is too old and takes it again when it comes back', () => {
    const one = store({ retentionMs: 10_000 });
    const ref = one.ref({ __name__: 'a' });
    if (ref === undefined) throw new Error('refused');
    one.append(ref, 1000, 1);
    one.expire(20_000);
    expect(one.stats()).toMatchObject({ series: 0, samples: 0, bytes: 0 });
    expect(one.append(ref, 21_000, 2)).toBe('stored');
    expect(select(one, 'a')).toMatchObject([{ timesMs: new Float64Array([21_000]) }]);
    expect(one.stats()).toMatchObject({ series: 1, samples: 1 });
  });

  it('holds native histograms of many series alone, and beside numbers, and lets all of them go', () => {
    const one = store({ maxSeries: 500, retentionMs: 5000 });
    const histogram = {
      schema: 0,
      count: 1,
      sum: 1,
      zeroThreshold: 0,
      zeroCount: 1,
      customValues: new Float64Array(0),
      counterReset: 'unknown',
      positiveSpans: [],
      positiveBuckets: new Float64Array(0),
      negativeSpans: [],
      negativeBuckets: new Float64Array(0),
    } as const;
    const refs = Array.from({ length: 300 }, (_, number) => one.ref({ __name__: 'h', at: String(number) })!);
    for (const ref of refs.filter((_, number) => number % 2 === 0)) one.append(ref, 1000, histogram);
    // Nothing that is a number has come yet, to this one or to one that loses all again.
    const other = store({ maxSeries: 500, retentionMs: 5000 });
    for (let number = 0; number < 100; number++)
      other.append(other.ref({ __name__: 'h', at: String(number) })!, 1000, histogram);
    other.expire(1e6);
    expect(other.stats()).toMatchObject({ series: 0, samples: 0, bytes: 0 });
    expect([...(one.select([], all, signal) as Iterable<SeriesSamples>)]).toHaveLength(150);
    for (const [number, ref] of refs.entries()) {
      if (number % 2 === 1) one.append(ref, 1000, number);
      if (number % 4 === 1) for (let more = 1; more < 20; more++) one.append(ref, 1000 + more, more);
    }
    const at = (value: string): SeriesSamples | undefined => {
      const matchers = [{ name: 'at', op: '=' as const, value }];
      return [...(one.select(matchers, all, signal) as Iterable<SeriesSamples>)][0];
    };
    expect(at('298')).toMatchObject({ timesMs: Float64Array.of(1000), histograms: [histogram] });
    expect(at('299')).toMatchObject({ timesMs: Float64Array.of(1000), values: Float64Array.of(299) });
    expect(at('297')?.values).toHaveLength(20);
    expect(one.ref({ __name__: 'x', at: '1' })).toBeDefined();
    expect([...one.labelValues('at')]).toHaveLength(300);
    one.expire(1e6);
    expect(one.stats()).toMatchObject({ series: 0, samples: 0, bytes: 0 });
  });

  it('tells a series whose reference was kept while it was forgotten from what is older than its new samples', () => {
    const one = store({ retentionMs: 5000 });
    const labels = { __name__: 'a' };
    const [old, other] = [one.ref(labels)!, one.ref({ __name__: 'b' })!];
    one.append(old, 1000, 1);
    one.append(other, 20_000, 1);
    one.expire(20_000);
    const renewed = one.ref(labels)!;
    expect(one.append(renewed, 30_000, 2)).toBe('stored');
    expect(one.append(old, 29_000, 3)).toBe('out of order');
    expect(one.append(old, 31_000, 4)).toBe('stored');
    expect(one.append(old, 1, 4)).toBe('out of order');
  });

  it('has of every series what was appended last, whatever goes and comes in between', () => {
    const command = fc.record({
      series: fc.nat(5),
      stepMs: fc.integer({ min: -1, max: 400 }),
      count: fc.integer({ min: 1, max: 40 }),
      expires: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const retentionMs = 5000;
        const one = store({ retentionMs });
        const refs = Array.from({ length: 6 }, (_, series) =>
          one.ref({ __name__: 'a', series: String(series) }),
        );
        const model = new Map<number, { timeMs: number; value: number }[]>();
        let nowMs = 0;
        for (const { series, stepMs, count, expires } of commands) {
          for (let at = 0; at < count; at++) {
            nowMs += stepMs;
            const ref = refs[series];
            if (ref === undefined) throw new Error('refused');
            if (one.append(ref, nowMs, at) !== 'stored') continue;
            const samples = model.get(series) ?? [];
            model.set(series, samples);
            samples.push({ timeMs: nowMs, value: at });
          }
          if (expires) one.expire(nowMs);
        }
        let kept = 0;
        for (let series = 0; series < 6; series++) {
          const matchers = [{ name: 'series', op: '=' as const, value: String(series) }];
          const [read] = [...(one.select(matchers, all, signal) as Iterable<SeriesSamples>)];
          const samples = model.get(series) ?? [];
          const count = read?.timesMs.length ?? 0;
          const last = samples.slice(samples.length - count);
          expect([...(read?.timesMs ?? [])]).toEqual(last.map(({ timeMs }) => timeMs));
          expect([...(read?.values ?? [])]).toEqual(last.map(({ value }) => value));
          // What may go is too old at some moment, so what is not is there.
          expect(count).toBeGreaterThanOrEqual(
            samples.filter(({ timeMs }) => timeMs >= nowMs - retentionMs).length,
          );
          kept += count;
        }
        expect(one.stats().samples).toBe(kept);
        one.expire(nowMs + 1e9);
        expect(one.stats()).toMatchObject({ series: 0, samples: 0, bytes: 0 });
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
