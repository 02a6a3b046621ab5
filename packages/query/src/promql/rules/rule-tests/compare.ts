import type { Labels } from '../../../labels.ts';
import { formatHistogramLiteral, goNumber } from '../../histogram/index.ts';
import type { AlertInstance } from '../rule-group/alert-instance.ts';
import { type RuleSample, labelsKey } from '../rule-group/rule-io.ts';
import type { AlertCheck, ExpressionCheck } from './test-file.ts';

/** A float and its neighbours. */
const bits = new BigInt64Array(1);
const float = new Float64Array(bits.buffer);

function neighbour(value: number, direction: 1n | -1n): number {
  if (value === 0) return direction === 1n ? Number.MIN_VALUE : -Number.MIN_VALUE;
  float[0] = value;
  bits[0]! += value > 0 ? direction : -direction;
  return float[0];
}

function sameNumber(left: number, right: number, fuzzy: boolean): boolean {
  if (left === right) return true;
  // NaN equals nothing, as in promtool.
  if (!fuzzy || !Number.isFinite(left)) return false;
  return neighbour(left, 1n) === right || neighbour(left, -1n) === right;
}

function valueText(value: RuleSample['value']): string {
  return typeof value === 'number' ? goNumber(value) : formatHistogramLiteral(value);
}

function sameValue(left: RuleSample['value'], right: RuleSample['value'], fuzzy: boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return sameNumber(left, right, fuzzy);
  return typeof left === 'object' && typeof right === 'object' && valueText(left) === valueText(right);
}

/** `name{a="b"}`. */
function metricText({ __name__: name = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(', ')}}`;
}

/** Takes apart what is on both sides, once for each. */
function unmatched<Left, Right>(
  left: readonly Left[],
  right: readonly Right[],
  same: (left: Left, right: Right) => boolean,
): { readonly left: readonly Left[]; readonly right: readonly Right[] } {
  const others = [...right];
  const alone = left.filter((each) => {
    const at = others.findIndex((other) => same(each, other));
    if (at !== -1) others.splice(at, 1);
    return at === -1;
  });
  return { left: alone, right: others };
}

/** What the result of an expression has too little, too much or otherwise; empty when it is as expected. */
export function compareSamples(
  { expected }: ExpressionCheck,
  result: readonly RuleSample[],
  fuzzy: boolean,
): readonly string[] {
  const { left: missing, right: odd } = unmatched(
    expected,
    result,
    (one, other) =>
      labelsKey(one.labels) === labelsKey(other.labels) && sameValue(one.value, other.value, fuzzy),
  );
  const otherwise = unmatched(
    missing,
    odd,
    (one, other) => labelsKey(one.labels) === labelsKey(other.labels),
  );
  return [
    ...missing
      .filter((each) => !otherwise.left.includes(each))
      .map(({ labels, value }) => {
        const key = labelsKey(labels);
        const got = odd.find((each) => labelsKey(each.labels) === key)!;
        return `${metricText(labels)} is ${valueText(got.value)}, expected ${valueText(value)}`;
      }),
    ...otherwise.left.map(
      ({ labels, value }) => `${metricText(labels)} is missing, expected ${valueText(value)}`,
    ),
    ...otherwise.right.map(
      ({ labels, value }) => `${metricText(labels)} is ${valueText(value)}, and not expected at all`,
    ),
  ];
}

interface Firing {
  readonly labels: Labels;
  readonly annotations: Labels;
}

function shown(value: string | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function differences(what: string, expected: Labels, got: Labels): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
  return Array.from(names)
    .filter((name) => expected[name] !== got[name])
    .map((name) => `${what} ${name} is ${shown(got[name])}, expected ${shown(expected[name])}`);
}

function sameAlert(left: Firing, right: Firing): boolean {
  return (
    labelsKey(left.labels) === labelsKey(right.labels) &&
    labelsKey(left.annotations) === labelsKey(right.annotations)
  );
}

function closest(alert: Firing, others: readonly Firing[]): Firing | undefined {
  const distance = (other: Firing): number =>
    differences('', alert.labels, other.labels).length * 100 +
    differences('', alert.annotations, other.annotations).length;
  return others.toSorted((left, right) => distance(left) - distance(right))[0];
}

/** Which alerts fire that should not, do not that should, or do with other labels or annotations. */
export function compareAlerts(check: AlertCheck, firing: readonly AlertInstance[]): readonly string[] {
  const wanted = check.expected.map(({ labels, annotations }): Firing => ({
    labels: { ...labels, alertname: check.alert },
    annotations,
  }));
  const { left: missing, right: odd } = unmatched(wanted, firing, sameAlert);
  const left: Firing[] = [...odd];
  const lines: string[] = [];
  for (const alert of missing) {
    const near = closest(alert, left);
    if (near === undefined) {
      lines.push(`${metricText(alert.labels)} does not fire`);
      continue;
    }
    left.splice(left.indexOf(near), 1);
    const what = [
      ...differences('label', alert.labels, near.labels),
      ...differences('annotation', alert.annotations, near.annotations),
    ];
    lines.push(`${metricText(near.labels)}: ${what.join('; ')}`);
  }
  return [...lines, ...left.map(({ labels }) => `${metricText(labels)} fires, and is not expected to`)];
}
