import type { MathOperator } from '../syntax/ast.ts';
import { string } from '../value/static.ts';
import { math } from './second-stage.ts';
import { metricName, noLabels } from './series.ts';
import type { MetricSeries, SeriesLabel, SeriesSet } from './series.ts';

/**
 * Arithmetic between two sets of series: those with the same labels go together, and one without labels goes with
 * every series of the other side.
 */
export function combineSeries(op: MathOperator, left: SeriesSet, right: SeriesSet): SeriesSet {
  const output = new Map<string, MetricSeries>();
  for (const key of (right.has(noLabels) ? left : right).keys()) {
    const own = left.get(key);
    const other = right.get(key);
    const a = own ?? left.get(noLabels);
    const b = other ?? right.get(noLabels);
    if (a === undefined || b === undefined) continue;
    const compute = math[op];
    output.set(key, {
      labels: mergedLabels(op, a.labels, b.labels),
      values: a.values.map((value, step) => compute(value, b.values[step]!)),
      exemplars: exemplarsOf(a, b, own === undefined, other === undefined),
    });
  }
  return output;
}

/** A series that stands in for many lends them its values and not its exemplars. */
function exemplarsOf(
  left: MetricSeries,
  right: MetricSeries,
  leftForMany: boolean,
  rightForMany: boolean,
): MetricSeries['exemplars'] {
  if (leftForMany === rightForMany) return [...left.exemplars, ...right.exemplars];
  return leftForMany ? right.exemplars : left.exemplars;
}

function mergedLabels(
  op: MathOperator,
  left: readonly SeriesLabel[],
  right: readonly SeriesLabel[],
): readonly SeriesLabel[] {
  const names = new Set(left.map(({ name }) => name));
  const labels = [...left, ...right.filter(({ name }) => name !== metricName && !names.has(name))].filter(
    ({ name }) => name !== metricName,
  );
  const leftName = nameOf(left);
  const rightName = nameOf(right);
  if (leftName === undefined || rightName === undefined) return labels;
  return [{ name: metricName, value: string(`(${leftName} ${op} ${rightName})`) }, ...labels];
}

function nameOf(labels: readonly SeriesLabel[]): string | undefined {
  const value = labels.find(({ name }) => name === metricName)?.value;
  return value?.type === 'string' ? value.value : undefined;
}
