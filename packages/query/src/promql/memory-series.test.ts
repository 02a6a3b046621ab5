import { describe, expect, it } from 'vitest';
import type { LabelMatcher } from '../labels.ts';
import { createHistogram } from './histogram/index.ts';
import { createMemorySeries, type MemorySeries } from './memory-series.ts';
import type { SeriesSamples } from './source.ts';
import { isStaleMarker } from './stale-marker.ts';

function select(
  series: MemorySeries,
  matchers: readonly LabelMatcher[],
  fromMs = 0,
  toMs = 1e15,
): readonly SeriesSamples[] {
  return [
    ...(series.select(matchers, { fromMs, toMs }, new AbortController().signal) as Iterable<SeriesSamples>),
  ];
}

const isUp: LabelMatcher = { name: '__name__', op: '=', value: 'up' };

describe('createMemorySeries', () => {
  it('gives the samples of a range, both ends belonging to it', () => {
    const series = createMemorySeries();
    for (let at = 0; at < 50; at += 1) series.append({ __name__: 'up' }, at * 10, at);
    const [found] = select(series, [isUp], 100, 120);
    expect(Array.from(found?.timesMs ?? [])).toEqual([100, 110, 120]);
    expect(Array.from(found?.values ?? [])).toEqual([10, 11, 12]);
    expect(select(series, [isUp], 1000, 2000)).toEqual([]);
  });

  it('finds series by every kind of matcher; a missing label is empty', () => {
    const series = createMemorySeries();
    for (const job of ['api', 'web', '']) series.append({ __name__: 'up', job }, 1, 1);
    const jobs = (op: LabelMatcher['op'], value: string): readonly (string | undefined)[] =>
      select(series, [isUp, { name: 'job', op, value }]).map(({ labels }) => labels['job']);
    expect(jobs('=', 'api')).toEqual(['api']);
    expect(jobs('=', '')).toEqual([undefined]);
    expect(jobs('!=', 'api')).toEqual(['web', undefined]);
    expect(jobs('=~', 'a.*|web')).toEqual(['api', 'web']);
    expect(jobs('!~', '.+')).toEqual([undefined]);
    expect(select(series, [{ name: '__proto__', op: '=', value: 'x' }])).toEqual([]);
  });

  it('refuses a sample that comes too late, and replaces one of the same time', () => {
    const series = createMemorySeries();
    const labels = { __name__: 'up' };
    expect([
      series.append(labels, 20, 1),
      series.append(labels, 10, 2),
      series.append(labels, 20, 3),
      series.appendStale(labels, 10),
    ]).toEqual([true, false, true, false]);
    expect(Array.from(select(series, [isUp])[0]?.values ?? [])).toEqual([3]);
    expect(series.size).toBe(1);
  });

  it('keeps histograms, start times and the end of a series', () => {
    const series = createMemorySeries();
    const histogram = createHistogram({ count: 1, sum: 2 });
    series.append({ __name__: 'up' }, 1, 5, 1);
    series.append({ __name__: 'up' }, 2, histogram);
    series.appendStale({ __name__: 'up' }, 3);
    const [found] = select(series, [isUp]);
    expect(found?.histograms).toEqual([undefined, histogram, undefined]);
    expect(Array.from(found?.startTimesMs ?? [])).toEqual([1, 0, 0]);
    expect([0, 1, 2].map((at) => isStaleMarker(found?.values ?? new Float64Array(3), at))).toEqual([
      false,
      false,
      true,
    ]);
    series.clear();
    expect(select(series, [isUp])).toEqual([]);
  });

  it('takes any text for a name of a label', () => {
    const series = createMemorySeries();
    const labels = Object.fromEntries([
      ['__proto__', 'x'],
      ['__name__', 'up'],
    ]);
    series.append(labels, 1, 1);
    expect(select(series, [{ name: '__proto__', op: '=', value: 'x' }])[0]?.labels).toEqual(labels);
  });
});
