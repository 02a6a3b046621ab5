import { metric, metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { catalogued, type MetricNameOf } from './catalogued.ts';

const gauges = Object.entries(metrics)
  .filter(([, { type }]) => type === 'gauge')
  .map(([name]) => name as MetricNameOf<'gauge'>);

describe('catalogued', () => {
  it.each([
    ['circuit_breaker_state', 'max'],
    ['circuit_breaker_open_remaining_seconds', 'max'],
    ['timeout_limit_seconds', 'max'],
    ['connection_state', 'max'],
    ['pool_connections', undefined],
    ['bulkhead_limit_calls', undefined],
  ] as const)('makes one of the %s of several processes by %s', (name, aggregate) => {
    expect(catalogued(name).aggregate).toBe(aggregate);
  });

  it('says of every gauge what the catalogue says of several processes', () => {
    const differing = gauges.filter((name) => catalogued(name).aggregate !== metric(name).aggregate);
    expect(differing).toEqual([]);
  });
});
