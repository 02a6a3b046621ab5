import { join } from 'node:path';
import { describe } from 'vitest';
import { alertsFolder } from './alerts/rule-files.ts';
import { itShows } from './dashboards/panel-checks.ts';
import { sentBy } from './dashboards/panel-queries.ts';

/** What a graph of an hour has with a scrape a minute, and as many seconds as the rules look at. */
const RANGE = { __rate_interval: '5m', __rate_interval_ms: '300000' };
const SERVER = 'http_server_request_duration_seconds_count';
const CLIENT = 'http_client_request_duration_seconds_count';

const queryOf = (board: string, title: string, index = 0): string => sentBy(board, title, RANGE, index);

interface Series {
  readonly series: string;
  readonly values: string;
}

/** A series of one instance of a service. */
function of(job: string, name: string, values: string, labels = ''): Series {
  const own = `deployment_environment_name="live", namespace="web", team="web", job="${job}", instance="${job}:1"`;
  return { series: `${name}{${own}${labels === '' ? '' : `, ${labels}`}}`, values };
}

const paid = 'http_route="/pay", http_response_status_code="200"';
const failed = 'http_route="/pay", http_response_status_code="503", error_type="Busy"';
const refused = 'server_address="bank", error_type="ECONNREFUSED"';
const answered = 'server_address="bank", http_response_status_code="200"';

/** Services whose first error is on the page at 15 minutes, or whose page is. */
const series: readonly Series[] = [
  // Its page was read before.
  of('read', 'sightline_build_info', '1x30', 'service_version="2"'),
  of('read', 'up', '1x30'),
  of('read', SERVER, '0+9x30', paid),
  of('read', SERVER, '_x14 1x15', failed),
  of('read', CLIENT, '0+9x30', answered),
  of('read', CLIENT, '_x14 1x15', refused),
  of('read', 'sightline_series_refused_total', '_x14 2x15', 'metric="orders_total"'),
  of('read', 'sightline_observations_dropped_total', '_x14 3x15', 'metric="orders_total", reason="value"'),
  of('read', 'sightline_redacted_values_total', '_x14 1x15', 'rule="iban"'),
  of('read', 'http_requests_limited_total', '_x14 1x15', 'limiter="door", http_route="/pay"'),
  // Its process is younger than the range.
  of('young', 'sightline_build_info', '_x14 1x15', 'service_version="2"'),
  of('young', 'up', '_x14 1x15'),
  of('young', 'process_start_time_seconds', '_x14 840x15'),
  of('young', SERVER, '_x14 3x15', failed),
  // Prometheus has just found it, long after it began.
  of('found', 'sightline_build_info', '_x14 1x15', 'service_version="2"'),
  of('found', 'up', '_x14 1x15'),
  of('found', 'process_start_time_seconds', '_x14 30x15'),
  of('found', SERVER, '_x14 90x15', failed),
  // It was not read for a while.
  of('away', 'sightline_build_info', '1x4 _x9 1x15', 'service_version="2"'),
  of('away', 'up', '1x4 0x8 1x15'),
  of('away', SERVER, '90x4 _x9 90x15', failed),
  // It was started again where it was, and begins again.
  of('again', 'sightline_build_info', '1x30', 'service_version="3"'),
  of('again', 'up', '1x30'),
  of('again', 'process_start_time_seconds', '0x14 840x15'),
  of('again', SERVER, '500x14 4x15', 'http_route="/again", http_response_status_code="503"'),
];

const rows = (
  by: string,
  values: Readonly<Record<string, number>>,
): readonly { readonly labels: string; readonly value: number }[] =>
  Object.entries(values).map(([name, value]) => ({ labels: `{${by}="${name}"}`, value }));

const errors = '{http_route="/pay", http_response_status_code="503", error_type="Busy"}';
const mostFrequent = queryOf('service', 'Which errors are the most frequent?');
const ofPay = `${SERVER}{http_route="/pay"}`;
const shares = { again: 1, read: 0.0217, young: 1 };

/** What panels show a minute after, each with what the rules say of the same. */
const checks = [
  {
    expr: queryOf('service', 'What share of the requests fails?'),
    shown: rows('job', shares),
  },
  {
    expr: 'sum by (job) (job:http_server_errors:ratio_rate5m)',
    shown: rows('job', shares),
  },
  {
    expr: `300 * ${mostFrequent} and on (http_route) ${ofPay}`,
    shown: [{ labels: errors, value: 4 }],
  },
  {
    // What came after the start, once: a rate over its ends may take it for a little more.
    expr: `300 * ${mostFrequent} < bool 7 unless on (http_route) ${ofPay}`,
    shown: [{ labels: '{http_route="/again", http_response_status_code="503"}', value: 1 }],
  },
  {
    expr: queryOf('dependencies', 'What share of the calls fails?'),
    shown: rows('server_address', { bank: 0.0217 }),
  },
  {
    expr: 'sum by (server_address) (job_server_address:http_client_errors:ratio_rate5m)',
    shown: rows('server_address', { bank: 0.0217 }),
  },
  {
    expr: `300 * ${queryOf('dependencies', 'Why do calls fail?')}`,
    shown: [{ labels: '{server_address="bank", error_type="ECONNREFUSED"}', value: 1 }],
  },
  {
    expr: queryOf('service', 'Is the new version worse than the one before?'),
    shown: rows('service_version', { 2: 0.0816, 3: 1 }),
  },
  {
    expr: `300 * ${queryOf('telemetry', 'Are observations lost?')}`,
    shown: [{ labels: '{metric="orders_total", reason="value"}', value: 3 }],
  },
  {
    expr: `300 * ${queryOf('telemetry', 'Are observations lost?', 1)}`,
    shown: [{ labels: '{metric="orders_total"}', value: 2 }],
  },
  {
    expr: `300 * ${queryOf('telemetry', 'Which secrets are censored?')}`,
    shown: [{ labels: '{job="read", rule="iban"}', value: 1 }],
  },
  {
    expr: `300 * ${queryOf('rateLimits', 'Which routes are refused?')}`,
    shown: [{ labels: '{limiter="door", http_route="/pay"}', value: 1 }],
  },
];

describe('panels of what is rare', () => {
  itShows('the first of a kind as the rules count it', {
    rule_files: ['service-rates.yml', 'dependencies.yml'].map((name) =>
      join(alertsFolder, 'prometheus', name),
    ),
    group_eval_order: ['sightline-service-rates', 'sightline-dependencies'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: series,
        promql_expr_test: checks.map(({ expr, shown }) => ({
          expr: `round((${expr}), 0.0001)`,
          eval_time: '16m',
          exp_samples: shown,
        })),
      },
    ],
  });
});
