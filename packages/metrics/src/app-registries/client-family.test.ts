import { describe, expect, it } from 'vitest';
import { familyOf } from './client-family.ts';

const page = { openMetrics: false, defaultLabels: {} };

describe('familyOf', () => {
  it('takes a metric of which little is known as one of no type, and without series', () => {
    expect(familyOf({ name: 'jobs' }, page)).toMatchObject({
      definition: { name: 'jobs', type: 'unknown', help: '', labels: [] },
      series: [],
    });
    expect(familyOf({ name: 'jobs', type: 'set', aggregator: 'median' }, page)).toEqual(
      familyOf({ name: 'jobs' }, page),
    );
  });

  it('makes no series of a histogram or a summary without values, or with values that are no part of it', () => {
    for (const type of ['histogram', 'summary'] as const) {
      expect(familyOf({ name: 'jobs', type }, page).series).toEqual([]);
    }
    const stray = { name: 'jobs', type: 'summary', values: [{ labels: {}, value: 7, metricName: 'other' }] };
    expect(familyOf(stray, page).series).toEqual([
      { labelValues: [], summary: { quantiles: {}, sum: 0, count: 0 } },
    ]);
  });
});
