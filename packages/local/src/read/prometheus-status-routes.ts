import type { RuleFileGroups } from '../alerting/rule-runner.ts';
import type { TargetState } from '../ingest/scrape/scrape-manager.ts';
import { HttpError } from '../server/http-error.ts';
import type { Call, Route } from '../server/route.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { wholeNumber } from './parameters.ts';
import { prometheusAnswer } from './prometheus-answer.ts';
import { ZERO_TIME, alertsJson, rulesJson } from './prometheus-rules.ts';

export interface PrometheusStatusOptions {
  readonly stores: MetricStores;
  readonly targets: () => readonly TargetState[];
  readonly ruleFiles: () => readonly RuleFileGroups[];
  readonly version: string;
  readonly startedAtMs: number;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly retentionMs: number;
  readonly externalUrl: string;
}

const get = (path: string, data: (call: Call) => unknown): Route => ({
  methods: ['GET'],
  path,
  handle: (call) => prometheusAnswer(() => ({ data: data(call) })),
});

/** The part of Prometheus's API that tells of itself: targets, rules, alerts, build and storage. */
export function prometheusStatusRoutes(options: PrometheusStatusOptions): readonly Route[] {
  const { stores, targets, ruleFiles, version, externalUrl } = options;

  return [
    get('/api/v1/targets', ({ parameters }) => {
      const state = parameters.get('state') ?? '';
      const pool = parameters.get('scrapePool') ?? '';
      const active = ['', 'any', 'active'].includes(state) ? targets() : [];
      return {
        activeTargets: active
          .filter(({ labels }) => pool === '' || labels['job'] === pool)
          .map((target) => targetJson(target, options)),
        droppedTargets: [],
        droppedTargetCounts: {},
      };
    }),
    {
      methods: ['GET'],
      path: '/api/v1/rules',
      handle: (call) => prometheusAnswer(() => ({ data: rulesJson(call, ruleFiles()) })),
    },
    get('/api/v1/alerts', () => alertsJson(ruleFiles())),
    get('/api/v1/alertmanagers', () => ({
      activeAlertmanagers: [{ url: `${externalUrl}/api/v2/alerts` }],
      droppedAlertmanagers: [],
    })),
    get('/api/v1/status/buildinfo', () => ({
      version,
      revision: '',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    })),
    get('/api/v1/status/runtimeinfo', () => ({
      startTime: new Date(options.startedAtMs).toISOString(),
      storageRetention: `${options.retentionMs / 1000}s`,
      reloadConfigSuccess: true,
      timeSeriesCount: stores.series.stats().series,
    })),
    get('/api/v1/status/flags', () => ({})),
    get('/api/v1/status/config', () => ({
      yaml: `global:\n  scrape_interval: ${options.scrapeIntervalMs / 1000}s\n  scrape_timeout: ${options.scrapeTimeoutMs / 1000}s\n`,
    })),
    get('/api/v1/status/tsdb', ({ parameters }) => {
      const limit = wholeNumber(parameters, 'limit', 10);
      if (limit === 0) throw new HttpError(400, 'limit must be a positive number');
      return tsdbJson(stores, limit);
    }),
  ];
}

function targetJson(
  { url, labels, last }: TargetState,
  { scrapeIntervalMs, scrapeTimeoutMs }: PrometheusStatusOptions,
): object {
  return {
    discoveredLabels: { __address__: new URL(url).host, job: labels['job']! },
    labels,
    scrapePool: labels['job']!,
    scrapeUrl: url,
    globalUrl: url,
    lastError: last?.error ?? '',
    lastScrape: last === undefined ? ZERO_TIME : new Date(last.timeMs).toISOString(),
    lastScrapeDuration: last?.durationSeconds ?? 0,
    health: last === undefined ? 'unknown' : last.error === '' ? 'up' : 'down',
    scrapeInterval: `${scrapeIntervalMs / 1000}s`,
    scrapeTimeout: `${scrapeTimeoutMs / 1000}s`,
  };
}

function tsdbJson({ series }: MetricStores, limit: number): object {
  const { series: numSeries, samples, oldestMs = 0, newestMs = 0 } = series.stats();
  const byName = countBy(
    series.labelValues('__name__'),
    (name) =>
      [
        ...series.series([[{ name: '__name__', op: '=', value: name }]], {
          fromMs: -Infinity,
          toMs: Infinity,
        }),
      ].length,
    limit,
  );
  const byLabel = countBy(series.labelNames(), (name) => [...series.labelValues(name)].length, limit);
  return {
    headStats: {
      numSeries,
      numLabelPairs: 0,
      chunkCount: 0,
      minTime: oldestMs,
      maxTime: newestMs,
      numSamples: samples,
    },
    seriesCountByMetricName: byName,
    labelValueCountByLabelName: byLabel,
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: [],
  };
}

function countBy(names: Iterable<string>, count: (name: string) => number, limit: number): readonly object[] {
  return Array.from(names, (name) => ({ name, value: count(name) }))
    .toSorted((one, other) => other.value - one.value)
    .slice(0, limit);
}
