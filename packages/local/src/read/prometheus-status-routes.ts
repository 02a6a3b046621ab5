import type { RuleGroupEvaluator, RuleStatus } from '@sightline/query/promql/rules';
import type { AlertInstance } from '@sightline/query/promql/rules';
import type { RuleFileGroups } from '../alerting/rule-runner.ts';
import type { TargetState } from '../ingest/scrape/scrape-manager.ts';
import type { Answer, Route } from '../server/route.ts';
import type { MetricStores } from '../store/sample-sink.ts';

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

const success = (data: unknown): Answer => ({ json: { status: 'success', data } });
const get = (path: string, data: () => unknown): Route => ({
  methods: ['GET'],
  path,
  handle: () => success(data()),
});
const ZERO_TIME = '0001-01-01T00:00:00Z';

/** The part of Prometheus's API that tells of itself: targets, rules, alerts, build and storage. */
export function prometheusStatusRoutes(options: PrometheusStatusOptions): readonly Route[] {
  const { stores, targets, ruleFiles, version, externalUrl } = options;

  return [
    get('/api/v1/targets', () => ({
      activeTargets: targets().map((target) => targetJson(target, options)),
      droppedTargets: [],
      droppedTargetCounts: {},
    })),
    {
      methods: ['GET'],
      path: '/api/v1/rules',
      handle({ parameters }) {
        const type = parameters.get('type');
        const names = parameters.getAll('rule_name[]');
        const wants = ({ rule }: RuleStatus): boolean => {
          const kind = rule.kind === 'alerting' ? 'alert' : 'record';
          const name = rule.kind === 'alerting' ? rule.alert : rule.record;
          return (type === null || type === kind) && (names.length === 0 || names.includes(name));
        };
        return success({
          groups: ruleFiles().flatMap(({ file, groups }) =>
            groups.map((group) => groupJson(file, group, wants)).filter(({ rules }) => rules.length > 0),
          ),
        });
      },
    },
    get('/api/v1/alerts', () => ({
      alerts: ruleFiles()
        .flatMap(({ groups }) => groups)
        .flatMap((group) => group.rules())
        .flatMap(({ alerts }) => shownAlerts(alerts)),
    })),
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
    get('/api/v1/status/tsdb', () => tsdbJson(stores)),
  ];
}

function targetJson(
  { url, labels, last }: TargetState,
  { scrapeIntervalMs, scrapeTimeoutMs }: PrometheusStatusOptions,
): object {
  return {
    discoveredLabels: { __address__: labels['instance']!, job: labels['job']! },
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

function groupJson(
  file: string,
  group: RuleGroupEvaluator,
  wants: (status: RuleStatus) => boolean,
): { readonly rules: readonly object[] } {
  const statuses = group.rules();
  const lastMs = Math.max(0, ...statuses.map(({ lastEvaluationMs }) => lastEvaluationMs ?? 0));
  const header = {
    name: group.group.name,
    file,
    interval: group.intervalMs / 1000,
    limit: group.group.limit,
    evaluationTime: statuses.reduce((sum, { lastDurationSeconds }) => sum + lastDurationSeconds, 0),
    lastEvaluation: lastMs === 0 ? ZERO_TIME : new Date(lastMs).toISOString(),
  };
  return { ...header, rules: statuses.filter(wants).map(ruleJson) };
}

function ruleJson(status: RuleStatus): object {
  const { rule, health, lastError, lastEvaluationMs, lastDurationSeconds, state, alerts } = status;
  const shared = {
    query: rule.expression,
    labels: rule.labels,
    health,
    ...(lastError !== undefined && { lastError }),
    evaluationTime: lastDurationSeconds,
    lastEvaluation: lastEvaluationMs === undefined ? ZERO_TIME : new Date(lastEvaluationMs).toISOString(),
  };
  if (rule.kind === 'recording') return { name: rule.record, ...shared, type: 'recording' };
  return {
    state,
    name: rule.alert,
    ...shared,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    alerts: shownAlerts(alerts),
    type: 'alerting',
  };
}

/** Those that are over are Alertmanager's concern. */
function shownAlerts(alerts: readonly AlertInstance[]): readonly object[] {
  return alerts
    .filter(({ state }) => state !== 'inactive')
    .map(({ labels, annotations, state, activeAtMs, value }) => ({
      labels,
      annotations,
      state,
      activeAt: new Date(activeAtMs).toISOString(),
      value: String(value),
    }));
}

function tsdbJson({ series }: MetricStores): object {
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
  );
  const byLabel = countBy(series.labelNames(), (name) => [...series.labelValues(name)].length);
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

function countBy(names: Iterable<string>, count: (name: string) => number): readonly object[] {
  return Array.from(names, (name) => ({ name, value: count(name) }))
    .toSorted((one, other) => other.value - one.value)
    .slice(0, 10);
}
