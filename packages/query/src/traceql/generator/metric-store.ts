import type { Labels } from '../../labels.ts';

/** A number that only grows, or a gauge. */
export interface GeneratedNumber {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: Labels;
  readonly value: number;
}

/** A histogram of Prometheus's classic kind. */
export interface GeneratedHistogram {
  readonly name: string;
  readonly type: 'histogram';
  readonly labels: Labels;
  /** Upper ends of the buckets but for +Inf, ascending [s]. */
  readonly upperBoundsSeconds: readonly number[];
  /** How many values are in each bucket by itself, +Inf last. */
  readonly bucketCounts: Float64Array;
  readonly count: number;
  /** [s] */
  readonly sumSeconds: number;
  /** The last trace of each bucket, "" where there is none. */
  readonly exemplarTraceIds: readonly string[];
}

export type GeneratedMetric = GeneratedNumber | GeneratedHistogram;

interface HistogramState {
  readonly bucketCounts: Float64Array;
  readonly exemplarTraceIds: string[];
  count: number;
  sumSeconds: number;
}

/** Series that are counted up. */
export interface MetricStore {
  /** Counts up, if there is room: series over the bound are refused and counted. */
  increment(name: string, labels: Labels, by: number): void;
  set(name: string, labels: Labels, value: number): void;
  observe(name: string, labels: Labels, valueSeconds: number, weight: number, traceId: string): void;
  metrics(): readonly GeneratedMetric[];
  /** Updates that had no room. */
  readonly refused: number;
}

export function createMetricStore(upperBoundsSeconds: readonly number[], maxSeries: number): MetricStore {
  type Series<State> = Map<string, { readonly name: string; readonly labels: Labels; readonly state: State }>;
  const counters: Series<{ value: number }> = new Map();
  const gauges: Series<{ value: number }> = new Map();
  const histograms: Series<HistogramState> = new Map();
  let refused = 0;

  function stateOf<State>(
    series: Series<State>,
    name: string,
    given: Labels,
    create: () => State,
  ): State | undefined {
    // A label without a value is none.
    const labels = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const key = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const known = series.get(key);
    if (known !== undefined) return known.state;
    if (counters.size + gauges.size + histograms.size >= maxSeries) {
      refused += 1;
      return undefined;
    }
    const state = create();
    series.set(key, { name, labels, state });
    return state;
  }

  return {
    get refused() {
      return refused;
    },
    increment(name, labels, by) {
      const state = stateOf(counters, name, labels, () => ({ value: 0 }));
      if (state !== undefined) state.value += by;
    },
    set(name, labels, value) {
      const state = stateOf(gauges, name, labels, () => ({ value: 0 }));
      if (state !== undefined) state.value = value;
    },
    observe(name, labels, valueSeconds, weight, traceId) {
      const buckets = upperBoundsSeconds.length + 1;
      const state = stateOf(histograms, name, labels, () => ({
        bucketCounts: new Float64Array(buckets),
        exemplarTraceIds: Array.from({ length: buckets }, () => ''),
        count: 0,
        sumSeconds: 0,
      }));
      if (state === undefined) return;
      const found = upperBoundsSeconds.findIndex((bound) => valueSeconds <= bound);
      const bucket = found === -1 ? upperBoundsSeconds.length : found;
      state.bucketCounts[bucket] = (state.bucketCounts[bucket] as number) + weight;
      state.exemplarTraceIds[bucket] = traceId;
      state.count += weight;
      state.sumSeconds += valueSeconds * weight;
    },
    metrics: () => [
      ...Array.from(
        counters.values(),
        ({ name, labels, state: { value } }) => ({ name, type: 'counter', labels, value }) as const,
      ),
      ...Array.from(
        gauges.values(),
        ({ name, labels, state: { value } }) => ({ name, type: 'gauge', labels, value }) as const,
      ),
      ...Array.from(histograms.values(), ({ name, labels, state }): GeneratedHistogram => {
        const { bucketCounts, exemplarTraceIds, count, sumSeconds } = state;
        return {
          name,
          type: 'histogram',
          labels,
          upperBoundsSeconds,
          bucketCounts,
          exemplarTraceIds,
          count,
          sumSeconds,
        };
      }),
    ],
  };
}

/** One number of a series, as Prometheus has it. */
export interface GeneratedSample {
  /** With `__name__`. */
  readonly labels: Labels;
  readonly value: number;
}

/** Metrics as the series that they are in Prometheus: of a histogram `_bucket`, `_count` and `_sum`. */
export function generatedSamples(metrics: readonly GeneratedMetric[]): readonly GeneratedSample[] {
  return metrics.flatMap((metric) => {
    if (metric.type !== 'histogram') {
      return [{ labels: { __name__: metric.name, ...metric.labels }, value: metric.value }];
    }
    let below = 0;
    const bucketSamples = Array.from(metric.bucketCounts, (count, index) => {
      below += count;
      const le = String(metric.upperBoundsSeconds[index] ?? '+Inf');
      return { labels: { __name__: `${metric.name}_bucket`, ...metric.labels, le }, value: below };
    });
    return [
      ...bucketSamples,
      { labels: { __name__: `${metric.name}_count`, ...metric.labels }, value: metric.count },
      { labels: { __name__: `${metric.name}_sum`, ...metric.labels }, value: metric.sumSeconds },
    ];
  });
}
