import { describe, expect, it } from 'vitest';
import { catalogueDefinition } from './catalogue-definition.ts';
import { metric } from './metrics.ts';

describe('catalogueDefinition', () => {
  it.each([
    'http_server_request_duration_seconds',
    'circuit_breaker_state',
    'pool_connections',
    'cache_sets_total',
  ] as const)('has of %s what a registry takes, and nothing that is only for documents', (name) => {
    const { type, unit, help, labels, seriesBound, boundaries, aggregate } = metric(name);
    expect(catalogueDefinition(name)).toEqual({
      name,
      type,
      unit,
      help,
      labels,
      seriesBound,
      boundaries,
      aggregate,
    });
    expect('boundaries' in catalogueDefinition(name)).toBe(boundaries !== undefined);
    expect('aggregate' in catalogueDefinition(name)).toBe(aggregate !== undefined);
  });
});
