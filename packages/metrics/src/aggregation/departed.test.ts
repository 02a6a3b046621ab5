import { describe, expect, it } from 'vitest';
import type { FamilyDefinition, FamilySnapshot } from '../family.ts';
import { cumulativeOnly } from './departed.ts';

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
