import { float, numberOf } from '../value/static.ts';
import { log2Quantile } from './quantile.ts';
import type { Buckets } from './quantile.ts';
import { seriesKey } from './series.ts';
import type { MetricSeries, SeriesLabel, SeriesSet, SpanExemplar } from './series.ts';

export const bucketLabel = '__bucket';
const quantileLabel = 'p';

interface Histogram {
  readonly labels: readonly SeriesLabel[];
  /** By step, counts by the upper end of the bucket; most steps of most series have none. */
  readonly steps: Map<number, Map<number, number>>;
  readonly exemplars: SpanExemplar[];
}

/** Series of counts by bucket, which a label tells, become one series a quantile; 0 where a step has no span. */
export function quantileSeries(
  counts: SeriesSet,
  quantileRatios: readonly number[],
  steps: number,
): SeriesSet {
  const histograms = new Map<string, Histogram>();
  const overall = new Map<number, number>();
  for (const { labels, values, exemplars } of counts.values()) {
    const upperBound = numberOf(labels.find(({ name }) => name === bucketLabel)!.value);
    const rest = labels.filter(({ name }) => name !== bucketLabel);
    const key = seriesKey(rest);
    const histogram = histograms.get(key) ?? {
      labels: rest,
      steps: new Map<number, Map<number, number>>(),
      exemplars: [],
    };
    histograms.set(key, histogram);
    values.forEach((count, step) => {
      // Counts are whole there.
      const whole = Math.trunc(count);
      if (whole === 0) return;
      const own = histogram.steps.get(step) ?? new Map<number, number>();
      histogram.steps.set(step, own.set(upperBound, whole));
      overall.set(upperBound, (overall.get(upperBound) ?? 0) + whole);
    });
    histogram.exemplars.push(...exemplars);
  }
  return asSeries(histograms.values(), quantileRatios, steps, ascending(overall));
}

function asSeries(
  histograms: Iterable<Histogram>,
  quantileRatios: readonly number[],
  count: number,
  overall: Buckets,
): SeriesSet {
  const levels = quantileRatios.map((ratio) => log2Quantile(ratio, overall));
  const result = new Map<string, MetricSeries>();
  for (const { labels, steps, exemplars } of histograms) {
    const sorted = Array.from(steps, ([step, buckets]) => [step, ascending(buckets)] as const);
    quantileRatios.forEach((ratio, index) => {
      const own = [...labels, { name: quantileLabel, value: float(ratio) }];
      result.set(seriesKey(own), {
        labels: own,
        values: withValues(count, sorted, (buckets) => log2Quantile(ratio, buckets)),
        exemplars: exemplars.filter(({ value }) => nearest(levels, value) === index),
      });
    });
  }
  return result;
}

/** The value of each step; 0 where there is nothing. */
function withValues(
  count: number,
  steps: readonly (readonly [step: number, buckets: Buckets])[],
  valueOf: (buckets: Buckets) => number,
): Float64Array {
  const values = new Float64Array(count);
  for (const [step, buckets] of steps) values[step] = valueOf(buckets);
  return values;
}

const ascending = (buckets: ReadonlyMap<number, number>): Buckets =>
  [...buckets].toSorted(([a], [b]) => a - b);

/** Which of the quantiles a span is shown with. */
function nearest(levels: readonly number[], value: number): number {
  let best = -1;
  let bestDistance = Number.POSITIVE_INFINITY;
  levels.forEach((level, index) => {
    const distance = Math.abs(value - level);
    if (distance < bestDistance) [best, bestDistance] = [index, distance];
  });
  return best;
}
