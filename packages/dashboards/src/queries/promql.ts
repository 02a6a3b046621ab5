import type { MetricName, metrics } from '@sightline/conventions';

/** The labels that a metric of the catalogue has of its own. */
type OwnLabel<Name extends MetricName> = (typeof metrics)[Name]['labels'][number];

/** The labels that the scrape configuration gives every target. */
export const targetLabels = ['deployment_environment_name', 'namespace', 'job', 'instance'] as const;
export type TargetLabel = (typeof targetLabels)[number];

type NameOf<Type extends string> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge' | 'info'>;
export type HistogramName = NameOf<'histogram'>;

type Operator = '=' | '!=' | '=~' | '!~';
/** Matchers by label, each with its operator: `{ http_response_status_code: '=~5..' }`. */
export type Matchers<Name extends MetricName> = Readonly<
  Partial<Record<OwnLabel<Name> | TargetLabel, `${Operator}${string}`>>
>;
/** What a query may be grouped by. */
export type Grouping<Name extends MetricName> = readonly (OwnLabel<Name> | TargetLabel | 'service_version')[];

/** What a query looks at. Everything in it may be a variable of a dashboard. */
export interface Scope {
  /** Matchers that every selector gets, each with its operator: `{ job: '=~$service' }`. */
  readonly matchers: Readonly<Record<string, string>>;
  /** The range of rates: `$__rate_interval` in a dashboard, a duration such as `5m` elsewhere. */
  readonly range: string;
  /** Only what instances of these versions say; a matcher of `service_version`, with its operator. */
  readonly version?: string;
}

/** A selector out of a name and matchers that nothing checks, for recorded series and what others expose. */
export function selector(name: string, matchers: Readonly<Record<string, string | undefined>> = {}): string {
  const entries = Object.entries(matchers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (entries.length === 0) return name;
  const text = entries.map(([label, matcher]) => {
    const [operator = '='] = /^(?:=~|!=|!~|=)/.exec(matcher) ?? [];
    return `${label}${operator}${JSON.stringify(matcher.slice(operator.length))}`;
  });
  return `${name}{${text.join(', ')}}`;
}

/** A series that each instance has once, in the scope: matchers of other labels than those of targets do not hold here. */
function ofTargets(name: string, { matchers }: Scope, more: Readonly<Record<string, string>> = {}): string {
  const kept = Object.entries(matchers).filter(([label]) => targetLabels.some((each) => each === label));
  return selector(name, { ...Object.fromEntries(kept), ...more });
}

/** What runs in the scope, whatever else it looks at. */
export function buildInfo(scope: Scope, more: Readonly<Record<string, string>> = {}): string {
  return ofTargets('sightline_build_info', scope, more);
}

/** What tells instances apart for `on`: one of the same name may be in two environments, or namespaces. */
export const ofInstance = 'deployment_environment_name, namespace, job, instance';

/** Leaves what instances of the versions in the scope say. */
function ofVersions(scope: Scope, vector: string): string {
  if (scope.version === undefined) return vector;
  // In parentheses, because `and` binds less than what it may be divided by or compared with.
  return `(${vector} and on (${ofInstance}) ${buildInfo(scope, { service_version: scope.version })})`;
}

/** The series of a gauge in the scope. */
export function gauge<Name extends GaugeName>(scope: Scope, name: Name, matchers?: Matchers<Name>): string {
  return ofVersions(scope, selector(name, { ...scope.matchers, ...matchers }));
}

/** What a counter gains a second. */
export function rate<Name extends CounterName>(scope: Scope, name: Name, matchers?: Matchers<Name>): string {
  return ofVersions(scope, `rate(${selector(name, { ...scope.matchers, ...matchers })}[${scope.range}])`);
}

/** The range of a scope in seconds, in PromQL; undefined where it is a variable of somebody's own. */
function rangeSeconds({ range }: Scope): string | undefined {
  if (range === '$__rate_interval') return '($__rate_interval_ms / 1000)';
  if (range === '$__range') return '$__range_s';
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(range)) return undefined;
  const parts = Array.from(range.matchAll(/(\d+)(ms|[smhdwy])/g), ([, count, unit = 's']) => {
    return Number(count) * (unitSeconds[unit] ?? 1);
  });
  return String(parts.reduce((sum, seconds) => sum + seconds, 0));
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/**
 * Above this, the first value of a series is not looked for: it is of a process under load, of which `rate` sees the rest. Most
 * series of a large service are above it, and matching those one by one would take several times as long as the rate.
 */
const LARGEST_FIRST = 100;

/**
 * What a counter gains a second, summed, with the first thing that each of its series counts, as the rules in `alerts/` take it.
 *
 * A series begins when there is something to count, at 1, where `rate` sees nothing: of a service with few requests, most
 * errors are the first of their kind. So what a series that was not there at the beginning of the range began with is added,
 * where the page of its instance was known then or its process is younger. With both it was started again: `rate` sees what
 * counts on from 0, and what is new since that start counts from its second value on, where the rules count it whole.
 *
 * Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
 *
 * @param from what is made of both parts before they are summed
 */
export function fromFirst(
  scope: Scope,
  counter: string,
  by: readonly string[],
  from: (vector: string) => string = (vector) => ofVersions(scope, vector),
): string {
  const { range } = scope;
  const gained = aggregate('sum', by, from(`rate(${counter}[${range}])`));
  const seconds = rangeSeconds(scope);
  if (seconds === undefined) return gained;
  const young = `${ofTargets('process_start_time_seconds', scope)} > time() - ${seconds}`;
  const known = `count by (${ofInstance}) (${buildInfo(scope)} offset ${range} or ${young}) == 1`;
  const first =
    `(min_over_time(${counter}[${range}]) < ${LARGEST_FIRST} unless ${counter} offset ${range} < ${LARGEST_FIRST})` +
    ` and on (${ofInstance}) (${known})`;
  const firsts = `${aggregate('sum', by, from(`(${first})`))} / ${seconds}`;
  // With a label of their own they stand beside the others of the same labels.
  return aggregate('sum', by, `${gained} or label_replace(${firsts}, "part", "first", "", "")`);
}

/** What a counter gains a second, summed, with the first of each series: for what has none until there is something to count. */
export function sumFromFirst<Name extends CounterName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  return fromFirst(scope, selector(name, { ...scope.matchers, ...matchers }), by);
}

/** How often a histogram observed something, a second, with the first of each series. */
export function observationsFromFirst<Name extends HistogramName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  return fromFirst(scope, selector(`${name}_count`, { ...scope.matchers, ...matchers }), by);
}

/** What a counter gains in the range, which may be longer than that of the scope. */
export function increase<Name extends CounterName>(
  scope: Scope,
  name: Name,
  matchers?: Matchers<Name>,
  range: string = scope.range,
): string {
  return ofVersions(scope, `increase(${selector(name, { ...scope.matchers, ...matchers })}[${range}])`);
}

/**
 * What one part of a histogram gains a second.
 *
 * @param offset such as `1w`: as it was then
 */
export function histogramRate<Name extends HistogramName>(
  scope: Scope,
  name: Name,
  part: 'bucket' | 'count' | 'sum',
  // `le` is no label of the catalogue: it belongs to the form of a histogram.
  matchers?: Matchers<Name> & { readonly le?: `${Operator}${string}` },
  offset?: string,
): string {
  const series = selector(`${name}_${part}`, { ...scope.matchers, ...matchers });
  const past = offset === undefined ? '' : ` offset ${offset}`;
  return ofVersions(scope, `rate(${series}[${scope.range}]${past})`);
}

/** `sum by (job) (expr)`; without labels `sum(expr)`. */
export function aggregate(
  operator: 'sum' | 'max' | 'min' | 'count' | 'avg' | 'group',
  by: readonly string[],
  expr: string,
): string {
  return by.length === 0 ? `${operator}(${expr})` : `${operator} by (${by.join(', ')}) (${expr})`;
}

/**
 * A quantile of a histogram.
 *
 * @param quantileRatio 0 to 1
 * @param by what it is split by; none for one number
 */
export function quantile<Name extends HistogramName>(
  scope: Scope,
  quantileRatio: number,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  const buckets = histogramRate(scope, name, 'bucket', matchers);
  return `histogram_quantile(${quantileRatio}, ${aggregate('sum', ['le', ...by], buckets)})`;
}

/** The mean of what a histogram observed. */
export function mean<Name extends HistogramName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  const of = (part: 'sum' | 'count'): string =>
    aggregate('sum', by, histogramRate(scope, name, part, matchers));
  return `${of('sum')} / (${of('count')} > 0)`;
}

/**
 * A share of a whole: 0 where the part has no series, absent where the whole is 0, because nothing of nothing is no share.
 *
 * @param part a vector with the labels of the whole
 */
export function share(part: string, whole: string): string {
  return `(${part} or ${whole} * 0) / (${whole} > 0)`;
}

/** What a counter gains a second, summed. */
export function sumRate<Name extends CounterName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  return aggregate('sum', by, rate(scope, name, matchers));
}

/** A gauge, over all instances. */
export function gaugeBy<Name extends GaugeName>(
  scope: Scope,
  operator: 'sum' | 'max' | 'min' | 'count' | 'avg',
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  return aggregate(operator, by, gauge(scope, name, matchers));
}

/** How often a histogram observed something, a second. */
export function observationRate<Name extends HistogramName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name> = [],
  matchers?: Matchers<Name>,
): string {
  return aggregate('sum', by, histogramRate(scope, name, 'count', matchers));
}
