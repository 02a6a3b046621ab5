import { describe, expect, it } from 'vitest';
import type { FamilyDefinition, FamilySnapshot } from '../family.ts';
import { cumulativeOnly, withLacking } from './departed.ts';
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
