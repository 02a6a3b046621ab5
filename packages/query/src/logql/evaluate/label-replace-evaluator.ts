import { ownLabel } from '../../labels.ts';
import { wholeTextExpression } from '../../regular-expression.ts';
import type { LabelReplace } from '../syntax/ast.ts';
import { expandTemplate } from '../values/expand-template.ts';
import type { Sample, Series, SeriesTable } from './series-table.ts';
import type { StepEvaluator } from './step-evaluator.ts';

/** Evaluates `label_replace`; what becomes of each series is found once. */
export function labelReplaceEvaluator(
  replace: LabelReplace,
  operand: StepEvaluator,
  table: SeriesTable,
): StepEvaluator {
  const known = new Map<Series, Series>();
  const seriesOf = (series: Series): Series => {
    const before = known.get(series);
    if (before !== undefined) return before;
    const created = replaced(series, replace, table);
    known.set(series, created);
    return created;
  };
  return {
    async next() {
      return (await operand.next()).map(({ series, value }): Sample => ({ series: seriesOf(series), value }));
    },
    skip: () => operand.skip(),
    close: () => operand.close(),
  };
}

function replaced(
  series: Series,
  { source, target, replacement, pattern }: LabelReplace,
  table: SeriesTable,
): Series {
  const expression = wholeTextExpression(pattern);
  const groups = expression.exec(ownLabel(series.labels, source));
  if (groups === null) return series;
  const names = expression.namedGroups();
  const value = expandTemplate(replacement, (name) => {
    const group = /^\d+$/.test(name) ? Number(name) : names[name];
    const text: unknown = group === undefined ? undefined : groups[group];
    return typeof text === 'string' ? text : undefined;
  });
  const labels = new Map(Object.entries(series.labels));
  labels.delete(target);
  if (value !== '') labels.set(target, value);
  return table.withoutEmpty([...labels]);
}
