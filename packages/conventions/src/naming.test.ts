import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from './metric.ts';
import { labelProblems, metricProblems, prometheusName } from './naming.ts';

const counter: MetricDefinition = {
  type: 'counter',
  unit: '{request}',
  help: 'Requests.',
  labels: ['limiter', 'decision'],
  seriesBound: 250,
  stability: 'own',
  source: 'https://prometheus.io/docs/practices/naming/',
};
const gauge: MetricDefinition = { ...counter, type: 'gauge', unit: '1' };
const histogram: MetricDefinition = { ...counter, type: 'histogram', unit: 's', boundaries: [0.1, 1] };

describe('metricProblems', () => {
  it.each([
    ['requests_total', counter],
    ['cpu_seconds_total', { ...counter, unit: 's' as const }],
    ['used_ratio', gauge],
    ['duration_seconds', histogram],
  ])('has nothing against %s', (name, metric) => {
    expect(metricProblems(name, metric)).toEqual([]);
  });

  it.each<[string, MetricDefinition, string]>([
    ['Requests_total', counter, 'name is not in snake case'],
    ['http.requests_total', counter, 'name is not in snake case'],
    ['requests__total', counter, 'name is not in snake case'],
    ['1_requests_total', counter, 'name is not in snake case'],
    ['requests', counter, 'counter does not end in _total'],
    ['requests_count_total', { ...counter, unit: 's' }, 'name does not end in _seconds'],
    ['used_ratio_total', gauge, 'gauge ends in _total'],
    ['duration_seconds_total', histogram, 'histogram ends in _total'],
    ['duration_ms', histogram, 'name has a unit that is no base unit'],
    ['duration_ms_seconds', histogram, 'name has a unit that is no base unit'],
    ['used_percent', gauge, 'name has a unit that is no base unit'],
    ['used_kilobytes', { ...gauge, unit: 'By' }, 'name has a unit that is no base unit'],
    ['used', gauge, 'name does not end in _ratio'],
    ['used_bytes', gauge, 'name ends in _bytes but the unit is 1'],
    ['duration_seconds', { ...histogram, unit: 'By' }, 'name does not end in _bytes'],
    ['duration_bucket', { ...gauge, unit: '{x}' }, 'name ends as a part of a histogram'],
    ['duration_sum', { ...gauge, unit: '{x}' }, 'name ends as a part of a histogram'],
    ['build', { ...counter, type: 'info', unit: '{info}' }, 'info does not end in _info'],
    ['build_info', { ...gauge, unit: '{info}' }, 'gauge ends in _info'],
    ['requests_total', { ...counter, help: 'Requests' }, 'help is not a sentence with a full stop'],
    ['requests_total', { ...counter, help: '' }, 'help is not a sentence with a full stop'],
    ['requests_total', { ...counter, seriesBound: Infinity }, 'series bound is not a whole number above 0'],
    ['requests_total', { ...counter, seriesBound: 0 }, 'series bound is not a whole number above 0'],
    [
      'requests_total',
      { ...counter, seriesBound: 3 },
      'series bound is below the 5 sets of its closed labels',
    ],
    [
      'requests_total',
      { ...counter, seriesBound: 251 },
      'series bound is above the 250 sets that its labels can have',
    ],
    [
      'requests_total',
      { ...counter, seriesBound: 100 },
      'series bound is below the 250 sets of its labels and does not say why',
    ],
    ['requests_total', { ...counter, boundaries: [1] }, 'counter has boundaries'],
    ['duration_seconds', { ...histogram, boundaries: [] }, 'histogram has no boundaries'],
    [
      'duration_seconds',
      { ...histogram, boundaries: [1, 1] },
      'boundaries are not finite and strictly increasing',
    ],
    [
      'duration_seconds',
      { ...histogram, boundaries: [2, 1] },
      'boundaries are not finite and strictly increasing',
    ],
    [
      'duration_seconds',
      { ...histogram, boundaries: [1, Infinity] },
      'boundaries are not finite and strictly increasing',
    ],
    [
      'requests_total',
      { ...counter, otelName: 'other.requests' },
      'other.requests is other_requests_total in Prometheus',
    ],
    ['requests_total', { ...counter, labels: ['limiter', 'limiter'] }, 'a label stands twice'],
    [
      'requests_total',
      { ...counter, labelValues: { state: ['a'] } },
      'values for state, which is no label of it',
    ],
    ['requests_total', { ...counter, source: 'somewhere' }, 'source is not a URL'],
  ])('refuses %s: %#', (name, metric, problem) => {
    expect(metricProblems(name, metric)).toContain(problem);
  });

  it('refuses a label that is not in the catalogue', () => {
    const wild: MetricDefinition = JSON.parse(JSON.stringify({ ...counter, labels: ['shoe_size'] }));
    expect(metricProblems('requests_total', wild)).toContain('label shoe_size is not in the catalogue');
  });

  it('takes a bound below the product when it says why', () => {
    expect(
      metricProblems('requests_total', { ...counter, seriesBound: 100, seriesBoundReason: 'few' }),
    ).toEqual([]);
  });
});

describe('labelProblems', () => {
  it.each([
    ['client_address', 'can hold an address, a user or a key'],
    ['ip', 'can hold an address, a user or a key'],
    ['net_peer_ip', 'can hold an address, a user or a key'],
    ['user_id', 'can hold an address, a user or a key'],
    ['tenant', 'can hold an address, a user or a key'],
    ['email', 'can hold an address, a user or a key'],
    ['api_key', 'can hold an address, a user or a key'],
    ['cache_key', 'can hold an address, a user or a key'],
    ['url_path', 'can hold an address, a user or a key'],
    ['trace_id', 'can hold an address, a user or a key'],
    ['httpRoute', 'is not in snake case'],
    ['http.route', 'is not in snake case'],
    ['__name__', 'is not in snake case'],
    ['le', 'belongs to Prometheus'],
    ['instance', 'belongs to Prometheus'],
  ])('refuses %s because it %s', (name, problem) => {
    expect(labelProblems(name)).toContain(`label ${name} ${problem}`);
  });
});

describe('prometheusName', () => {
  it.each([
    ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
    ['http.server.active_requests', '{request}', 'gauge', 'http_server_active_requests'],
    ['nodejs.eventloop.utilization', '1', 'gauge', 'nodejs_eventloop_utilization_ratio'],
    ['nodejs.eventloop.time', 's', 'counter', 'nodejs_eventloop_time_seconds_total'],
    ['process.memory.usage', 'By', 'gauge', 'process_memory_usage_bytes'],
    ['some.count', '1', 'counter', 'some_count_total'],
    ['already.total', '{x}', 'counter', 'already_total'],
    ['in.seconds', 's', 'gauge', 'in_seconds'],
    ['9.lives', '{life}', 'gauge', '_9_lives'],
    ['a..b-c', '{x}', 'gauge', 'a_b_c'],
  ] as const)('writes %s in %s, a %s, as %s', (otelName, unit, type, expected) => {
    expect(prometheusName(otelName, unit, type)).toBe(expected);
  });
});
