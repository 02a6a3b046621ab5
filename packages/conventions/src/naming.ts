import { labels as labelCatalogue } from './labels.ts';
import type { MetricDefinition, Unit } from './metric.ts';

/** What a unit adds to a name in Prometheus. Counted things add nothing. */
function unitSuffix(unit: Unit, type: MetricDefinition['type']): string {
  if (unit === 's') return '_seconds';
  if (unit === 'By') return '_bytes';
  return unit === '1' && type === 'gauge' ? '_ratio' : '';
}

/**
 * The name that an OpenTelemetry instrument has in Prometheus: dots become underscores, then the unit, then `_total`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
 *
 * @param otelName `http.server.request.duration`
 * @param unit in UCUM
 * @example prometheusName('http.server.request.duration', 's', 'histogram') // 'http_server_request_duration_seconds'
 */
export function prometheusName(otelName: string, unit: Unit, type: MetricDefinition['type']): string {
  const bare = otelName.replaceAll(/[^A-Za-z0-9:]+/g, '_').replace(/^(?=\d)/, '_');
  const suffix = unitSuffix(unit, type);
  const named = suffix !== '' && !bare.endsWith(suffix) ? bare + suffix : bare;
  return type === 'counter' && !named.endsWith('_total') ? `${named}_total` : named;
}

/** Most values that a label of a metric can have: those that are listed, else what is let through. */
export function labelBound(metric: MetricDefinition, label: string): number {
  return closedValues(metric, label)?.length ?? catalogued(label)?.maxValues ?? Number.POSITIVE_INFINITY;
}

interface Bounded {
  readonly values?: readonly string[];
  readonly maxValues: number;
}

const byName: ReadonlyMap<string, Bounded> = new Map(Object.entries(labelCatalogue));

function catalogued(label: string): Bounded | undefined {
  return byName.get(label);
}

function closedValues(metric: MetricDefinition, label: string): readonly string[] | undefined {
  const own = Object.entries(metric.labelValues ?? {}).find(([name]) => name === label)?.[1];
  return own ?? catalogued(label)?.values;
}

/** Words of a label that holds an address, a person or a key, whose values have no bound and are nobody's business. */
const PERSONAL = new Set(
  (
    'address ip host hostname client user username userid account customer tenant email mail phone session cookie ' +
    'token key secret password url uri path query id uuid trace span request_id message'
  ).split(' '),
);

/** Labels that have such a word in their names and hold nothing of the kind. */
const HARMLESS: ReadonlySet<string> = new Set([
  'server_address', // the upstream, by the name in the configuration; an address in digits is `_OTHER`
  'http_request_method',
]);

/**
 * Everything that is wrong with a label; nothing when it may be used.
 *
 * @param name as it stands in the catalogue
 */
export function labelProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) problems.push(`label ${name} is not in snake case`);
  if (['le', 'quantile', 'job', 'instance'].includes(name))
    problems.push(`label ${name} belongs to Prometheus`);
  const personal = name.split('_').find((word) => PERSONAL.has(word));
  if (personal && !HARMLESS.has(name)) problems.push(`label ${name} can hold an address, a user or a key`);
  return problems;
}

const FOREIGN_UNITS =
  /_(?:ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes|hours|days|kb|mb|gb|kilobytes|megabytes|bits|percent|percentage|pct)(?:_|$)/;

/**
 * Everything that is wrong with the name of a metric of that type and unit.
 *
 * @returns one line a problem; nothing when the name may be used
 */
export function nameProblems(
  name: string,
  { type, unit }: Pick<MetricDefinition, 'type' | 'unit'>,
): readonly string[] {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) problems.push('name is not in snake case');
  if (FOREIGN_UNITS.test(name)) problems.push('name has a unit that is no base unit');
  if (/_(?:bucket|sum|count|created)$/.test(name)) problems.push('name ends as a part of a histogram');
  if (type === 'counter' && !name.endsWith('_total')) problems.push('counter does not end in _total');
  if (type !== 'counter' && name.endsWith('_total')) problems.push(`${type} ends in _total`);
  if (type === 'info' && !name.endsWith('_info')) problems.push('info does not end in _info');
  if (type !== 'info' && name.endsWith('_info')) problems.push(`${type} ends in _info`);
  const stem = name.replace(/_total$/, '');
  const suffix = unitSuffix(unit, type);
  if (!stem.endsWith(suffix)) problems.push(`name does not end in ${suffix}`);
  const other = ['_seconds', '_bytes', '_ratio'].find((each) => each !== suffix && stem.endsWith(each));
  if (other) problems.push(`name ends in ${other} but the unit is ${unit}`);
  return problems;
}

function boundProblems(metric: MetricDefinition): string[] {
  const problems: string[] = [];
  const { seriesBound, labels } = metric;
  if (!Number.isSafeInteger(seriesBound) || seriesBound < 1)
    return ['series bound is not a whole number above 0'];
  const closed = labels
    .map((label) => closedValues(metric, label)?.length ?? 1)
    .reduce((product, count) => product * count, 1);
  const all = labels.map((label) => labelBound(metric, label)).reduce((product, count) => product * count, 1);
  if (seriesBound < closed) problems.push(`series bound is below the ${closed} sets of its closed labels`);
  if (seriesBound > all) problems.push(`series bound is above the ${all} sets that its labels can have`);
  if (seriesBound < all && !metric.seriesBoundReason) {
    problems.push(`series bound is below the ${all} sets of its labels and does not say why`);
  }
  return problems;
}

/** Everything that is wrong with the boundaries of a metric, or with there being none. */
export function boundaryProblems({
  type,
  boundaries,
}: Pick<MetricDefinition, 'type' | 'boundaries'>): readonly string[] {
  if (type !== 'histogram') return boundaries ? [`${type} has boundaries`] : [];
  if (!boundaries || boundaries.length === 0) return ['histogram has no boundaries'];
  const rising = boundaries.every(
    (bound, index) => Number.isFinite(bound) && (index === 0 || bound > boundaries[index - 1]!),
  );
  return rising ? [] : ['boundaries are not finite and strictly increasing'];
}

/**
 * Everything that is wrong with a metric, by the naming rules of Prometheus and OpenTelemetry and by our own bounds.
 *
 * @param name its name in Prometheus
 * @returns one line a problem; nothing when the metric may be used
 */
export function metricProblems(name: string, metric: MetricDefinition): readonly string[] {
  const problems = [...nameProblems(name, metric), ...boundProblems(metric), ...boundaryProblems(metric)];
  if (!/^[A-Z].*\.$/.test(metric.help)) problems.push('help is not a sentence with a full stop');
  if (new Set(metric.labels).size < metric.labels.length) problems.push('a label stands twice');
  for (const label of metric.labels) {
    problems.push(...labelProblems(label));
    if (!catalogued(label)) problems.push(`label ${label} is not in the catalogue`);
  }
  for (const label of Object.keys(metric.labelValues ?? {})) {
    if (!metric.labels.some((each) => each === label))
      problems.push(`values for ${label}, which is no label of it`);
  }
  if (metric.otelName !== undefined) {
    const translated = prometheusName(metric.otelName, metric.unit, metric.type);
    if (translated !== name) problems.push(`${metric.otelName} is ${translated} in Prometheus`);
  }
  if (!URL.canParse(metric.source)) problems.push('source is not a URL');
  return problems;
}
