import { describe, expect, it } from 'vitest';
import { familyOf } from './client-family.ts';

const page = { openMetrics: false, defaultLabels: {} };

describe('familyOf', () => {
  it('takes a metric of which little is known as one of no type, and without series', async () => {
    expect(await familyOf({ name: 'jobs' }, page)).toMatchObject({
      definition: { name: 'jobs', type: 'unknown', help: '', labels: [] },
      series: [],
    });
    expect(await familyOf({ name: 'jobs', type: 'set', aggregator: 'median' }, page)).toEqual(
      await familyOf({ name: 'jobs' }, page),
    );
  });

  it('makes no series of a histogram or a summary without values, or with values that are no part of it', async () => {
    const families = [
      await familyOf({ name: 'jobs', type: 'histogram' }, page),
      await familyOf({ name: 'jobs', type: 'summary' }, page),
    ];
    expect(families.map(({ series }) => series)).toEqual([[], []]);
    const stray = { name: 'jobs', type: 'summary', values: [{ labels: {}, value: 7, metricName: 'other' }] };
    expect((await familyOf(stray, page)).series).toEqual([
      { labelValues: [], summary: { quantiles: {}, sum: 0, count: 0 } },
    ]);
  });
});
