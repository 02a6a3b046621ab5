import type { Labels } from '../../labels.ts';

/** A number that only grows, or a gauge. */
export interface GeneratedNumber {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** The same object each time, for as long as the series is kept. */
  readonly labels: Labels;
  readonly value: number;
}

/** A histogram of Prometheus's classic kind. */
export interface GeneratedHistogram {
  readonly name: string;
  readonly type: 'histogram';
  /** The same object each time, for as long as the series is kept. */
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
  /** All that there are, as they are now. */
  metrics(): readonly GeneratedMetric[];
  /** Forgets what was not updated for a quarter of an hour, as far as the times of the calls tell. @param nowMs since 1970 */
  expire(nowMs: number): void;
  /** Updates that had no room. */
  readonly refused: number;
}

/** How long a series is kept without an update [ms]. Source: `stale_duration` of the registry of Tempo's metrics generator */
const STALE_MS = 900_000;

interface Entry<State> {
  readonly name: string;
  readonly labels: Labels;
  readonly state: State;
  /** Whether it was since the last look at what is stale. */
  isUpdated: boolean;
  /** The first look after its last update, since 1970 [ms]. */
  updatedMs: number;
}

/** Metrics of one type. */
interface Kind<State> {
  readonly entries: Map<string, Entry<State>>;
  /** As how many series of Prometheus one of them counts. */
  readonly series: number;
  create(): State;
}

export function createMetricStore(upperBoundsSeconds: readonly number[], maxSeries: number): MetricStore {
  const buckets = upperBoundsSeconds.length + 1;
  const counters: Kind<{ value: number }> = { entries: new Map(), series: 1, create: () => ({ value: 0 }) };
  const gauges: Kind<{ value: number }> = { entries: new Map(), series: 1, create: () => ({ value: 0 }) };
  const histograms: Kind<HistogramState> = {
    entries: new Map(),
    // Its buckets, `_count` and `_sum`.
    series: buckets + 2,
    create: () => ({
      bucketCounts: new Float64Array(buckets),
      exemplarTraceIds: Array.from({ length: buckets }, () => ''),
      count: 0,
      sumSeconds: 0,
    }),
  };
  let size = 0;
  let refused = 0;

  function stateOf<State>(
    { entries, series, create }: Kind<State>,
    name: string,
    given: Labels,
  ): State | undefined {
    // A label without a value is none.
    const labels = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const key = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const known = entries.get(key);
    if (known !== undefined) {
      known.isUpdated = true;
      return known.state;
    }
    if (size + series > maxSeries) {
      refused += 1;
      return undefined;
    }
    size += series;
    const state = create();
    entries.set(key, { name, labels, state, isUpdated: true, updatedMs: 0 });
    return state;
  }

  function expireKind<State>({ entries, series }: Kind<State>, nowMs: number): void {
    for (const [key, entry] of entries) {
      if (entry.isUpdated) {
        entry.isUpdated = false;
        entry.updatedMs = nowMs;
      } else if (nowMs - entry.updatedMs >= STALE_MS) {
        entries.delete(key);
        size -= series;
      }
    }
  }

  return {
    get refused() {
      return refused;
    },
    increment(name, labels, by) {
      const state = stateOf(counters, name, labels);
      if (state !== undefined) state.value += by;
    },
    set(name, labels, value) {
      const state = stateOf(gauges, name, labels);
      if (state !== undefined) state.value = value;
    },
    observe(name, labels, valueSeconds, weight, traceId) {
      const state = stateOf(histograms, name, labels);
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
        counters.entries.values(),
        ({ name, labels, state: { value } }) => ({ name, type: 'counter', labels, value }) as const,
      ),
      ...Array.from(
        gauges.entries.values(),
        ({ name, labels, state: { value } }) => ({ name, type: 'gauge', labels, value }) as const,
      ),
      ...Array.from(histograms.entries.values(), ({ name, labels, state }): GeneratedHistogram => {
        const { bucketCounts, exemplarTraceIds, count, sumSeconds } = state;
        return {
          name,
          type: 'histogram',
          labels,
          upperBoundsSeconds,
          bucketCounts: bucketCounts.slice(),
          exemplarTraceIds: exemplarTraceIds.slice(),
          count,
          sumSeconds,
        };
      }),
    ],
    expire(nowMs) {
      expireKind(counters, nowMs);
      expireKind(gauges, nowMs);
      expireKind(histograms, nowMs);
    },
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
