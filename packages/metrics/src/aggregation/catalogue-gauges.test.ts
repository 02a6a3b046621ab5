import { catalogueDefinition, type MetricName, metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { mergeSnapshots, type Snapshot } from './merge-snapshots.ts';

const gauges = (Object.keys(metrics) as MetricName[]).filter((name) => metrics[name].type === 'gauge');

/** What a process has on its page. */
function page(name: MetricName, value: number): Snapshot {
  const definition = catalogueDefinition(name);
  return [{ definition, series: [{ labelValues: definition.labels.map(() => 'a'), value }] }];
}

describe('the gauges of the catalogue', () => {
  it.each([
    { name: 'health_check_status', values: [1, 0, 1], expected: 0 },
    { name: 'health_probe_status', values: [1, 0, 1], expected: 0 },
    {
      name: 'health_check_last_success_timestamp_seconds',
      values: [1.8e9, 1.8e9 - 600, 1.8e9],
      expected: 1.8e9 - 600,
    },
    {
      name: 'sightline_export_last_success_timestamp_seconds',
      values: [1.8e9, 1.8e9 - 600, 1.8e9],
      expected: 1.8e9,
    },
    { name: 'process_start_time_seconds', values: [1.8e9, 1.8e9 + 60], expected: 1.8e9 },
    { name: 'circuit_breaker_state', values: [0, 1, 1], expected: 1 },
    { name: 'connection_state', values: [0, 1, 1], expected: 1 },
    { name: 'circuit_breaker_open_remaining_seconds', values: [0, 7, 3], expected: 7 },
    { name: 'timeout_limit_seconds', values: [5, 5, 5], expected: 5 },
    { name: 'nodejs_eventloop_utilization_ratio', values: [0.2, 0.9], expected: 0.9 },
    { name: 'nodejs_eventloop_delay_p50_seconds', values: [0.01, 0.03], expected: 0.02 },
    { name: 'sightline_option_problems', values: [2, 2, 2], expected: 2 },
    { name: 'sightline_series', values: [40, 42], expected: 42 },
    { name: 'http_server_active_requests', values: [3, 4], expected: 7 },
    { name: 'pool_connections', values: [10, 4], expected: 14 },
    { name: 'pool_limit_connections', values: [10, 10], expected: 20 },
    { name: 'sightline_log_lines_queued', values: [5, 0, 1], expected: 6 },
  ] as const)('makes $expected of $values of $name in several processes', ({ name, values, expected }) => {
    const merged = mergeSnapshots(values.map((value) => page(name, value)));
    expect(merged[0]?.series[0]?.value).toBeCloseTo(expected, 10);
  });

  it('adds up no status, state, time or ratio of several processes', () => {
    const units: ReadonlySet<string> = new Set(['{status}', '{state}', 's', '1']);
    const wrong = gauges.filter((name) => {
      const { unit, aggregate = 'sum' } = catalogueDefinition(name);
      return units.has(unit) && aggregate === 'sum';
    });
    expect(wrong).toEqual([]);
  });
});
