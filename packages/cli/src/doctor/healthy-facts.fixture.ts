import type { Facts, Step, TargetFacts } from './facts.ts';
import { parsePage } from './exposition.ts';
import { jsonOf } from './json-at.ts';
import { type Answer, notAsked } from './probe.ts';

export const NOW_MS = Date.UTC(2026, 0, 1, 10);
const START_SECONDS = NOW_MS / 1000 - 3600;

/** An answer, as if a server had given it just now. */
export function answer(
  body: unknown = '',
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answer', status, headers: new Headers(headers), text, json: jsonOf(text), skewMs: 0 };
}

export function failed(failure: Extract<Answer, { kind: 'failed' }>['failure'], detail: string): Answer {
  return { kind: 'failed', failure, detail };
}

/** What `/status` of a service says, as far as it is read. */
export function statusJson(): Record<string, never> & {
  config: Record<string, Record<string, unknown>>;
  telemetry: { report: { findings: object[] }; exports: Record<string, object> };
  logs: { levels: Record<string, string>; lines: Record<string, number> };
  problems: string[];
} {
  return {
    service: { 'service.name': 'shop' },
    build: { service: '1.2.0' },
    process: { pid: 1 },
    config: {
      enabled: true as unknown as Record<string, unknown>,
      traces: {
        enabled: true,
        exporters: ['otlp'],
        sampler: { name: 'parentbased_always_on', ratio: 1 },
        otlp: { endpoint: 'http://localhost:4318/v1/traces' },
      },
      metrics: { page: true },
      logs: { stdout: true, push: true, otlp: { endpoint: 'http://localhost:3100/otlp/v1/logs' } },
    },
    problems: [],
    logs: { levels: { '': 'info' }, lines: { info: 2 } },
    telemetry: { report: { findings: [] }, exports: { traces: { exported: 3 }, logs: { exported: 3 } } },
  } as never;
}

export const target: TargetFacts = {
  labels: { job: 'shop', instance: 'localhost:9464' },
  scrapeUrl: 'http://localhost:9464/metrics',
  health: 'up',
  lastError: '',
  lastScrapeMs: NOW_MS - 3000,
  intervalMs: 15_000,
};

function step(signal: Step['signal'], by: Step['by'], at: Step['at'], through?: Step['through']): Step {
  return { signal, by, at, found: true, afterMs: 100, ...(through && { through }) };
}

const server = { ready: answer('ready'), version: '1.0.0', before: [], after: [] };

/** A system in which nothing is wrong. */
export function healthyFacts(): Facts {
  const status = answer(statusJson());
  const page = parsePage(`process_start_time_seconds ${START_SECONDS}\n`);
  const dataSource = (type: string): NonNullable<Facts['grafana']>['dataSources'][number] => ({
    uid: type,
    name: type,
    type,
    url: `http://${type}`,
    jsonData: {},
    health: type === 'alertmanager' ? notAsked : answer({ status: 'OK' }),
  });
  return {
    nowMs: NOW_MS,
    waitMs: 20_000,
    isEmbedded: false,
    app: {
      url: 'http://localhost:9464',
      serviceUrl: 'http://localhost:3000/',
      status,
      statusAfter: status,
      metrics: answer('# EOF\n'),
      page,
      pageAfter: page,
      name: 'shop',
      startSeconds: START_SECONDS,
      process: undefined,
      project: undefined,
    },
    otlpUrl: 'http://localhost:4318/v1/traces',
    isOtlpUnknown: false,
    prometheus: {
      ...server,
      url: 'http://localhost:9090',
      target: { foundBy: 'series', target },
      targets: answer({}),
      targetCount: 1,
      dropped: [],
      scrapedSamples: 200,
      keptSamples: 200,
      scrapedStartSeconds: START_SECONDS,
      flags: { 'storage.tsdb.retention.time': '15d' },
      alertmanagers: answer({ data: { activeAlertmanagers: [{ url: 'http://localhost:9093' }] } }),
      rules: answer({ data: { groups: [{ rules: [{ name: 'r', health: 'ok' }] }] } }),
    },
    alertmanager: {
      ...server,
      url: 'http://localhost:9093',
      status: answer({
        config: { original: 'route: { receiver: a }\nreceivers: [{ name: a, slack_configs: [{}] }]' },
      }),
    },
    loki: {
      ...server,
      url: 'http://localhost:3100',
      labels: answer({ data: ['service_name'] }),
      push: answer('', 204),
      streamLabels: { service_name: 'shop' },
    },
    tempo: { ...server, url: 'http://localhost:3200', searchable: true },
    grafana: {
      ...server,
      url: 'http://localhost:3000',
      ready: answer({ database: 'ok' }),
      hasToken: true,
      list: answer([]),
      dataSources: ['prometheus', 'loki', 'tempo', 'alertmanager'].map(dataSource),
    },
    planted: {
      atMs: NOW_MS - 2000,
      traceId: 'a'.repeat(32),
      ownTraceId: 'b'.repeat(32),
      request: answer('hello'),
      ownTrace: answer({ partialSuccess: {} }),
    },
    steps: [
      step('metric', 'app', 'app'),
      step('line', 'app', 'app'),
      step('trace', 'app', 'otlp'),
      step('metric', 'app', 'prometheus'),
      step('line', 'app', 'loki'),
      step('line', 'doctor', 'loki'),
      step('trace', 'app', 'tempo'),
      step('trace', 'doctor', 'tempo'),
      step('trace', 'app', 'grafana', 'tempo'),
    ],
    env: {},
  };
}
