import type { FloatHistogram } from '../../src/promql/index.ts';
import { createHistogram } from '../../src/promql/index.ts';
import { createRandom, type Random } from './random.ts';

/** Samples of one series; a value that is undefined is the stale marker. */
export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly {
    readonly timeMs: number;
    readonly value: number | FloatHistogram | undefined;
  }[];
}

/** When the data begin, since 1970 [ms]; a whole number of hours. */
export const START_MS = 1_700_002_800_000;
/** How long they last [ms]. */
export const LENGTH_MS = 2_400_000;
const SCRAPE_MS = 15_000;

type Value = TestSeries['samples'][number]['value'];

/** Whole multiples of an eighth, so that sums of them are exact in whatever order. */
function eighths(random: Random, most: number): number {
  return random.below(most * 8) / 8;
}

/** Samples every 15 s, some of them late by some milliseconds, with gaps and ends of the series between them. */
function scraped(random: Random, next: (at: number) => Value): TestSeries['samples'] {
  const samples: { timeMs: number; value: Value }[] = [];
  let gap = 0;
  for (let at = 0; at * SCRAPE_MS < LENGTH_MS; at += 1) {
    const value = next(at);
    if (gap > 0) {
      gap -= 1;
      continue;
    }
    const chance = random.next();
    if (chance < 0.02) gap = 1 + random.below(30);
    const timeMs = START_MS + at * SCRAPE_MS + (random.next() < 0.2 ? random.below(700) : 0);
    samples.push({ timeMs, value: chance > 0.985 ? undefined : value });
  }
  return samples;
}

function counter(random: Random): (at: number) => number {
  let value = random.below(50);
  return () => {
    value = random.next() < 0.03 ? random.below(5) : value + random.below(20);
    return value;
  };
}

function gauge(random: Random): (at: number) => number {
  return () => {
    const chance = random.next();
    if (chance < 0.02) return Number.NaN;
    if (chance < 0.03) return Number.POSITIVE_INFINITY;
    if (chance < 0.035) return Number.NEGATIVE_INFINITY;
    if (chance < 0.05) return 0;
    return eighths(random, 200) - 100;
  };
}

const bounds = ['0.125', '0.5', '1', '2.5', '10', '+Inf'];

/** A classic histogram; at times a bucket has less than the one before, as happens to those that are added up. */
function classicHistogram(
  random: Random,
  name: string,
  labels: Readonly<Record<string, string>>,
): readonly TestSeries[] {
  const counts = bounds.map(() => 0);
  let sum = 0;
  const rows = Array.from({ length: LENGTH_MS / SCRAPE_MS }, () => {
    if (random.next() < 0.02) counts.fill(0);
    for (let added = random.below(6); added > 0; added -= 1) {
      const bucket = random.below(bounds.length);
      for (let upTo = bucket; upTo < bounds.length; upTo += 1) counts[upTo] = (counts[upTo] ?? 0) + 1;
      sum += eighths(random, 4);
    }
    const shown = [...counts];
    if (random.next() < 0.03) shown[2] = Math.max(0, (shown[2] ?? 0) - 3);
    return { shown, sum };
  });
  const seed = random.below(1_000_000);
  // One seed for all of its series: they are scraped together.
  const series = (
    suffix: string,
    more: Readonly<Record<string, string>>,
    pick: (row: (typeof rows)[number]) => number,
  ): TestSeries => ({
    labels: { ...labels, ...more, __name__: `${name}${suffix}` },
    samples: scraped(createRandom(seed), (at) => pick(rows[at] ?? { shown: [], sum: 0 })),
  });
  return [
    ...bounds.map((le, bucket) => series('_bucket', { le }, ({ shown }) => shown[bucket] ?? 0)),
    series('_count', {}, ({ shown }) => shown.at(-1) ?? 0),
    series('_sum', {}, (row) => row.sum),
  ];
}

/** A native histogram that counts, or that goes up and down. */
function nativeHistogram(random: Random, schema: number, isGauge: boolean): (at: number) => FloatHistogram {
  const custom = schema === -53;
  const buckets = custom ? 4 : 6;
  const positive = new Float64Array(buckets);
  const negative = new Float64Array(custom ? 0 : 2);
  let zeroCount = 0;
  let sum = 0;
  return () => {
    if (random.next() < 0.03 || isGauge) {
      positive.fill(0);
      negative.fill(0);
      zeroCount = 0;
      sum = 0;
    }
    for (let added = random.below(8); added > 0; added -= 1) {
      const bucket = random.below(buckets);
      positive[bucket] = (positive[bucket] ?? 0) + 1;
      sum += eighths(random, 8);
      if (!custom && random.next() < 0.3) negative[bucket % 2] = (negative[bucket % 2] ?? 0) + 1;
      if (!custom && random.next() < 0.2) zeroCount += 1;
    }
    const count = [...positive, ...negative].reduce((total, value) => total + value, zeroCount);
    return createHistogram({
      schema,
      count,
      sum,
      zeroThreshold: custom ? 0 : 0.001,
      zeroCount,
      positiveSpans: custom
        ? [{ offset: 0, length: 4 }]
        : [
            { offset: 0, length: 3 },
            { offset: 2, length: 3 },
          ],
      positiveBuckets: positive.slice(),
      negativeSpans: custom ? [] : [{ offset: 1, length: 2 }],
      negativeBuckets: negative.slice(),
      customValues: custom ? [0.5, 1, 5] : [],
      counterReset: isGauge ? 'gauge' : 'unknown',
    });
  };
}

/** @param withNative native histograms too, which old servers do not take */
export function testData(seed: number, withNative: boolean): readonly TestSeries[] {
  const random = createRandom(seed);
  const series: TestSeries[] = [];
  for (const job of ['api', 'web']) {
    for (const instance of ['a:1', 'b:1', 'c:1']) {
      const target = { job, instance };
      series.push({
        labels: { __name__: 'up', ...target },
        samples: scraped(random, () => Number(random.next() < 0.9)),
      });
      series.push({
        labels: { __name__: 'memory_bytes', ...target },
        samples: scraped(random, gauge(random)),
      });
      series.push({
        labels: {
          __name__: 'build_info',
          ...target,
          version: `v${random.below(2)}`,
          zone: instance.slice(0, 1),
        },
        samples: scraped(random, () => 1),
      });
      for (const route of ['/', '/cart', '/order']) {
        const labels = { ...target, route };
        series.push({
          labels: { __name__: 'requests_total', ...labels },
          samples: scraped(random, counter(random)),
        });
        series.push({
          labels: { __name__: 'errors_total', ...labels },
          samples: scraped(random, counter(random)),
        });
      }
    }
    series.push(...classicHistogram(random, 'duration_seconds', { job, route: '/cart' }));
    series.push(...classicHistogram(random, 'duration_seconds', { job, route: '/order' }));
    if (withNative) {
      for (const [name, schema, isGauge] of [
        ['latency', 0, false],
        ['fine', 3, false],
        ['custom', -53, false],
        ['sizes', 1, true],
      ] as const) {
        series.push({
          labels: { __name__: name, job },
          samples: scraped(random, nativeHistogram(random, schema, isGauge)),
        });
      }
    }
  }
  series.push({ labels: { __name__: 'limit', job: 'api' }, samples: scraped(random, () => 42) });
  return series;
}
