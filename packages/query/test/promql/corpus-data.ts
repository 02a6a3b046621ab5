import {
  createHistogram,
  createMemorySeries,
  type FloatHistogram,
  type MemorySeries,
} from '../../src/promql/index.ts';
import { LENGTH_MS, START_MS, testData, type TestSeries } from './data.ts';

const EVERY_MS = 20_000;

type Value = TestSeries['samples'][number]['value'];

function series(
  name: string,
  more: Readonly<Record<string, string>>,
  valueAt: (at: number) => Value,
): TestSeries {
  return {
    labels: { __name__: name, ...more },
    samples: Array.from({ length: LENGTH_MS / EVERY_MS }, (_, at) => ({
      timeMs: START_MS + at * EVERY_MS,
      value: valueAt(at),
    })),
  };
}

/** A histogram that counts: schemas and the zero bucket change on the way, and it begins anew. */
function native(
  at: number,
  schema: number,
  counterReset: FloatHistogram['counterReset'] = 'unknown',
): FloatHistogram {
  const since = at % 50;
  const spread = [since, since * 2, since];
  const zeroCount = Math.floor(since / 2);
  return createHistogram({
    schema,
    count: since * 5 + zeroCount,
    sum: since * 3 - 10,
    zeroThreshold: at % 90 < 60 ? 0.001 : 0.01,
    zeroCount,
    positiveSpans: [
      { offset: -1, length: 2 },
      { offset: 1, length: 1 },
    ],
    positiveBuckets: spread,
    negativeSpans: [{ offset: 0, length: 1 }],
    negativeBuckets: [since],
    counterReset,
  });
}

function withBounds(at: number, customValues: readonly number[]): FloatHistogram {
  const counts = [...customValues, 0].map((_, bucket) => (at % 40) * (bucket + 1));
  return createHistogram({
    schema: -53,
    count: counts.reduce((total, count) => total + count, 0),
    sum: at % 40,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    customValues: [...customValues],
  });
}

const turns = [1, 4, 2, Number.NaN, 2, -3, -3, Number.POSITIVE_INFINITY];

/** What is hard to add up: floats and histograms in one series, widths and bounds that change, buckets that are missing. */
const hard: readonly TestSeries[] = [
  ...['a:1', 'b:1'].flatMap((instance) => [
    series('mixed', { instance }, (at) =>
      at % 30 === 29 ? undefined : Math.floor(at / 20) % 2 === 0 ? at % 20 : native(at, 1),
    ),
    series('widths', { instance }, (at) => native(at, [3, 1, 0][Math.floor(at / 25) % 3] ?? 0)),
    series('bounds', { instance }, (at) =>
      withBounds(at, Math.floor(at / 15) % 2 === 0 ? [0.5, 1, 5] : [1, 5]),
    ),
  ]),
  series('mixed', { instance: 'c:1' }, (at) => native(at, -4, 'gauge')),
  series('bounds', { instance: 'c:1' }, (at) => native(at, 2)),
  series('turns', {}, (at) => turns[at % turns.length]),
  series('torn_bucket', { le: '1' }, (at) => at * 10),
  series('torn_bucket', { le: '2' }, (at) => at * 6),
  series('torn_bucket', { le: '3', kind: 'endless' }, (at) => at),
  series('torn_bucket', { le: '+Inf' }, (at) => at * 12),
  series('torn_bucket', { le: 'x', kind: 'odd' }, (at) => at),
  series('torn_bucket', { le: '+Inf', kind: 'empty' }, () => 0),
  series('target_info', { job: 'api', instance: 'a:1', region: 'north' }, () => 1),
  series('target_info', { job: 'web', instance: 'b:1', region: 'south' }, () => 1),
];

/** Series for the queries that are written down. */
const corpusSeries: readonly TestSeries[] = [...testData(7, true), ...hard];

export function corpusSource(): MemorySeries {
  const source = createMemorySeries();
  for (const { labels, samples } of corpusSeries) {
    for (const { timeMs, value } of samples) {
      if (value === undefined) source.appendStale(labels, timeMs);
      else source.append(labels, timeMs, value, timeMs - (timeMs % 600_000));
    }
  }
  return source;
}
