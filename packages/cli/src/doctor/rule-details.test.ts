import { describe, expect, it } from 'vitest';
import { parsePage } from './exposition.ts';
import type { Facts, TargetFacts } from './facts.ts';
import type { Finding } from './finding.ts';
import { NOW_MS, answer, failed, healthyFacts, statusJson, target } from './healthy-facts.fixture.ts';
import { judge } from './judge.ts';
import { type Answer, notAsked } from './probe.ts';
import { rules } from './rule-table.ts';

const healthy = healthyFacts();

function at<Part extends 'app' | 'prometheus' | 'alertmanager' | 'loki' | 'tempo' | 'grafana'>(
  part: Part,
  more: Partial<NonNullable<Facts[Part]>>,
): Facts {
  return { ...healthy, [part]: { ...healthy[part], ...more } };
}
const found = (facts: Facts, code: string): Finding | undefined =>
  judge(facts, rules).find((each) => each.code === code);

describe('what a rule says to do', () => {
  it.each([
    ['connection refused', 'http://localhost:9464/metrics', 'in a container, localhost is the container'],
    ['connection refused', 'http://shop:9464/metrics', 'OTEL_EXPORTER_PROMETHEUS_HOST'],
    ['lookup shop: no such host', 'http://shop:9464/metrics', 'correct the host shop'],
    ['lookup shop: no such host', 'shop', 'correct the host shop'],
    ['x509: unknown authority', 'https://shop/metrics', 'tls_config'],
    ['server returned HTTP status 401', 'http://shop/metrics', 'credentials'],
    ['server returned HTTP status 404', 'http://shop/x', 'metrics_path'],
    ['unsupported Content-Type', 'http://shop/metrics', 'another registry'],
    ['EOF', 'http://shop/metrics', 'correct the address in the job'],
  ])('about a scrape that ends with %s at %s', (lastError, scrapeUrl, fix) => {
    const down: TargetFacts = { ...target, health: 'down', lastError, scrapeUrl };
    const facts = at('prometheus', { target: { foundBy: 'series', target: down } });
    expect(found(facts, 'prometheus-target-down')).toMatchObject({
      seen: `Prometheus cannot scrape ${scrapeUrl}: ${lastError}`,
      fix: expect.stringContaining(fix) as string,
    });
  });

  const refusedTrace = (ownTrace: Answer): Facts => ({
    ...at('app', { statusAfter: answer({ config: { enabled: true } }) }),
    planted: { ...healthy.planted!, ownTrace },
    otlpUrl: 'https://collector:4318/v1/traces',
  });
  it.each<readonly [string, Facts, string, string]>([
    [
      'a server without TLS',
      at('loki', { ready: failed('tls', 'EPROTO') }),
      'network-tls',
      'write http:// in --loki',
    ],
    ['an old certificate', at('loki', { ready: failed('tls', 'CERT_HAS_EXPIRED') }), 'network-tls', 'renew'],
    [
      'another name',
      at('loki', { ready: failed('tls', 'ERR_TLS_CERT_ALTNAME_INVALID') }),
      'network-tls',
      'take a name that is in the certificate into --loki',
    ],
    [
      'an authority of their own',
      at('grafana', { ready: failed('tls', 'SELF_SIGNED_CERT_IN_CHAIN') }),
      'network-tls',
      'NODE_EXTRA_CA_CERTS',
    ],
    [
      'an authority that the service needs',
      {
        ...refusedTrace(failed('tls', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')),
        app: { ...healthy.app, statusAfter: notAsked },
      },
      'network-tls',
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
    ],
    [
      'a port that is not HTTP',
      at('loki', { ready: failed('cut-off', 'ECONNRESET') }),
      'network-cut-off',
      'correct the port in --loki',
    ],
    [
      'the port of gRPC',
      at('tempo', { url: 'http://x:4317', ready: failed('no-http', 'HPE') }),
      'network-cut-off',
      '4318',
    ],
    [
      'a name and a password',
      at('tempo', { ready: answer('', 401) }),
      'network-credentials',
      'into the URL of --tempo',
    ],
    [
      'credentials of the service',
      { ...refusedTrace(answer('', 401)), app: { ...healthy.app, statusAfter: notAsked } },
      'network-credentials',
      'OTEL_EXPORTER_OTLP_HEADERS',
    ],
    [
      'a proxy that this shell has set',
      { ...at('loki', { ready: answer('', 502) }), env: { https_proxy: 'http://proxy' } },
      'network-proxy',
      'add localhost to NO_PROXY: https_proxy is set',
    ],
    [
      'a proxy that says so itself',
      at('loki', { ready: answer('', 404, { via: '1.1 squid' }) }),
      'network-proxy',
      'see that the proxy in front of it leads to where it listens',
    ],
    [
      'a data source that is local to a container',
      at('grafana', {
        dataSources: healthy.grafana!.dataSources.map((each) =>
          each.type === 'loki'
            ? Object.assign({}, each, { url: 'http://127.0.0.1', health: failed('refused', 'ECONNREFUSED') })
            : each,
        ),
      }),
      'grafana-data-source-url',
      'localhost is Grafana itself, and loki has the name of its service',
    ],
    [
      'an option that says no more',
      at('app', { statusAfter: answer({ ...statusJson(), problems: ['A is odd'] }) }),
      'app-options-wrong',
      'correct it where the service is started',
    ],
    [
      'spans of a trace without end',
      at('tempo', { after: parsePage('tempo_discarded_spans_total{reason="trace_too_large"} 2\n') }),
      'tempo-refused',
      'max_bytes_per_trace',
    ],
    [
      'what a port of gRPC says over HTTP',
      {
        ...at('app', {
          statusAfter: answer({ telemetry: { exports: { traces: { lastError: 'reset' } } } }),
        }),
        otlpUrl: '10.0.0.1:4317',
      },
      'otlp-refused',
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
    ],
  ])('about %s', (_name, facts, code, fix) => {
    expect(found(facts, code)).toMatchObject({ code, fix: expect.stringContaining(fix) as string });
  });
});

describe('a rule tells what is over from what goes on', () => {
  const page = (text: string) => parsePage(`${text}\n`);
  it.each<readonly [string, Facts, string, string]>([
    [
      'notifications that failed once, of many',
      at('alertmanager', {
        before: page('alertmanager_notifications_failed_total{integration="slack"} 1'),
        after: page(
          'alertmanager_notifications_failed_total{integration="slack"} 1\nalertmanager_notifications_failed_total{integration="email"} 0\nalertmanager_notifications_total{integration="slack"} 9',
        ),
      }),
      'alertmanager-failing',
      '1 of 9 notifications by slack failed',
    ],
    [
      'alerts that did not get through at first',
      at('prometheus', {
        before: page('prometheus_notifications_errors_total 2'),
        after: page(
          'prometheus_notifications_errors_total 2\nprometheus_notifications_sent_total{alertmanager="a"} 9',
        ),
      }),
      'alerts-not-delivered',
      '2 alerts for',
    ],
    [
      'spans that were thrown away',
      at('tempo', {
        before: page('tempo_discarded_spans_total{reason="rate_limited"} 3'),
        after: page(
          'tempo_discarded_spans_total{reason="rate_limited"} 3\ntempo_discarded_spans_total{reason="x"} 0',
        ),
      }),
      'tempo-refused',
      'none while this ran',
    ],
    [
      'lines that were too old',
      at('loki', {
        before: page('loki_discarded_samples_total{reason="greater_than_max_sample_age"} 3'),
        after: page('loki_discarded_samples_total{reason="greater_than_max_sample_age"} 3'),
      }),
      'loki-too-old',
      'none while this ran',
    ],
  ])('%s are a note', (_name, facts, code, seen) => {
    expect(found(facts, code)).toMatchObject({
      severity: 'note',
      seen: expect.stringContaining(seen) as string,
    });
  });
});

describe('a rule says what it saw', () => {
  it.each([
    [
      ['/usr/bin/node', '--max-old-space-size=9', 'server.js', '--token=hunter2', 'hunter2'],
      '/usr/bin/node server.js',
    ],
    [['node', '.', '--dsn', 'postgres://a:hunter2@db'], 'node .'],
    [['/usr/bin/node'], '/usr/bin/node'],
  ])('and of a command line that may hold secrets only what is started: %j', (command, shown) => {
    const facts = at('app', {
      status: failed('refused', 'ECONNREFUSED'),
      page: [],
      process: { pid: 7, command, env: {}, ports: [] },
    });
    expect(found(facts, 'app-not-instrumented')?.seen).toBe(`process 7 runs without it: ${shown}`);
  });

  it('and no values of a start script', () => {
    const facts = at('app', {
      status: failed('refused', 'ECONNREFUSED'),
      page: [],
      process: undefined,
      project: {
        startScript: `A=1 PASSWORD="hunter2 2" node . --token=hunter2 --verbose`,
        dependsOnBootstrap: true,
        env: {},
      },
    });
    expect(found(facts, 'app-not-instrumented')?.seen).toMatch(
      /: A=… PASSWORD=… node \. --token=… --verbose$/,
    );
  });

  it('and no credentials of an address that a server tells', () => {
    const facts = at('grafana', {
      dataSources: healthy.grafana!.dataSources.map((each) =>
        each.type === 'loki'
          ? Object.assign({}, each, {
              url: 'http://reader:hunter2@loki:3100',
              health: failed('refused', 'ECONNREFUSED'),
            })
          : each,
      ),
    });
    expect(found(facts, 'grafana-data-source-url')?.seen).toContain(' at http://loki:3100 does not work');
  });

  it.each<readonly [string, Facts, string, string]>([
    [
      'a route that leads nowhere',
      at('alertmanager', {
        status: answer({ config: { original: 'receivers: [x, { slack_configs: [{}] }]' } }),
      }),
      'alertmanager-no-receiver',
      'lead to nothing',
    ],
    [
      'a start script without it, where the dependency is there',
      at('app', {
        status: failed('refused', 'ECONNREFUSED'),
        page: [],
        project: { startScript: 'node .', dependsOnBootstrap: true, env: {} },
      }),
      'app-not-instrumented',
      'does not load it: node .',
    ],
    [
      'scrapes that a limit refused',
      at('prometheus', {
        target: {
          foundBy: 'series',
          target: { ...target, health: 'down', lastError: 'label_limit exceeded' },
        },
        after: parsePage('prometheus_target_scrapes_exceeded_sample_limit_total 4\n'),
      }),
      'prometheus-sample-limit',
      '4 scrapes were refused',
    ],
    [
      'a clock that is late',
      at('loki', { ready: { ...answer(), skewMs: -60_000 } as never }),
      'clock-skew',
      '60 s behind that of this machine',
    ],
    [
      'a name that is another',
      at('loki', { streamLabels: { service_name: 'docker' } }),
      'line-unnamed',
      'with service_name=docker',
    ],
    [
      'a rule that fails without a word',
      at('prometheus', {
        rules: answer({ data: { groups: [{ rules: [{ name: 'r', health: 'err' }] }] } }),
      }),
      'prometheus-rules-failing',
      '1 of 1 rules fail; r: ',
    ],
    [
      'a sampler that keeps nothing',
      at('app', {
        status: answer({
          ...statusJson(),
          config: { enabled: true, traces: { enabled: true, sampler: { name: 'always_off' } } },
        }),
      }),
      'app-sampled-away',
      'the sampler always_off keeps no trace',
    ],
    [
      'a share, with what is kept of the others',
      at('app', {
        status: answer({
          ...statusJson(),
          config: {
            enabled: true,
            traces: {
              enabled: true,
              sampler: { name: 'traceidratio', ratio: 0.1 },
              bias: { errors: true, slow: false },
            },
          },
        }),
      }),
      'app-sampled-away',
      'keeps 10 % of the traces, and the failed ones of the others',
    ],
    [
      'what Loki said to the search for the line',
      {
        ...healthy,
        steps: healthy.steps.map((each) =>
          each.at === 'loki' && each.by === 'doctor'
            ? Object.assign({}, each, { found: false, said: '429: slow down' })
            : each,
        ),
      },
      'line-lost',
      'within 20 s: 429: slow down',
    ],
    [
      'what Tempo said to the search for the trace',
      {
        ...at('tempo', {
          before: parsePage('tempo_distributor_spans_received_total 1\n'),
          after: parsePage('tempo_distributor_spans_received_total 2\n'),
        }),
        steps: healthy.steps.map((each) =>
          each.at === 'tempo' && each.by === 'doctor'
            ? Object.assign({}, each, { found: false, said: '500: broken' })
            : each,
        ),
      },
      'trace-lost',
      'Tempo got a trace and does not find it within 20 s: 500: broken',
    ],
    [
      'that neither trace came',
      {
        ...healthy,
        planted: { ...healthy.planted!, ownTrace: notAsked },
        steps: healthy.steps
          .filter(({ at: place, by }) => place !== 'tempo' || by === 'app')
          .map((each) => (each.at === 'tempo' ? Object.assign({}, each, { found: false }) : each)),
      },
      'trace-lost',
      'the trace of the request is not in Tempo within 20 s',
    ],
    [
      'what the data source said',
      {
        ...healthy,
        steps: healthy.steps.map((each) =>
          each.at === 'grafana' ? Object.assign({}, each, { found: false, said: '502: x' }) : each,
        ),
      },
      'grafana-data-source-empty',
      'behind the data source tempo at http://tempo: 502: x',
    ],
  ])('%s', (_name, facts, code, seen) => {
    expect(found(facts, code)?.seen).toContain(seen);
  });

  it.each<readonly [string, Facts]>([
    [
      'a configuration that is no YAML',
      at('alertmanager', { status: answer({ config: { original: '{' } }) }),
    ],
    [
      'a start of the process that is no time',
      at('prometheus', { target: { foundBy: 'address', target }, scrapedStartSeconds: Number.NaN }),
    ],
    [
      'a target that was never scraped',
      at('prometheus', { target: { foundBy: 'series', target: { ...target, lastScrapeMs: undefined } } }),
    ],
    [
      'a clock that Prometheus does not tell',
      at('prometheus', { ready: { ...answer('ready'), skewMs: undefined } as never }),
    ],
    ['metrics that relabelling drops on purpose', at('prometheus', { keptSamples: 5 })],
    ['a scrape of a moment ago', { ...healthy, nowMs: NOW_MS + 1000 }],
  ])('and nothing about %s', (_name, facts) => {
    expect(judge(facts, rules)).toEqual([]);
  });
});
