import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AppFacts, Facts, PrometheusFacts, Step } from './facts.ts';
import { parsePage } from './exposition.ts';
import { NOW_MS, answer, failed, healthyFacts, statusJson, target } from './healthy-facts.fixture.ts';
import { judge } from './judge.ts';
import { notAsked } from './probe.ts';
import { rules } from './rule-table.ts';

type Plant = (facts: Facts) => Facts;

const node = { pid: 7, command: ['/usr/bin/node', 'server.js'], env: {}, ports: [3000] };

const app =
  (more: Partial<AppFacts>): Plant =>
  (facts) => ({ ...facts, app: { ...facts.app, ...more } });
/** What `/status` says, before and after. */
const status = (change: (json: ReturnType<typeof statusJson>) => void): Plant => {
  const json = statusJson();
  change(json);
  return app({ status: answer(json), statusAfter: answer(json) });
};
const reported = (code: string): Plant =>
  status((json) =>
    json.telemetry.report.findings.push({ code, severity: 'warn', problem: 'it is so', fix: 'do' }),
  );
function at<Part extends 'prometheus' | 'alertmanager' | 'loki' | 'tempo' | 'grafana'>(
  part: Part,
  more: Partial<NonNullable<Facts[Part]>>,
): Plant {
  return (facts) => ({ ...facts, [part]: { ...facts[part], ...more } });
}
const atTarget = (more: Partial<typeof target>, foundBy: 'series' | 'address' = 'address'): Plant =>
  at('prometheus', { target: { foundBy, target: { ...target, ...more } } });
const lost =
  (signal: Step['signal'], by: Step['by'], place: Step['at']): Plant =>
  (facts) => ({
    ...facts,
    steps: facts.steps.map((each) =>
      each.signal === signal && each.by === by && each.at === place
        ? Object.assign(structuredClone(each), { found: false })
        : each,
    ),
  });
const all =
  (...plants: readonly Plant[]): Plant =>
  (facts) =>
    plants.reduce((planted, plant) => plant(planted), facts);
const ownTrace =
  (given: Facts['otlpUrl'], came: ReturnType<typeof answer>): Plant =>
  (facts) => ({
    ...all(
      status((json) => (json.telemetry.exports['traces'] = { exported: 0 })),
      app({ process: node }),
    )(facts),
    otlpUrl: given,
    planted: { ...facts.planted!, ownTrace: came },
  });
const discarded = (reason: string): Plant =>
  at('loki', { after: parsePage(`loki_discarded_samples_total{reason="${reason}"} 3\n`) });

/** Each rule with what it is to find, the more telling first. */
const planted: readonly (readonly [code: string, plant: Plant, seen: RegExp | string])[] = [
  [
    'app-disabled',
    app({
      status: failed('refused', 'ECONNREFUSED'),
      page: [],
      process: { ...node, env: { OTEL_SDK_DISABLED: 'TRUE' } },
    }),
    'process 7 has OTEL_SDK_DISABLED=true',
  ],
  [
    'app-disabled',
    app({
      status: failed('refused', 'ECONNREFUSED'),
      page: [],
      project: { startScript: 'node .', dependsOnBootstrap: true, env: { SIGHTLINE_ADMIN_DISABLED: 'true' } },
    }),
    'SIGHTLINE_ADMIN_DISABLED=true',
  ],
  [
    'app-not-instrumented',
    app({ status: failed('refused', 'ECONNREFUSED'), page: [], process: node }),
    'process 7 runs without it: /usr/bin/node server.js',
  ],
  [
    'app-not-instrumented',
    app({
      status: failed('refused', 'ECONNREFUSED'),
      page: [],
      project: { startScript: 'node server.js', dependsOnBootstrap: false, env: {} },
    }),
    'and @sightline/bootstrap is no dependency: node server.js',
  ],
  ['app-not-instrumented', app({ status: answer('<html>', 404), page: [] }), 'is not the admin server'],
  ['app-loaded-late', reported('SIGHTLINE_LOADED_LATE'), 'it is so'],
  ['app-two-apis', reported('SIGHTLINE_TWO_APIS'), 'it is so'],
  ['app-foreign-sdk', reported('SIGHTLINE_FOREIGN_SDK'), 'it is so'],
  ['app-two-registries', reported('SIGHTLINE_TWO_PROM_CLIENTS'), 'it is so'],
  ['app-double-telemetry', reported('SIGHTLINE_DOUBLE_TELEMETRY'), 'it is so'],
  ['app-library-unknown', reported('SIGHTLINE_NOT_INSTRUMENTED'), 'it is so'],
  [
    'app-no-routes',
    app({
      project: { startScript: 'node .', dependsOnBootstrap: true, framework: 'express', env: {} },
      pageAfter: parsePage('http_server_request_duration_seconds_count 2\n'),
    }),
    'depends on express, and the service was not seen to load it',
  ],
  [
    'app-options-wrong',
    status((json) => json.problems.push('A is x. Expected: a number. Fix: correct it.')),
    /^A is x\. Expected: a number$/,
  ],
  [
    'app-traces-off',
    status((json) => Object.assign(json.config['traces']!, { enabled: false, exporters: [] })),
    'traces go to nowhere',
  ],
  [
    'app-sampled-away',
    status((json) => (json.config['traces']!['sampler'] = { name: 'traceidratio', ratio: 0 })),
    'with the share 0 keeps no trace that begins here',
  ],
  [
    'app-sampled-away',
    status((json) =>
      Object.assign(json.config['traces']!, {
        sampler: { name: 'parentbased_traceidratio', ratio: 0 },
        bias: { errors: true, slow: true },
      }),
    ),
    'with the share 0 keeps of the traces that begin here the failed and slow ones alone',
  ],
  [
    'app-log-level',
    status((json) => (json.logs.levels[''] = 'error')),
    /the log level is error, .* unless they fail \(error\), are slow or aborted \(warn\)/,
  ],
  [
    'app-logs-off',
    status((json) => Object.assign(json.config['logs']!, { stdout: false, push: false })),
    'nowhere',
  ],
  ['app-metrics-off', status((json) => (json.config['metrics'] = { page: false })), 'no page of metrics'],
  ['app-metrics-off', app({ metrics: answer('no', 503) }), '/metrics is answered by 503'],
  [
    'app-series-bound',
    app({ pageAfter: parsePage('sightline_series_refused_total{metric="sales_total"} 4\n') }),
    'sales_total refused 4 label sets',
  ],
  [
    'app-unnamed',
    all(
      app({ name: 'unknown_service:node' }),
      at('loki', { streamLabels: { service_name: 'unknown_service:node' } }),
    ),
    'is called unknown_service:node',
  ],
  [
    'app-request-failed',
    (facts) => ({ ...facts, planted: { ...facts.planted!, request: failed('refused', 'ECONNREFUSED') } }),
    'is not answered (ECONNREFUSED)',
  ],
  [
    'app-request-failed',
    lost('metric', 'app', 'app'),
    'answered 200, and http://localhost:9464 has not counted it',
  ],
  [
    'app-guarded',
    app({ status: answer('', 401), statusAfter: answer('', 401) }),
    'is open to its own machine',
  ],
  ['network-port-closed', at('loki', { ready: failed('refused', 'ECONNREFUSED') }), 'takes no connection'],
  [
    'network-port-closed',
    ownTrace('http://localhost:4318/v1/traces', failed('refused', 'ECONNREFUSED')),
    'what traces are sent to',
  ],
  [
    'network-name-unknown',
    at('tempo', { ready: failed('unknown-name', 'ENOTFOUND') }),
    'that nobody knows here',
  ],
  ['network-no-route', at('tempo', { ready: failed('no-route', 'EHOSTUNREACH') }), 'cannot be reached'],
  ['network-tls', at('loki', { ready: failed('tls', 'CERT_HAS_EXPIRED') }), 'over TLS (CERT_HAS_EXPIRED)'],
  ['network-no-answer', at('loki', { ready: failed('no-answer', 'none in 3000 ms') }), 'does not answer'],
  ['network-cut-off', ownTrace('http://x:4317/v1/traces', failed('no-http', 'HPE_X')), 'not HTTP'],
  ['network-proxy', at('loki', { ready: answer('<html>', 407) }), 'by a proxy: 407: a page of HTML'],
  ['network-credentials', at('loki', { ready: answer('no org id', 401) }), 'as no tenant is named'],
  ['network-wrong-place', at('loki', { ready: answer('<!doctype html>') }), 'something else than Loki'],
  [
    'network-wrong-place',
    ownTrace('http://x:4318/v1/traces/v1/traces', answer('404 page not found', 404)),
    'something else than what traces are sent to',
  ],
  ['server-not-ready', at('tempo', { ready: answer('starting', 503) }), 'is not ready: 503: starting'],
  ['server-not-ready', at('grafana', { ready: answer({ database: 'failing' }) }), 'its database is failing'],
  [
    'clock-skew',
    at('loki', { ready: { ...answer(), skewMs: 60_000 } as never }),
    '60 s ahead of that of this',
  ],
  [
    'otlp-refused',
    status(
      (json) => (json.telemetry.exports['traces'] = { exported: 0, lastError: '401 from the collector' }),
    ),
    '401 from the collector',
  ],
  [
    'otlp-refused',
    ownTrace('http://x:4318/v1/traces', answer('bad data', 400)),
    'refuses a trace: 400: bad data',
  ],
  ['prometheus-target-absent', at('prometheus', { target: undefined }), 'none of the 1 targets'],
  ['prometheus-target-dropped', at('prometheus', { target: undefined, dropped: ['a:1'] }), 'discovers a:1'],
  [
    'prometheus-target-down',
    atTarget({ health: 'down', lastError: 'connection refused' }),
    'connection refused',
  ],
  [
    'prometheus-sample-limit',
    atTarget({ health: 'down', lastError: 'sample limit exceeded' }),
    'sample limit',
  ],
  [
    'prometheus-scrape-slow',
    atTarget({ health: 'down', lastError: 'context deadline exceeded' }),
    'too long',
  ],
  [
    'prometheus-other-process',
    all(atTarget({}), at('prometheus', { scrapedStartSeconds: 1 })),
    'a process that started at 1970-01-01T00:00:01.000Z',
  ],
  [
    'prometheus-metrics-dropped',
    all(at('prometheus', { keptSamples: 5 }), lost('metric', 'app', 'prometheus')),
    'of 200 samples',
  ],
  [
    'prometheus-samples-refused',
    at('prometheus', { after: parsePage('prometheus_target_scrapes_sample_out_of_bounds_total 2\n') }),
    '2 since its start, 2 while this ran',
  ],
  [
    'prometheus-scrape-stale',
    atTarget({ lastScrapeMs: NOW_MS - 60_000 }, 'series'),
    'scraped http://localhost:9464/metrics 60 s ago',
  ],
  [
    'prometheus-retention',
    at('prometheus', { flags: { 'storage.tsdb.retention.size': '10MB' } }),
    'keeps 10MB',
  ],
  [
    'prometheus-rules-failing',
    at('prometheus', {
      rules: answer({
        data: { groups: [{ rules: [{ name: 'r', health: 'err', lastError: 'many-to-many' }] }] },
      }),
    }),
    '1 of 1 rules fail; r: many-to-many',
  ],
  [
    'loki-too-old',
    discarded('greater_than_max_sample_age'),
    '3 lines by their time since its start, 3 while',
  ],
  [
    'loki-rate-limited',
    at('loki', { push: answer('Ingestion rate limit exceeded', 429) }),
    '429: Ingestion rate',
  ],
  ['loki-label-missing', discarded('missing_labels'), 'for their labels'],
  ['loki-metadata-off', discarded('disallowed_structured_metadata'), 'structured metadata'],
  ['loki-refused', discarded('line_too_long'), 'altogether'],
  [
    'loki-refused',
    status((json) => (json.telemetry.exports['logs'] = { lastError: 'max line size exceeded' })),
    'the service: max line size exceeded',
  ],
  ['line-unnamed', at('loki', { streamLabels: { job: 'docker' } }), 'with no label service_name'],
  [
    'tempo-refused',
    at('tempo', { after: parsePage('tempo_discarded_spans_total{reason="x"} 1\n') }),
    '1 spans away (x)',
  ],
  ['trace-not-searchable', at('tempo', { searchable: false }), 'does not find it yet'],
  [
    'alertmanager-not-connected',
    at('prometheus', {
      alertmanagers: answer({ data: { activeAlertmanagers: [], droppedAlertmanagers: [{ url: 'x' }] } }),
    }),
    'relabelling drops x',
  ],
  [
    'alertmanager-no-receiver',
    at('alertmanager', {
      status: answer({
        config: {
          original:
            'route: { receiver: a, routes: [{ receiver: b }] }\nreceivers: [{ name: a }, { name: b }]',
        },
      }),
    }),
    'lead to a, b, where nobody is told',
  ],
  [
    'alerts-not-delivered',
    at('prometheus', { after: parsePage('prometheus_notifications_errors_total{alertmanager="x"} 2\n') }),
    '2 alerts for http://localhost:9093 failed',
  ],
  [
    'alertmanager-failing',
    at('alertmanager', {
      after: parsePage(
        'alertmanager_notifications_failed_total{integration="slack",reason="other"} 2\nalertmanager_notifications_total{integration="slack"} 2\n',
      ),
    }),
    '2 of 2 notifications by slack failed',
  ],
  ['grafana-no-token', at('grafana', { hasToken: false, list: notAsked, dataSources: [] }), 'no token'],
  ['grafana-token-refused', at('grafana', { list: answer('', 401), dataSources: [] }), '401'],
  ['grafana-data-source-missing', withoutSource('tempo'), 'of the type tempo'],
  [
    'grafana-data-source-uid',
    changedSource('loki', { uid: 'P1' }),
    'has the uid P1, and dashboards go by loki',
  ],
  [
    'grafana-data-source-url',
    changedSource('loki', {
      url: 'http://localhost:3100',
      health: answer({ status: 'ERROR', message: 'refused' }, 400),
    }),
    'does not work: refused',
  ],
  ['grafana-no-alert-state', withoutSource('alertmanager'), 'no data source of the type alertmanager'],
  [
    'grafana-no-alert-state',
    changedSource('prometheus', { jsonData: { manageAlerts: false } }),
    'manageAlerts: false',
  ],
  ['metric-lost', lost('metric', 'app', 'prometheus'), 'its samples are not there'],
  ['line-lost', lost('line', 'app', 'loki'), 'does not have the one that was looked for within 20 s'],
  ['line-lost', lost('line', 'doctor', 'loki'), 'Loki took a line and does not find it'],
  [
    'trace-lost',
    all(lost('trace', 'app', 'tempo'), lost('trace', 'app', 'otlp')),
    'although one that the doctor sent is',
  ],
  [
    'trace-lost',
    all(lost('trace', 'doctor', 'tempo'), at('tempo', { after: parsePage('tempo_build_info 1\n') })),
    'gets none of them',
  ],
  [
    'grafana-data-source-empty',
    lost('trace', 'app', 'grafana'),
    'the trace is in tempo and not behind the data source tempo',
  ],
];

function withoutSource(type: string): Plant {
  return (facts) =>
    at('grafana', { dataSources: facts.grafana!.dataSources.filter((each) => each.type !== type) })(facts);
}
function changedSource(type: string, more: object): Plant {
  return (facts) =>
    at('grafana', {
      dataSources: facts.grafana!.dataSources.map((each) =>
        each.type === type ? Object.assign({}, each, more) : each,
      ),
    })(facts);
}

const notes: ReadonlySet<string> = new Set([
  'app-guarded',
  'app-double-telemetry',
  'app-no-routes',
  'trace-not-searchable',
  'grafana-no-token',
]);

describe('the rules of the doctor', () => {
  it('find nothing in a healthy system, not even with half of it left out', () => {
    const facts = healthyFacts();
    expect(judge(facts, rules)).toEqual([]);
    const { prometheus: _p, loki: _l, tempo: _t, grafana: _g, alertmanager: _a, planted: _x, ...few } = facts;
    expect(judge({ ...few, steps: [] }, rules)).toEqual([]);
    const nobody: Partial<AppFacts> = {
      status: notAsked,
      statusAfter: notAsked,
      metrics: notAsked,
      page: [],
      name: undefined,
    };
    expect(judge({ ...app(nobody)(facts), env: { OTEL_SDK_DISABLED: 'true' } }, rules)).toEqual([]);
  });

  it.each(planted.map(([code, plant, seen], index) => ({ code, plant, seen, index })))(
    'find $code alone ($index)',
    ({ code, plant, seen }) => {
      const found = judge(plant(healthyFacts()), rules);
      expect(found.map((each) => each.code)).toEqual([code]);
      expect(found[0]?.seen).toMatch(seen);
      expect(found[0]?.severity).toBe(notes.has(code) ? 'note' : 'fault');
      expect(found[0]?.fix).toMatch(/^\S.*[^.\s]$/s);
    },
  );

  it('have each a planted fault, and a code of its own', () => {
    expect(new Set(planted.map(([code]) => code))).toEqual(new Set(rules.map(({ code }) => code)));
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
  });

  it('make a note of what was refused earlier and is not any more', () => {
    const page = parsePage('prometheus_target_scrapes_sample_duplicate_timestamp_total 2\n');
    const found = judge(at('prometheus', { before: page, after: page })(healthyFacts()), rules);
    expect(found).toMatchObject([{ code: 'prometheus-samples-refused', severity: 'note' }]);
  });

  it('make a note of a share of traces, and of a day of data', () => {
    const share = status(
      (json) => (json.config['traces']!['sampler'] = { name: 'parentbased_traceidratio', ratio: 0.1 }),
    );
    expect(judge(share(healthyFacts()), rules)).toMatchObject([
      { code: 'app-sampled-away', severity: 'note' },
    ]);
    const day: Partial<PrometheusFacts> = { flags: { 'storage.tsdb.retention.time': '6h' } };
    expect(judge(at('prometheus', day)(healthyFacts()), rules)).toMatchObject([
      { code: 'prometheus-retention', severity: 'note' },
    ]);
  });

  it('name both variables that have lines of stdout go to Loki, which takes them at a path of its own', () => {
    const plant = all(
      status((json) => Object.assign(json.config['logs']!, { push: false })),
      lost('line', 'app', 'loki'),
    );
    expect(judge(plant(healthyFacts()), rules)).toMatchObject([
      {
        code: 'line-lost',
        fix: expect.stringContaining(
          'OTEL_LOGS_EXPORTER=otlp and OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://localhost:3100/otlp/v1/logs',
        ) as string,
      },
    ]);
  });

  it('make a note of a Collector that samples, and of the level warn', () => {
    expect(judge(lost('trace', 'app', 'tempo')(healthyFacts()), rules)).toMatchObject([
      { code: 'trace-lost', severity: 'note' },
    ]);
    const quiet = all(
      status((json) => (json.logs.levels[''] = 'warn')),
      lost('line', 'app', 'loki'),
    );
    expect(judge(quiet(healthyFacts()), rules)).toMatchObject([{ code: 'app-log-level', severity: 'note' }]);
  });

  it('raise no alarm for a service in a network of its own that has sent nothing yet', () => {
    const idle = ownTrace('http://tempo:4318/v1/traces', failed('unknown-name', 'ENOTFOUND'));
    const elsewhere = all(idle, app({ process: undefined }));
    expect(judge(elsewhere(healthyFacts()), rules)).toEqual([]);
  });

  it('do not miss a scrape where metrics are pushed', () => {
    const pushed = all(
      status((json) => (json.config['metrics'] = { page: false, push: true })),
      at('prometheus', { target: undefined }),
    );
    expect(judge(pushed(healthyFacts()), rules)).toEqual([]);
  });

  it('blame the clock of this machine when all others agree', () => {
    const late = { ...answer('ready'), skewMs: 60_000 } as never;
    const facts = all(
      app({ status: { ...answer(statusJson()), skewMs: 61_000 } as never }),
      at('prometheus', { ready: late }),
      at('alertmanager', { ready: late }),
      at('loki', { ready: late }),
      at('tempo', { ready: late }),
      at('grafana', { ready: { ...answer({ database: 'ok' }), skewMs: 60_000 } as never }),
    )(healthyFacts());
    expect(judge(facts, rules).filter(({ code }) => code === 'clock-skew')).toMatchObject([
      { seen: 'the clock of this machine is 61 s behind all others' },
    ]);
  });

  it('do not say that something is lost where a fault explains it', () => {
    const facts = all(at('loki', { ready: failed('refused', 'ECONNREFUSED') }), lost('line', 'app', 'loki'));
    expect(judge(facts(healthyFacts()), rules).map(({ code }) => code)).toEqual(['network-port-closed']);
  });
});

describe('the README', () => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

  it.each(rules)('lists $code', ({ code, when }) => {
    expect(text).toMatch(
      new RegExp(String.raw`\| \`${code}\` +\| ${when.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)} +\|`),
    );
  });
});
