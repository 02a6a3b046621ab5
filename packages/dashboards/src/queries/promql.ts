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

/** What runs in the scope, whatever else it looks at: matchers of other labels than those of targets do not hold here. */
export function buildInfo({ matchers }: Scope, more: Readonly<Record<string, string>> = {}): string {
  const ofTargets = Object.entries(matchers).filter(([label]) => targetLabels.some((each) => each === label));
  return selector('sightline_build_info', { ...Object.fromEntries(ofTargets), ...more });
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
