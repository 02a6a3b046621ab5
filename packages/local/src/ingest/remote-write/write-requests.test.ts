import { isStaleMarker } from '@sightline/query/promql';
import type { FloatHistogram, SeriesSamples } from '@sightline/query/promql';
import type { Labels } from '@sightline/query';
import { snappyCompressor } from 'hysnappy';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { createExemplarStore } from '../../store/exemplar-store.ts';
import { createMetadataStore } from '../../store/metadata-store.ts';
import { createSampleSink } from '../../store/sample-sink.ts';
import { createSeriesStore } from '../../store/series/series-store.ts';
import { WireError } from '../../wire/wire-error.ts';
import { refusedText } from '../refused-samples.ts';
import { readWrite2 } from './read-write-2.ts';
import { readWrite } from './read-write.ts';
import type { Written } from './written-series.ts';

const compress = snappyCompressor();
const STALE = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);

/** Fields of a message by number: texts, doubles, whole numbers as `bigint`, bytes, messages as lists of fields. */
type Fields = readonly (readonly [number: number, value: string | number | bigint | Uint8Array | Fields])[];
function write(writer: PbfWriter, fields: Fields): void {
  for (const [number, value] of fields) {
    if (typeof value === 'string') writer.writeStringField(number, value);
    else if (typeof value === 'number') writer.writeDoubleField(number, value);
    else if (typeof value === 'bigint') writer.writeVarintField(number, Number(value));
    else if (value instanceof Uint8Array) {
      // 64 bits as they are.
      writer.writeTag(number, 1);
      for (const byte of value) {
        writer.realloc(1);
        writer.buf[writer.pos++] = byte;
      }
    } else writer.writeMessage(number, (_, inner) => write(inner, value), undefined);
  }
}
function body(fields: Fields): Uint8Array {
  const writer = new PbfWriter();
  write(writer, fields);
  return compress(writer.finish());
}

function open(maxSeries = 10, maxExemplars = 10) {
  const series = createSeriesStore({ maxSeries, maxBytes: 1e6, retentionMs: 1e6 });
  const stores = { series, exemplars: createExemplarStore(maxExemplars), metadata: createMetadataStore() };
  const sink = createSampleSink(stores, false);
  const take = (reader: typeof readWrite, fields: Fields): Written => {
    const steps = reader(body(fields), 1e6, sink);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  };
  const all = { fromMs: -Infinity, toMs: Infinity };
  return {
    stores,
    sink,
    write1: (fields: Fields) => take(readWrite, fields),
    write2: (fields: Fields) => take(readWrite2, fields),
    samples: () => selected(series, all),
    exemplars: () => stores.exemplars.find([[]], all),
  };
}

const selected = (
  series: ReturnType<typeof createSeriesStore>,
  range: { readonly fromMs: number; readonly toMs: number },
): readonly SeriesSamples[] => [
  ...(series.select([], range, new AbortController().signal) as Iterable<SeriesSamples>),
];

const label = (name: string, value: string): Fields[number] => [
  1,
  [
    [1, name],
    [2, value],
  ],
];
const ZIGZAG = (value: number): bigint => BigInt(value < 0 ? -value * 2 - 1 : value * 2);

describe('a native histogram by remote write', () => {
  const written = (fields: Fields): FloatHistogram | undefined => {
    const { write1, samples } = open();
    write1([[1, [label('__name__', 'h'), [4, [...fields, [15, 1000n]]]]]]);
    return samples()[0]?.histograms?.[0];
  };

  it('is read with whole numbers, whose buckets are each the change from the one before', () => {
    const span = (number: number): Fields[number] => [
      number,
      [
        [1, ZIGZAG(-1)],
        [2, 3n],
      ],
    ];
    expect(
      written([
        [1, 7n],
        [3, 2.5],
        [4, ZIGZAG(3)],
        [5, 0.001],
        [6, 1n],
        span(8),
        [9, ZIGZAG(2)],
        [9, ZIGZAG(-1)],
        [9, ZIGZAG(0)],
        span(11),
        [12, ZIGZAG(1)],
        [12, ZIGZAG(2)],
        [12, ZIGZAG(-3)],
        [14, 2n],
        [16, 0.5],
      ]),
    ).toMatchObject({
      schema: 3,
      count: 7,
      sum: 2.5,
      zeroThreshold: 0.001,
      zeroCount: 1,
      counterReset: 'not-reset',
      negativeSpans: [{ offset: -1, length: 3 }],
      negativeBuckets: Float64Array.of(2, 1, 1),
      positiveSpans: [{ offset: -1, length: 3 }],
      positiveBuckets: Float64Array.of(1, 3, 0),
      customValues: Float64Array.of(0.5),
    });
  });

  it('is read with floats, whose buckets are as they are', () => {
    expect(
      written([
        [2, 1.5],
        [7, 0.5],
        [8, [[2, 1n]]],
        [10, 1],
        [13, 0.25],
        [11, [[2, 1n]]],
        [14, 99n],
      ]),
    ).toMatchObject({
      count: 1.5,
      zeroCount: 0.5,
      negativeBuckets: Float64Array.of(1),
      positiveBuckets: Float64Array.of(0.25),
      positiveSpans: [{ offset: 0, length: 1 }],
      counterReset: 'unknown',
    });
  });

  it.each([
    [[[11, [[2, 4_000_000_000n]]]], 'positive side: spans need 4000000000 buckets, have 0 buckets'],
    [[[13, 1]], 'positive side: spans need 0 buckets, have 1 buckets'],
    [
      [
        [8, [[2, 1n]]],
        [8, [[1, ZIGZAG(-1)]]],
        [10, 1],
      ],
      'negative side: span number 2 with offset -1',
    ],
  ] as const)('is refused where its spans and buckets do not fit together: %#', (fields, problem) => {
    const { write1, samples } = open();
    const answer = write1([
      [
        1,
        [
          label('__name__', 'h'),
          [4, [...(fields as Fields), [15, 1000n]]],
          [4, [...(fields as Fields), [15, 2000n]]],
          [4, [[15, 3000n]]],
        ],
      ],
    ]);
    expect(answer).toMatchObject({ histograms: 1, refused: { invalid: { count: 2 } } });
    expect(samples()[0]?.timesMs).toEqual(Float64Array.of(3000));
    const text = refusedText(answer.refused, { oldestMs: 0, newestMs: 1e6 });
    expect(text).toContain(`2 invalid native histogram: ${problem}`);
  });

  it('is zero where nothing is said, and ends its series by the stale marker', () => {
    expect(written([])).toMatchObject({
      schema: 0,
      count: 0,
      sum: 0,
      zeroCount: 0,
      zeroThreshold: 0,
      counterReset: 'unknown',
      positiveSpans: [],
    });
    const { write1, samples } = open();
    write1([
      [
        1,
        [
          label('__name__', 'h'),
          [4, [[15, 1000n]]],
          [
            4,
            [
              [3, STALE],
              [15, 2000n],
            ],
          ],
        ],
      ],
    ]);
    const [found] = samples();
    expect(found?.histograms?.[0]).toBeDefined();
    expect(isStaleMarker(found!.values, 1)).toBe(true);
  });

  it('stands between numbers of its series, and goes with them when they are old', () => {
    const { write1, samples, stores } = open();
    const number = (timeMs: bigint): Fields[number] => [
      2,
      [
        [1, 1],
        [2, timeMs],
      ],
    ];
    write1([[1, [label('__name__', 'h'), number(1000n), [4, [[15, 2000n]]]]]]);
    write1([[1, [label('__name__', 'h'), number(3000n), [4, [[15, 4000n]]]]]]);
    const [found] = samples();
    expect([...(found?.timesMs ?? [])]).toEqual([1000, 2000, 3000, 4000]);
    expect(found?.histograms?.map((each) => each !== undefined)).toEqual([false, true, false, true]);
    expect(selected(stores.series, { fromMs: 1500, toMs: 2500 })[0]?.timesMs).toEqual(Float64Array.of(2000));
    const before = stores.series.stats().bytes;
    stores.series.expire(1e6 + 2500);
    expect([...(samples()[0]?.timesMs ?? [])]).toEqual([1000, 3000, 4000]);
    expect(stores.series.stats().bytes).toBeLessThan(before);
    stores.series.expire(1e6 + 5000);
    expect(stores.series.stats()).toMatchObject({ series: 0, samples: 0, oldestMs: undefined });
  });
});

describe('readWrite', () => {
  it('takes a request of which nothing is said', () => {
    const { write1, samples, stores } = open();
    expect(write1([])).toEqual({ samples: 0, histograms: 0, exemplars: 0, refused: {} });
    expect(
      write1([
        [1, []],
        [3, []],
      ]),
    ).toEqual({ samples: 0, histograms: 0, exemplars: 0, refused: {} });
    // A sample of the series without labels: zero, at the beginning of time.
    expect(
      write1([
        [
          1,
          [
            [1, []],
            [1, [[1, 'a']]],
            [2, []],
            [3, [[2, 1]]],
          ],
        ],
        [
          3,
          [
            [2, 'm'],
            [1, 77n],
          ],
        ],
      ]),
    ).toMatchObject({ samples: 1, exemplars: 1 });
    expect(samples()).toMatchObject([{ timesMs: Float64Array.of(0), values: Float64Array.of(0) }]);
    expect(stores.metadata.all().get('m')).toEqual({ type: 'unknown', help: '', unit: '' });
  });

  it('counts what it does not take: what comes twice is taken, what is older or of a series too many is not', () => {
    const { write1, sink, exemplars } = open(1);
    const one = (name: string, timeMs: bigint): Fields[number] => [
      1,
      [
        label('__name__', name),
        [
          2,
          [
            [1, 1],
            [2, timeMs],
          ],
        ],
        [3, [label('trace_id', 'a'), [2, 5], [3, timeMs]]],
      ],
    ];
    expect(write1([one('a', 2000n), one('a', 2000n), one('a', 1000n), one('b', 1n)])).toEqual({
      samples: 2,
      histograms: 0,
      exemplars: 2,
      refused: { outOfOrder: 1, refused: 1 },
    });
    expect(sink.counts()).toEqual({
      stored: 1,
      duplicates: 1,
      outOfOrder: 1,
      tooOld: 0,
      tooNew: 0,
      refused: 1,
    });
    // Exemplars of what is out of order are kept: they have times of their own.
    expect(exemplars()).toMatchObject([
      { seriesLabels: { __name__: 'a' }, exemplars: [{ timeMs: 1000 }, { timeMs: 2000 }] },
    ]);
    expect(write1([[1, [label('__name__', 'a'), [4, [[15, 1n]]]]]])).toMatchObject({
      histograms: 0,
      refused: { outOfOrder: 1 },
    });
  });

  it('takes labels whose names are those of what every object has', () => {
    const { write1, samples } = open();
    const point: Fields[number] = [
      2,
      [
        [1, 1],
        [2, 1000n],
      ],
    ];
    write1([[1, [label('__name__', 'a'), label('__proto__', 'b'), label('constructor', 'c'), point]]]);
    expect(
      samples().map(({ labels }: { labels: Labels }) => Object.entries(labels).flat().join(' ')),
    ).toEqual(['__name__ a __proto__ b constructor c']);
  });

  it.each<readonly [string, Uint8Array]>([
    ['no snappy', Uint8Array.of(255, 255, 255, 255, 255, 255)],
    ['nothing', new Uint8Array()],
    ['cut off', body([[1, [label('__name__', 'a'.repeat(1000))]]]).subarray(0, 12)],
    ['too long', body([[1, [label('__name__', 'a'.repeat(2_000_000))]]])],
    ['of another message', compress(Uint8Array.of(10, 200, 1))],
    ['a message that has no end', compress(Uint8Array.of(11))],
  ])('refuses bytes that are %s', (_name, bytes) => {
    expect(() => [...readWrite(bytes, 1e6, open().sink)]).toThrow(WireError);
  });
});

describe('readWrite2', () => {
  const symbols = (...texts: string[]): Fields => ['', ...texts].map((text) => [4, text] as const);
  it('takes texts from the list, and names the metric of metadata without what stands behind it', () => {
    const { write2, stores, samples } = open();
    const series = (type: bigint, ...refs: bigint[]): Fields[number] => [
      5,
      [
        ...refs.map((ref) => [1, ref] as const),
        [
          2,
          [
            [1, 1],
            [2, 1000n],
          ],
        ],
        [
          4,
          [
            [1, 0n],
            [1, 0n],
          ],
        ],
        [
          5,
          [
            [1, type],
            [3, 3n],
          ],
        ],
      ],
    ];
    expect(
      write2([
        ...symbols('__name__', 'a_total', 'Help.'),
        series(1n, 1n, 2n),
        series(2n, 1n, 3n),
        series(99n),
      ]),
    ).toMatchObject({ samples: 3 });
    expect(samples().map(({ labels }: { labels: Labels }) => labels)).toEqual([
      { __name__: 'a_total' },
      { __name__: 'Help.' },
      {},
    ]);
    expect(stores.metadata.all().get('a')).toEqual({ type: 'counter', help: 'Help.', unit: '' });
    expect(stores.metadata.all().get('Help.')).toMatchObject({ type: 'gauge' });
    expect(write2([])).toEqual({ samples: 0, histograms: 0, exemplars: 0, refused: {} });
    // A list without its first text, which is empty anyway.
    expect(
      write2([
        [
          5,
          [
            [5, []],
            [2, []],
          ],
        ],
      ]),
    ).toMatchObject({ refused: { outOfOrder: 1 } });
    expect(write2([[5, [[4, [[2, 1]]]]]])).toMatchObject({ exemplars: 1 });
  });

  it.each<readonly [string, Fields, string]>([
    ['a first text', [[4, 'x']], 'the first of them has to be empty'],
    [
      'a text that is not there',
      [
        ...symbols('a'),
        [
          5,
          [
            [1, 1n],
            [1, 9n],
          ],
        ],
      ],
      'there is no 9',
    ],
    ['a name without a value', [...symbols('a'), [5, [[1, 1n]]]], 'a name without a value'],
  ])('refuses %s', (_name, fields, problem) => {
    expect(() => open().write2(fields)).toThrow(problem);
  });
});

describe('createExemplarStore', () => {
  it('keeps the newest, forgets series whose last has gone, and does not keep the same twice', () => {
    const store = createExemplarStore(2);
    const one = (timeMs: number, labels: Labels = {}) => ({ labels, value: 1, timeMs });
    store.add({ a: '1', b: '2' }, [one(1), one(1), one(1, { x: 'y' })]);
    expect(store.size()).toBe(2);
    store.add({ b: '2', a: '1' }, [one(1, { x: 'z' })]);
    store.add({ c: '3' }, []);
    store.add({ d: '4' }, [one(5), one(6)]);
    expect(store.find([[]], { fromMs: 0, toMs: 5 })).toMatchObject([
      { seriesLabels: { d: '4' }, exemplars: [{ timeMs: 5 }] },
    ]);
  });

  it('knows several that are sent again and again with others', () => {
    const store = createExemplarStore(100);
    const one = (timeMs: number, value = 1, trace_id = 'a') => ({ labels: { trace_id }, value, timeMs });
    store.add({ a: '1' }, [one(3), one(1), one(2), one(3, 2), one(3, 2, 'b')]);
    store.add({ a: '1' }, [one(3), one(1), one(2), one(3, 2), one(3, 2, 'b'), one(4)]);
    const [found] = store.find([[]], { fromMs: 0, toMs: 10 });
    expect(found?.exemplars.map(({ timeMs }) => timeMs)).toEqual([1, 2, 3, 3, 3, 4]);
    expect(store.size()).toBe(6);
  });

  it('leaves out those whose labels are longer than Prometheus takes', () => {
    const store = createExemplarStore(10);
    const one = (text: string, timeMs: number) => ({ labels: { abcd: text }, value: 1, timeMs });
    store.add({ a: '1' }, [one('x'.repeat(125), 1), one('x'.repeat(124), 2), one('😀'.repeat(124), 3)]);
    const [found] = store.find([[]], { fromMs: 0, toMs: 10 });
    expect(found?.exemplars.map(({ timeMs }) => timeMs)).toEqual([2, 3]);
  });
});
