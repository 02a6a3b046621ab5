import type { Labels } from '../../src/labels.ts';
import { compactHistogram, createHistogram, type FloatHistogram } from '../../src/promql/histogram/index.ts';
import type { LoadedSeries, Sample } from './load.ts';

interface Parts {
  readonly buckets: Map<number, number>;
  count: number | undefined;
  sum: number;
}

/** The classic histograms among series, as native ones with the same bounds. */
export function customBoundsSeries(series: readonly LoadedSeries[]): readonly LoadedSeries[] {
  const bases = new Map<string, { labels: Labels; byTime: Map<number, Parts> }>();
  for (const { labels, samples } of series) {
    const [, name, suffix] = /^(.*)_(bucket|sum|count)$/.exec(labels['__name__'] ?? '') ?? [];
    if (name === undefined) continue;
    const le = Number((labels['le'] ?? '').replace('+Inf', 'Infinity'));
    if (suffix === 'bucket' && Number.isNaN(le)) continue;
    const { le: _, ...rest } = labels;
    const base = { ...rest, __name__: name };
    const key = JSON.stringify(Object.entries(base).toSorted(([left], [right]) => (left < right ? -1 : 1)));
    const { byTime } = bases.get(key) ?? { byTime: new Map<number, Parts>() };
    bases.set(key, { labels: base, byTime });
    for (const { timeMs, value } of samples) {
      if (typeof value !== 'number') continue;
      const parts = byTime.get(timeMs) ?? { buckets: new Map<number, number>(), count: undefined, sum: 0 };
      byTime.set(timeMs, parts);
      if (suffix === 'bucket') parts.buckets.set(le, value);
      else if (suffix === 'count') parts.count = value;
      else parts.sum = value;
    }
  }
  return Array.from(bases.values(), ({ labels, byTime }) => ({
    labels,
    samples: Array.from(byTime.entries())
      .toSorted(([left], [right]) => left - right)
      .map(([timeMs, parts]): Sample => ({ timeMs, value: histogramOf(parts), startMs: 0 })),
  }));
}

function histogramOf({ buckets, count, sum }: Parts): FloatHistogram {
  const sorted = Array.from(buckets.entries()).toSorted(([left], [right]) => left - right);
  const total = count ?? sorted.at(-1)?.[1] ?? 0;
  if (sorted.at(-1)?.[0] !== Number.POSITIVE_INFINITY) sorted.push([Number.POSITIVE_INFINITY, total]);
  const counts = sorted.map(([, upTo], at) => upTo - (sorted[at - 1]?.[1] ?? 0));
  const whole = createHistogram({
    schema: -53,
    count: total,
    sum,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    customValues: sorted.slice(0, -1).map(([bound]) => bound),
  });
  return compactHistogram(whole, [...counts, total].every(Number.isInteger) ? 2 : 0);
}
