import type { Labels, PrometheusAlert, Series } from '../../api/prometheus.ts';
import type { Run } from '../../api/stack.ts';
import { serviceOfJob } from '../../parts/service-name.ts';
import { lastValue } from '../../parts/sparkline-path.ts';

/** One number over time, and as it is now; undefined when the service no longer says it. */
export interface Measured {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly now: number | undefined;
}

export interface Red {
  readonly rate: readonly Series[];
  readonly errorRatio: readonly Series[];
  readonly p50: readonly Series[];
  readonly p99: readonly Series[];
}

/** Lines over time and, where they are over too much to be of now, the numbers of now. */
export interface RedOverTime extends Red {
  readonly now?: Red;
}

interface ServiceAlerts {
  readonly count: number;
  /** The worst of them. */
  readonly severity: string;
  readonly names: readonly string[];
}

type HealthState = 'down' | 'degraded' | 'up' | 'unknown';

interface Health {
  readonly state: HealthState;
  /** What is not well: `check database`, `instance 10.0.0.1:9464 cannot be scraped`. */
  readonly reasons: readonly string[];
}

export interface Deploy {
  readonly version: string;
  /** Since 1970 [ms]. */
  readonly atMs: number;
  readonly instance: string;
  /** The run before it, if one is known. */
  readonly before: string | undefined;
}

export interface ServiceRow {
  readonly name: string;
  /** What it is known by. */
  readonly sources: readonly ('metrics' | 'spans' | 'logs')[];
  readonly red: {
    readonly rate?: Measured;
    readonly errorRatio?: Measured;
    readonly p50?: Measured;
    readonly p99?: Measured;
  };
  readonly health: Health;
  readonly versions: readonly string[];
  readonly deploy: Deploy | undefined;
  readonly alerts: ServiceAlerts | undefined;
}

/** What the servers say, each part of which may be missing. */
export interface ServiceFacts {
  readonly http?: RedOverTime | undefined;
  readonly spans?: RedOverTime | undefined;
  /** Instant: `up`, `health_check_status`, `health_probe_status`, and infos with a version. */
  readonly up?: readonly Series[] | undefined;
  readonly checks?: readonly Series[] | undefined;
  readonly probes?: readonly Series[] | undefined;
  readonly infos?: readonly Series[] | undefined;
  readonly alerts?: readonly PrometheusAlert[] | undefined;
  readonly runs?: readonly Run[] | undefined;
  readonly logServices?: readonly string[] | undefined;
  /** Points that are older say nothing of now [s since 1970]. */
  readonly freshFrom: number;
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'];
const KINDS = ['rate', 'errorRatio', 'p50', 'p99'] as const;

type NameOf = (job: string) => string;

/** One row a service, worst first. */
export function serviceRows(given: ServiceFacts): readonly ServiceRow[] {
  const spans = byService(given.spans, ({ service = '' }) => service, given.freshFrom);
  // A name such as `@acme/shop` looks like a namespace and a name, but where it is told by itself.
  const whole = new Set([
    ...spans.keys(),
    ...(given.logServices ?? []),
    ...(given.runs ?? []).map(({ service }) => service),
  ]);
  const nameOf: NameOf = (job) => (whole.has(job) ? job : serviceOfJob(job));
  const facts = { ...given, nameOf };
  const http = byService(facts.http, ({ job = '' }) => nameOf(job), facts.freshFrom);
  const scraped = (facts.up ?? []).map(({ labels }) => nameOf(labels['job'] ?? ''));
  const infos = (facts.infos ?? []).map(({ labels }) => nameOf(labels['job'] ?? ''));
  const names = new Set<string>([
    ...http.keys(),
    ...spans.keys(),
    ...scraped,
    ...infos,
    ...(facts.logServices ?? []),
    ...(facts.runs ?? []).map(({ service }) => service),
  ]);
  names.delete('');
  return [...names]
    .map((name): ServiceRow => {
      const sources: ServiceRow['sources'] = [
        ...(http.has(name) || scraped.includes(name) || infos.includes(name) ? (['metrics'] as const) : []),
        ...(spans.has(name) ? (['spans'] as const) : []),
        ...(facts.logServices?.includes(name) === true ? (['logs'] as const) : []),
      ];
      return {
        name,
        sources,
        red: http.get(name) ?? spans.get(name) ?? {},
        health: healthOf(name, facts),
        versions: versionsOf(name, facts),
        deploy: lastDeploy(name, facts.runs ?? []),
        alerts: alertsOf(name, facts),
      };
    })
    .toSorted(worstFirst);
}

/** Of several jobs with one name (`a/shop`, `b/shop`) the first that has a number counts. */
function byService(
  red: RedOverTime | undefined,
  nameOf: (labels: Labels) => string,
  freshFrom: number,
): Map<string, ServiceRow['red']> {
  if (red === undefined) return new Map();
  const rows = new Map<string, Partial<Record<(typeof KINDS)[number], Measured>>>();
  for (const kind of KINDS) {
    for (const { labels, times, values } of red[kind]) {
      const name = nameOf(labels);
      const row = rows.get(name) ?? {};
      rows.set(name, row);
      row[kind] ??= {
        times,
        values,
        now: red.now === undefined ? lastValue({ times, values }, freshFrom) : undefined,
      };
    }
    for (const { labels, values } of red.now?.[kind] ?? []) {
      const name = nameOf(labels);
      const row = rows.get(name) ?? {};
      rows.set(name, row);
      const [value = Number.NaN] = values;
      const { times = [], values: before = [], now } = row[kind] ?? {};
      row[kind] = { times, values: before, now: now ?? (Number.isNaN(value) ? undefined : value) };
    }
  }
  return rows;
}

interface NamedFacts extends ServiceFacts {
  readonly nameOf: NameOf;
}

function of(name: string, series: readonly Series[] | undefined, nameOf: NameOf): readonly Series[] {
  return (series ?? []).filter(({ labels }) => nameOf(labels['job'] ?? '') === name);
}

function healthOf(name: string, { up, checks, probes, nameOf }: NamedFacts): Health {
  const down: string[] = [];
  const degraded: string[] = [];
  let known = false;
  for (const { labels, values } of of(name, up, nameOf)) {
    known = true;
    if (values[0] === 0) down.push(`${labels['instance'] ?? 'an instance'} cannot be scraped`);
  }
  for (const { labels, values } of of(name, probes, nameOf)) {
    known = true;
    if (values[0] === 0) down.push(`${labels['probe'] ?? 'a probe'} answers 503`);
  }
  for (const { labels, values } of of(name, checks, nameOf)) {
    known = true;
    const [status = 1] = values;
    const check = labels['check'] ?? 'a check';
    if (status <= 0) degraded.push(`check ${check} is down`);
    else if (status < 1) degraded.push(`check ${check} is degraded`);
  }
  if (!known) return { state: 'unknown', reasons: [] };
  const state = down.length > 0 ? 'down' : degraded.length > 0 ? 'degraded' : 'up';
  return { state, reasons: [...new Set([...down, ...degraded])] };
}

function versionsOf(name: string, { infos, runs = [], nameOf }: NamedFacts): readonly string[] {
  const told = of(name, infos, nameOf).map(({ labels }) => labels['service_version'] ?? '');
  const known = told.some((each) => each !== '')
    ? told
    : runs.filter(({ service }) => service === name).map(({ version }) => version);
  return [...new Set(known.filter((each) => each !== ''))].toSorted();
}

/** The newest start that brought another version, or the newest start at all. */
export function lastDeploy(name: string, runs: readonly Run[]): Deploy | undefined {
  const own = runs
    .filter(({ service }) => service === name)
    .toSorted((one, other) => other.firstSeenMs - one.firstSeenMs);
  const at = own.findIndex(({ version }, index) => (own[index + 1]?.version ?? version) !== version);
  const [found, before] = own.slice(Math.max(0, at));
  if (found === undefined) return undefined;
  return {
    version: found.version,
    atMs: found.firstSeenMs,
    instance: found.instance,
    before: before?.instance,
  };
}

/** The service that an alert is about, by what the rules call it. */
export function serviceOfAlert(
  { labels }: Pick<PrometheusAlert, 'labels'>,
  nameOf: NameOf = serviceOfJob,
): string {
  // What rules call the service is its job, as a rule.
  return nameOf(labels['service'] ?? labels['service_name'] ?? labels['job'] ?? '');
}

function alertsOf(name: string, { alerts = [], nameOf }: NamedFacts): ServiceAlerts | undefined {
  const own = alerts.filter(
    (alert) =>
      alert.state === 'firing' &&
      alert.labels['severity'] !== 'none' &&
      serviceOfAlert(alert, nameOf) === name,
  );
  if (own.length === 0) return undefined;
  const severity = own
    .map(({ labels }) => labels['severity'] ?? 'info')
    .toSorted((one, other) => severityRank(one) - severityRank(other))[0];
  return {
    count: own.length,
    severity: severity ?? 'info',
    names: [...new Set(own.map(({ labels }) => labels['alertname'] ?? ''))],
  };
}

function severityRank(severity: string): number {
  const rank = SEVERITIES.indexOf(severity);
  return rank < 0 ? SEVERITIES.length : rank;
}

const HEALTH: readonly HealthState[] = ['down', 'degraded', 'up', 'unknown'];
/** Only what is worse by a step goes further up: rows that change places with every refresh cannot be read. */
const ERROR_STEPS = [0.25, 0.05, 0.01, 0.001];
const SLOW_STEPS_SECONDS = [5, 1];

function step(steps: readonly number[], value = 0): number {
  const found = steps.findIndex((each) => value >= each);
  return found < 0 ? steps.length : found;
}

function ranks({ alerts, health, red }: ServiceRow): readonly number[] {
  return [
    alerts === undefined ? 99 : severityRank(alerts.severity),
    health.state === 'down' ? 0 : 1,
    step(ERROR_STEPS, red.errorRatio?.now),
    step(SLOW_STEPS_SECONDS, red.p99?.now),
    HEALTH.indexOf(health.state),
    // What answers no requests is looked at last: a database's exporter, a worker.
    red.rate === undefined ? 1 : 0,
  ];
}

/** `shop-9` before `shop-10`; the same in every browser. */
const byName = new Intl.Collator('en', { numeric: true });

function worstFirst(one: ServiceRow, other: ServiceRow): number {
  const theirs = ranks(other);
  for (const [index, rank] of ranks(one).entries()) {
    const difference = rank - (theirs[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return byName.compare(one.name, other.name);
}
