import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { mergeSnapshots, mergeSnapshotsInSlices } from './merge-snapshots.ts';

function definition(overrides: Partial<FamilyDefinition> = {}): FamilyDefinition {
  return {
    name: 'orders_total',
    type: 'counter',
    unit: '{order}',
    help: 'Orders.',
    labels: ['kind'],
    seriesBound: 10,
    ...overrides,
  };
}

function family(overrides: Partial<FamilyDefinition>, ...series: SeriesSnapshot[]): FamilySnapshot {
  return { definition: definition(overrides), series };
}

function gauge(aggregate: FamilyDefinition['aggregate'], value: number): FamilySnapshot[] {
  return [
    family(
      { name: 'g', type: 'gauge', labels: [], ...(aggregate && { aggregate }) },
      { labelValues: [], value },
    ),
  ];
}

const numbers = fc.integer({ min: 0, max: 1e6 });
const kinds = fc.constantFrom('a', 'b', undefined);
const boundaries = [1, 2, 5];

const snapshots = fc
  .tuple(
    fc.uniqueArray(fc.tuple(kinds, numbers), { selector: ([kind]) => kind }),
    fc.uniqueArray(
      fc.tuple(
        kinds,
        fc.array(numbers, { minLength: 4, maxLength: 4 }),
        fc.option(numbers, { nil: undefined }),
      ),
      { selector: ([kind]) => kind },
    ),
  )
  .map(([counters, histograms]): FamilySnapshot[] => [
    family({}, ...counters.map(([kind, value]) => ({ labelValues: [kind], value }))),
    family(
      { name: 'seconds', type: 'histogram', boundaries },
      ...histograms.map(([kind, counts, timeMs]): SeriesSnapshot => ({
        labelValues: [kind],
        histogram: {
          counts,
          sum: counts.reduce((sum, count) => sum + count, 0),
          ...(timeMs !== undefined && {
            exemplars: [undefined, { traceId: String(timeMs), spanId: '', value: timeMs, timeMs }],
          }),
        },
      })),
    ),
  ]);

/** What a page says, whatever the order in which it says it. */
function canonical(families: readonly FamilySnapshot[]): unknown {
  return families
    .map(({ definition: { name }, series }) => ({
      name,
      series: series.map((each) => JSON.stringify(each)).toSorted(),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

describe('mergeSnapshots', () => {
  it('gives the same in any order', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (one, other) => {
        expect(canonical(mergeSnapshots([one, other]))).toEqual(canonical(mergeSnapshots([other, one])));
      }),
    );
  });

  it('gives the same in any grouping', () => {
    fc.assert(
      fc.property(snapshots, snapshots, snapshots, (one, other, third) => {
        const all = canonical(mergeSnapshots([one, other, third]));
        expect(canonical(mergeSnapshots([mergeSnapshots([one, other]), third]))).toEqual(all);
        expect(canonical(mergeSnapshots([one, mergeSnapshots([other, third])]))).toEqual(all);
      }),
    );
  });

  it('loses no count', () => {
    const total = (families: readonly FamilySnapshot[]): number =>
      families
        .flatMap(({ series }) => series)
        .reduce((sum, { value, histogram }) => sum + (value ?? 0) + (histogram?.sum ?? 0), 0);
    fc.assert(
      fc.property(fc.array(snapshots, { maxLength: 5 }), (parts) => {
        expect(total(mergeSnapshots(parts))).toBe(parts.reduce((sum, part) => sum + total(part), 0));
      }),
    );
  });

  it('changes nothing of what it was given', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (one, other) => {
        const before = structuredClone([one, other]);
        mergeSnapshots([one, other]);
        expect([one, other]).toEqual(before);
      }),
    );
  });

  it('gives the same in slices', async () => {
    const parts = Array.from({ length: 5 }, () => [
      family({}, ...Array.from({ length: 1500 }, (_, at) => ({ labelValues: [String(at)], value: at }))),
      ...gauge('max', 3),
    ]);

    expect(await mergeSnapshotsInSlices(parts)).toEqual(mergeSnapshots(parts));
  });

  it.each([
    { aggregate: undefined, expected: 12 },
    { aggregate: 'sum', expected: 12 },
    { aggregate: 'min', expected: 1 },
    { aggregate: 'max', expected: 8 },
    { aggregate: 'mean', expected: 4 },
    { aggregate: 'first', expected: 3 },
  ] as const)('makes $expected of the gauges 3, 8 and 1 by $aggregate', ({ aggregate, expected }) => {
    const merged = mergeSnapshots([gauge(aggregate, 3), gauge(aggregate, 8), gauge(aggregate, 1)]);

    expect(merged[0]?.series).toEqual([{ labelValues: [], value: expected }]);
  });

  it('keeps an info metric at 1', () => {
    const info = [family({ name: 'build_info', type: 'info', labels: [] }, { labelValues: [], value: 1 })];

    expect(mergeSnapshots([info, info])[0]?.series[0]?.value).toBe(1);
  });

  it('adds a counter up whatever its definition says', () => {
    const counter = [family({ aggregate: 'max' }, { labelValues: ['a'], value: 2 })];

    expect(mergeSnapshots([counter, counter])[0]?.series[0]?.value).toBe(4);
  });

  it.each(['sum', 'mean', 'max', 'first'] as const)(
    'does not let NaN take a number along by %s',
    (aggregate) => {
      expect(mergeSnapshots([gauge(aggregate, NaN), gauge(aggregate, 5)])[0]?.series[0]?.value).toBe(5);
      expect(mergeSnapshots([gauge(aggregate, 5), gauge(aggregate, NaN)])[0]?.series[0]?.value).toBe(5);
    },
  );

  it('keeps label sets apart whose values would run into each other', () => {
    const labels = ['one', 'two'];
    const merged = mergeSnapshots([
      [family({ labels }, { labelValues: ['a', 'b:1'], value: 1 })],
      [family({ labels }, { labelValues: ['a1:b', ''], value: 2 })],
      [family({ labels }, { labelValues: ['a1:b', undefined], value: 4 })],
    ]);

    expect(merged[0]?.series.map(({ value }) => value)).toEqual([1, 6]);
  });

  it('takes the labels of all, in whatever order they are given', () => {
    const merged = mergeSnapshots([
      [family({ labels: ['one', 'two'] }, { labelValues: ['a', 'b'], value: 1 })],
      [family({ labels: ['two', 'three', 'one'] }, { labelValues: ['b', undefined, 'a'], value: 2 })],
    ]);

    expect(merged[0]?.definition.labels).toEqual(['one', 'two', 'three']);
    expect(merged[0]?.series).toEqual([{ labelValues: ['a', 'b', undefined], value: 3 }]);
  });

  it('knows the attribute behind each label, also where the first has not seen it', () => {
    const instrument = (labels: string[], keys: string[]): FamilySnapshot =>
      family({ labels, otel: { name: 'orders', keys } }, { labelValues: labels.map(() => 'a'), value: 1 });
    const merged = mergeSnapshots([
      [family({ labels: [], otel: { name: 'orders', keys: [] } })],
      [instrument(['shop_id'], ['shop.id'])],
      [instrument(['customer_tier', 'shop_id'], ['customer.tier', 'shop.id'])],
    ]);
    expect(merged[0]?.definition).toMatchObject({
      labels: ['shop_id', 'customer_tier'],
      otel: { name: 'orders', keys: ['shop.id', 'customer.tier'] },
    });
  });

  it('counts exactly in the buckets that all have', () => {
    const histogram = (bounds: number[], counts: number[]): FamilySnapshot[] => [
      family(
        { type: 'histogram', labels: [], boundaries: bounds },
        { labelValues: [], histogram: { counts, sum: 1 } },
      ),
    ];
    const merged = mergeSnapshots([
      histogram([1, 2, 5], [1, 2, 4, 8]),
      histogram([2, 3, 5], [10, 20, 40, 80]),
    ]);

    expect(merged[0]?.definition.boundaries).toEqual([2, 5]);
    expect(merged[0]?.series[0]?.histogram).toEqual({ counts: [13, 64, 88], sum: 2 });
  });

  it.each([0, 1])(
    'keeps the buckets where one has counted nothing and does not know them: the one at %d',
    (at) => {
      const counting = family(
        { type: 'histogram', labels: ['kind'], boundaries: [1, 2] },
        { labelValues: ['a'], histogram: { counts: [1, 2, 4], sum: 1 } },
      );
      const idle = family({ type: 'histogram', labels: [], boundaries: [] });
      const merged = mergeSnapshots(at === 0 ? [[idle], [counting]] : [[counting], [idle]]);

      expect(merged[0]?.definition.boundaries).toEqual([1, 2]);
      expect(merged[0]?.series[0]?.histogram?.counts).toEqual([1, 2, 4]);
    },
  );

  it('keeps the newest exemplar of each bucket and of each counter', () => {
    const exemplar = (traceId: string, timeMs: number) => ({ traceId, spanId: 's', value: 1, timeMs });
    const part = (traceId: string, timeMs: number): FamilySnapshot[] => [
      family({ labels: [] }, { labelValues: [], value: 1, exemplar: exemplar(traceId, timeMs) }),
      family(
        { name: 'seconds', type: 'histogram', labels: [], boundaries: [1] },
        {
          labelValues: [],
          histogram: { counts: [1, 0], sum: 1, exemplars: [exemplar(traceId, timeMs), undefined] },
        },
      ),
    ];
    const [counter, histogram] = mergeSnapshots([part('old', 1), part('new', 3), part('older', 0)]);

    expect(counter?.series[0]?.exemplar?.traceId).toBe('new');
    expect(histogram?.series[0]?.histogram?.exemplars?.[0]?.traceId).toBe('new');
  });

  it('adds up summaries and takes the highest of their quantiles', () => {
    const summary = (median: number): FamilySnapshot[] => [
      family(
        { type: 'summary', labels: [] },
        { labelValues: [], summary: { quantiles: { 0.5: median }, sum: 10, count: 4 } },
      ),
    ];

    expect(mergeSnapshots([summary(1), summary(3), summary(2)])[0]?.series[0]?.summary).toEqual({
      quantiles: { 0.5: 3 },
      sum: 30,
      count: 12,
    });
  });

  it('puts overflow series together', () => {
    const part = [
      family(
        {},
        { labelValues: [undefined], overflow: true, value: 1 },
        { labelValues: [undefined], value: 5 },
      ),
    ];

    expect(mergeSnapshots([part, part])[0]?.series).toEqual([
      { labelValues: [undefined], overflow: true, value: 2 },
      { labelValues: [undefined], value: 10 },
    ]);
  });

  it('leaves out a family whose type differs, and says which', () => {
    const conflicts: string[] = [];
    const merged = mergeSnapshots(
      [
        [family({}, { labelValues: ['a'], value: 1 })],
        [family({ type: 'gauge' }, { labelValues: ['a'], value: 9 })],
      ],
      (name) => conflicts.push(name),
    );

    expect(merged.map(({ series }) => series[0]?.value)).toEqual([1]);
    expect(conflicts).toEqual(['orders_total']);
  });
});
