import type { FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { writeMetric } from './metric-encoder.ts';
import { metricOf } from './metric-json.ts';
import { decodeRequest } from './otlp-decode.fixture.ts';
import type { DecodedMetric } from './otlp-decode.fixture.ts';
import { seededRandom } from '../traces/random-span.fixture.ts';

const TIME_MS = 1_800_000_000_123;

/** As the generated schema of OpenTelemetry reads it. */
function encoded(...families: readonly FamilySnapshot[]): readonly DecodedMetric[] {
  const metrics = new ByteWriter(1);
  for (const family of families) writeMetric(metrics, family, family.series, TIME_MS);
  const request = new ByteWriter();
  for (const tag of [0x0a, 0x12]) {
    request.byte(tag);
    request.varint(tag === 0x0a ? sizeOfField(metrics.pos) : metrics.pos);
  }
  request.raw(metrics.bytes.subarray(0, metrics.pos));
  return decodeRequest('/v1/metrics', 'application/x-protobuf', request.copy()).metrics;
}

/** A tag, a length and what it is of [bytes]. */
function sizeOfField(length: number): number {
  const writer = new ByteWriter();
  writer.varint(length);
  return 1 + writer.pos + length;
}

/** The same from its JSON. */
function asJson(...families: readonly FamilySnapshot[]): readonly DecodedMetric[] {
  const metrics = families.map((family) => metricOf(family, family.series, TIME_MS));
  const request = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  return decodeRequest('/v1/metrics', 'application/json', Buffer.from(request)).metrics;
}

const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'info', 'unknown'] as const;
const NAMES = ['http_server_request_duration_seconds', 'orders_placed_total', 'x'];
const TEXTS = ['', 'a', 'gold', 'ä'.repeat(40), '漢字', 'x'.repeat(130), '/api/tenants/:tenant/things'];
const NUMBERS = [0, 1, -2.5, 0.1, 1e21, Number.NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER];
const COUNTS = [0, 1, 127, 128, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 3];

/** Metrics of all kinds, the same ones for the same seed. */
function randomFamilies(seed: number): FamilySnapshot[] {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const maybe = <Value extends object>(value: () => Value): Value | undefined =>
    random() < 0.5 ? value() : undefined;
  const list = <Item>(longest: number, make: (at: number) => Item): Item[] =>
    Array.from({ length: Math.floor(random() * (longest + 1)) }, (_, at) => make(at));
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const exemplar = () => ({
    traceId: hex(32),
    spanId: hex(16),
    value: pick(NUMBERS),
    timeMs: Math.floor(random() * 2 ** 41),
  });

  return list(4, () => {
    const labels = ['http_route', 'error_type', 'tier', 'ä'.repeat(50)].filter(() => random() < 0.5);
    const boundaries = list(20, (at) => at / 4 - 1);
    const series = list(12, (): SeriesSnapshot => {
      const exemplars = maybe(() => [...boundaries, 0].map(() => maybe(exemplar)));
      return {
        labelValues: labels.map(() => (random() < 0.2 ? undefined : pick(TEXTS))),
        overflow: random() < 0.1,
        ...maybe(() => ({ value: pick(NUMBERS) })),
        ...maybe(() => ({ startTimeMs: 1.6e12 + random() * 3e11 })),
        ...maybe(() => ({ exemplar: exemplar() })),
        ...maybe(() => ({
          histogram: {
            counts: [...boundaries, 0].map(() => pick(COUNTS)),
            sum: pick(NUMBERS),
            ...(exemplars && { exemplars }),
          },
        })),
        ...maybe(() => ({
          summary: {
            quantiles: { '0.5': pick(NUMBERS), '0.99': 1 },
            sum: pick(NUMBERS),
            count: pick(COUNTS),
          },
        })),
      };
    });
    return {
      definition: {
        name: pick(NAMES),
        type: pick(TYPES),
        unit: pick(['', 's', '{order}']),
        help: pick(TEXTS),
        labels,
        boundaries,
        seriesBound: 10,
      },
      series,
    };
  });
}

describe('writeMetric', () => {
  it('writes what its JSON says, whatever the metric is', () => {
    for (let seed = 0; seed < 150; seed++) {
      const families = randomFamilies(seed);
      expect([seed, encoded(...families)]).toEqual([seed, asJson(...families)]);
    }
  });

  it.each([1, 100, 1_000, 200_000])('writes a label of %i characters and what follows it', (length) => {
    const definition = {
      name: 'x',
      type: 'gauge',
      unit: '',
      help: '',
      labels: ['l'],
      seriesBound: 10,
    } as const;
    const series = ['a', 'é'.repeat(length), 'z'].map((value, at) => ({ labelValues: [value], value: at }));
    const [metric, next] = encoded({ definition, series }, { definition, series: [] });
    expect(metric?.points.map(({ attributes }) => attributes['l'])).toEqual(
      series.map(({ labelValues }) => labelValues[0]),
    );
    expect(metric?.points.map(({ value }) => value)).toEqual([0, 1, 2]);
    expect(next).toMatchObject({ name: 'x', points: [] });
  });

  it('calls an instrument of OpenTelemetry and its attributes as its library does', () => {
    const definition = {
      name: 'orders_placed_total',
      type: 'counter',
      unit: '{order}',
      help: '',
      labels: ['customer_tier', 'shop'],
      seriesBound: 10,
      otel: { name: 'orders.placed', keys: ['customer.tier'] },
    } as const;
    const series = [{ labelValues: ['gold', 'a'], value: 1 }];
    for (const [metric] of [encoded({ definition, series }), asJson({ definition, series })]) {
      expect(metric).toMatchObject({
        name: 'orders.placed',
        points: [{ attributes: { 'customer.tier': 'gold', shop: 'a' } }],
      });
    }
  });

  it('writes an up-down counter as a sum that may fall, as a gauge would be another metric', () => {
    const definition = {
      name: 'queue_size',
      type: 'gauge',
      unit: '1',
      help: '',
      labels: [],
      seriesBound: 10,
      otel: { name: 'queue.size', keys: [], isSum: true },
    } as const;
    const series = [{ labelValues: [], value: 3 }];
    for (const [metric] of [encoded({ definition, series }), asJson({ definition, series })]) {
      expect(metric).toMatchObject({
        name: 'queue.size',
        type: 'sum',
        isMonotonic: false,
        aggregationTemporality: 2,
        points: [{ value: 3 }],
      });
    }
  });

  it('keeps the values of labels apart, however many there are and whatever has the same', () => {
    const definition = {
      name: 'x',
      type: 'gauge',
      unit: '',
      help: '',
      labels: ['l', 'm'],
      seriesBound: 10,
    } as const;
    const series = Array.from({ length: 700 }, (_, at) => ({
      labelValues: [`v${at % 350}`, `v${at % 7}`],
      value: at,
    }));
    expect(encoded({ definition, series })[0]?.points.map(({ attributes }) => attributes)).toEqual(
      series.map(({ labelValues: [l, m] }) => ({ l, m })),
    );
  });

  it('leaves out exemplars with ids that a collector refuses a whole request for, and span ids that are none', () => {
    const common = { value: 1, timeMs: TIME_MS };
    const exemplars = [
      { ...common, traceId: '1-5759e988-bd862e3fe1be46a994272793', spanId: 'cd'.repeat(8) },
      { ...common, traceId: 'ab'.repeat(16), spanId: '1234567890123456789' },
      { ...common, traceId: 'ab'.repeat(8), spanId: '' },
    ];
    const definition = { unit: '', help: '', labels: [], boundaries: [1, 2], seriesBound: 10 };
    const families: FamilySnapshot[] = [
      {
        definition: { ...definition, name: 'h', type: 'histogram' },
        series: [{ labelValues: [], histogram: { counts: [1, 1, 1], sum: 3, exemplars } }],
      },
      {
        definition: { ...definition, name: 'c_total', type: 'counter' },
        series: [{ labelValues: [], value: 1, exemplar: exemplars[0]! }],
      },
    ];
    for (const metrics of [encoded(...families), asJson(...families)]) {
      const found = metrics.map(({ points }) =>
        points[0]?.exemplars.map(({ traceId, spanId }) => [traceId, spanId]),
      );
      expect(found).toEqual([[['ab'.repeat(16), '']], []]);
    }
  });
});
