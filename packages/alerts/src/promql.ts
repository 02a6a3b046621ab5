import type { MetricName, metrics } from '@sightline/conventions';

/** The labels that a metric of the catalogue has of its own. */
type OwnLabel<Name extends MetricName> = (typeof metrics)[Name]['labels'][number];

/** The labels that the scrape configuration gives every target. */
export const targetLabels = ['deployment_environment_name', 'instance', 'job', 'team'] as const;
type TargetLabel = (typeof targetLabels)[number];

/** What stands for the service: everything that is said of it is grouped by these. */
export const serviceLabels = ['deployment_environment_name', 'job', 'team'] as const;

type Matcher = `=${string}` | `!=${string}` | `=~${string}` | `!~${string}`;
/** Matchers by label, with their operators: `{ state: '=open', http_response_status_code: '=~5..' }`. */
export type Matchers<Name extends MetricName> = Readonly<
  Partial<Record<OwnLabel<Name> | TargetLabel, Matcher>>
>;

type HistogramName = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends 'histogram' ? Name : never;
}[MetricName];

/** The series of a metric of the catalogue; a name or a label that is not there does not compile. */
export function series<Name extends MetricName>(name: Name, matchers?: Matchers<Name>): string {
  return selector(name, matchers);
}

/** The series of one part of a histogram. */
export function histogram<Name extends HistogramName>(
  name: Name,
  part: 'bucket' | 'count' | 'sum',
  matchers?: Matchers<Name>,
): string {
  return selector(`${name}_${part}`, matchers);
}

/** A selector out of a name and matchers that nothing checks, for what others expose. */
export function selector(name: string, matchers: Readonly<Record<string, string | undefined>> = {}): string {
  const entries = Object.entries(matchers).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (entries.length === 0) return name;
  return `${name}{${entries.map(([label, matcher]) => matcherText(label, matcher)).join(', ')}}`;
}

/** The text itself, for a pattern of RE2. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A matcher of exactly this value; one that begins with a tilde would otherwise make a pattern of its rest. */
export function equals(value: string): `=${string}` {
  return value.startsWith('~') ? `=~${literalPattern(value)}` : `=${value}`;
}

/** A matcher of every value but these; undefined, which is no matcher, without any. */
export function noneOf(values: readonly string[]): `!~${string}` | undefined {
  return values.length === 0 ? undefined : `!~${values.map(literalPattern).join('|')}`;
}

function matcherText(label: string, matcher: string): string {
  const [operator = '='] = /^(?:=~|!=|!~|=)/.exec(matcher) ?? [];
  return `${label}${operator}${JSON.stringify(matcher.slice(operator.length))}`;
}

/** `sum by (job, team) (expr)`, the labels in the order of the alphabet. */
export function aggregate(
  operator: 'sum' | 'max' | 'min' | 'group' | 'count',
  by: readonly string[],
  expr: string,
): string {
  return `${operator} by (${labelList(by)}) (${expr})`;
}

/** The labels of a `by`, `on` or `group_left`, in the order of the alphabet and each once. */
export function labelList(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(', ');
}

/**
 * A duration as PromQL and YAML write it, in its largest whole unit.
 *
 * @param seconds more than 0; rounded to the millisecond
 * @example durationText(5400) // '90m'
 * @example durationText(0.25) // '250ms'
 */
export function durationText(seconds: number): string {
  const ms = Math.max(1, Math.round(seconds * 1000));
  const [unit, size] = units.find(([, unitMs]) => ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** A share as people read it, without the digits that arithmetic leaves behind: 0.05 is `5%`. */
export function percentText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))}%`;
}

/** A bound of a histogram, as a pattern for `le`: Prometheus 3 writes the bound 1 as `1.0`, Prometheus 2 as it is exposed. */
export function boundPattern(seconds: number): string {
  const text = `${seconds}`.replaceAll('.', '\\.');
  return Number.isInteger(seconds) ? `${text}(\\.0)?` : text;
}
