import { describe, expect, it } from 'vitest';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { pageWithinBounds } from './page-bounds.ts';

const BOUND = 200;

const definition: FamilyDefinition = {
  name: 'orders_total',
  type: 'counter',
  unit: '',
  help: '',
  labels: ['shop'],
  seriesBound: BOUND,
};

/** Shops by their numbers, each with so many orders. */
function orders(shops: readonly number[], each = 1): SeriesSnapshot[] {
  return shops.map((shop) => ({ labelValues: [String(shop)], value: each }));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

function page(series: readonly SeriesSnapshot[], changed: Partial<FamilyDefinition> = {}): FamilySnapshot[] {
  return [{ definition: { ...definition, ...changed }, series }];
}

/** What is on the page: the shops, and what is in the overflow series. */
function read(families: readonly FamilySnapshot[]) {
  const series = families[0]?.series ?? [];
  return {
    shops: series.filter(({ overflow }) => !overflow).map(({ labelValues }) => Number(labelValues.at(-1))),
    beyond: series.filter(({ overflow }) => overflow).map(({ value }) => value),
    total: series.reduce((sum, { value = 0 }) => sum + value, 0),
  };
}

describe('pageWithinBounds', () => {
  it('leaves a page as it is whose families have no more label sets than one process may have', async () => {
    const full = page([...orders(range(0, BOUND)), { labelValues: [], overflow: true, value: 7 }]);
    const bounded = await pageWithinBounds(full, []);
    expect(bounded[0]).toBe(full[0]);
  });

  it('adds up what comes beyond the bound with what is in the overflow series already', async () => {
    const all = page([{ labelValues: [], overflow: true, value: 7 }, ...orders(range(0, 500))]);
    expect(read(await pageWithinBounds(all, []))).toEqual({
      shops: range(0, BOUND),
      beyond: [307],
      total: 507,
    });
  });

  it('makes an overflow series of a single label set beyond the bound', async () => {
    expect(read(await pageWithinBounds(page(orders(range(0, BOUND + 1))), []))).toMatchObject({
      beyond: [1],
    });
  });

  it('keeps what was on the page before, wherever it stands now, and takes new ones where there is room', async () => {
    const before = await pageWithinBounds(page(orders(range(300, 450))), []);
    const bounded = await pageWithinBounds(page(orders(range(0, 500), 2)), before);
    expect(read(bounded)).toEqual({
      shops: [...range(300, 450), ...range(0, 50)],
      beyond: [600],
      total: 1000,
    });
    const last = await pageWithinBounds(page(orders(range(0, 500).toReversed(), 3)), bounded);
    expect(read(last).shops.toSorted((a, b) => a - b)).toEqual([...range(0, 50), ...range(300, 450)]);
  });

  it('finds label sets again after a process has brought another label', async () => {
    const before = await pageWithinBounds(page(orders(range(300, 450))), []);
    const wider = orders(range(0, 500)).map(({ labelValues, value }) => ({
      labelValues: [undefined, ...labelValues],
      value: value ?? 0,
    }));
    const bounded = await pageWithinBounds(page(wider, { labels: ['country', 'shop'] }), before);
    expect(read(bounded).shops.slice(0, 150)).toEqual(range(300, 450));
  });

  it('lets a metric of few label sets have some for each process, as one of versions', async () => {
    const versions = page(orders(range(0, 30)), { type: 'info', seriesBound: 1 });
    expect(read(await pageWithinBounds(versions, [])).shops).toHaveLength(30);
  });
});
