import { describe, expect, it } from 'vitest';
import type { FamilyDefinition, FamilySnapshot } from '../family.ts';
import { cumulativeOnly, withinBounds, withLacking } from './departed.ts';
import type { Snapshot } from './merge-snapshots.ts';

function family(type: FamilyDefinition['type'], series: FamilySnapshot['series']): FamilySnapshot {
  return { definition: { name: type, type, unit: '', help: '', labels: [], seriesBound: 10 }, series };
}

describe('cumulativeOnly', () => {
  it('keeps what only grows: counters, histograms, and of summaries all but the quantiles', () => {
    const counter = family('counter', [{ labelValues: [], value: 1 }]);
    const summary = { quantiles: { 0.5: 3 }, sum: 7, count: 2 };
    const kept = cumulativeOnly([
      counter,
      family('gauge', [{ labelValues: [], value: 1 }]),
      family('summary', [{ labelValues: [], summary }, { labelValues: [] }]),
    ]);
    expect(kept).toEqual([
      counter,
      family('summary', [{ labelValues: [], summary: { ...summary, quantiles: {} } }, { labelValues: [] }]),
    ]);
  });
});

describe('withLacking', () => {
  it('keeps no more than 1000 metrics that are lacking, and of them those that were there last', () => {
    const jobs = Array.from({ length: 1100 }, (_, at) => {
      const { definition, series } = family('counter', [{ labelValues: [], value: 1 }]);
      return { definition: { ...definition, name: `job_${at}_total` }, series };
    });
    let last: Snapshot = [];
    for (const job of jobs) last = withLacking([job], last);
    expect(last).toHaveLength(1001);
    expect(last.slice(0, 2)).toEqual([jobs[1099], jobs[1098]]);
  });
});

describe('withinBounds', () => {
  const named = (...names: string[]): FamilySnapshot => {
    const { definition } = family('counter', []);
    return {
      definition: { ...definition, labels: ['name'], seriesBound: 2 },
      series: names.map((name) => ({ labelValues: [name], value: 1 })),
    };
  };

  it('keeps the label sets that are on the page, and adds up the others', () => {
    const [bounded] = withinBounds([named('a', 'b', 'c', 'd')], [named('d', 'b')]);
    expect(bounded?.series).toEqual([
      { labelValues: ['b'], value: 1 },
      { labelValues: ['d'], value: 1 },
      { labelValues: [], overflow: true, value: 2 },
    ]);
  });

  it('keeps no more than there is room for, however many are on the page', () => {
    const [bounded] = withinBounds([named('a', 'b', 'c', 'd')], [named('d', 'c', 'b', 'a')]);
    expect(bounded?.series.map(({ labelValues }) => labelValues[0])).toEqual(['a', 'b', undefined]);
  });
});
