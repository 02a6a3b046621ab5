/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { mergeRows } from '../evaluate/merge-rows.ts';
import type { Query } from '../evaluate/query.ts';
import { QueryError } from '../../query-error.ts';
import { wholeTextExpression } from '../../regular-expression.ts';
import { isLabelName, labelValue, withLabel } from '../label-set.ts';
import type { StepMatrix, StepSeries } from '../step-matrix.ts';
import { checkValueLength } from './computed-value.ts';
import { expandTemplate } from './expand-template.ts';
import { evaluateArg, textArgs, type VectorFunction } from './vector-function.ts';

function checkLabelName(name: string, message: string): void {
  if (!isLabelName(name)) throw new QueryError('execution', `${message}: ${name}`);
}

function withChangedLabel(series: StepSeries, name: string, value: string): StepSeries {
  return {
    labels: withLabel(series.labels, name, value),
    // A name that is set by hand stays.
    dropName: name === '__name__' ? false : series.dropName,
  };
}

function compiled(pattern: string): ReturnType<typeof wholeTextExpression> {
  try {
    return wholeTextExpression(pattern);
  } catch (error) {
    throw new QueryError(
      'execution',
      `invalid regular expression in label_replace(): ${pattern}`,
      undefined,
      { cause: error },
    );
  }
}

/** @param value of the label; undefined where it stays as it is */
async function withLabels(
  vector: StepMatrix,
  name: string,
  { budget }: Query,
  value: (series: StepSeries) => string | undefined,
): Promise<StepMatrix> {
  const changed: StepSeries[] = [];
  for (const series of vector.series) {
    const text = value(series);
    changed.push(text === undefined ? series : withChangedLabel(series, name, text));
    if (text !== undefined) budget.write(name.length + text.length);
    // An expression takes as long as some hundred samples.
    if (budget.spent(200 + (text?.length ?? 0))) await budget.pause();
  }
  return mergeRows({ ...vector, series: changed });
}

/** Functions that look at labels only. */
export const labelFunctions: Readonly<Record<string, VectorFunction>> = {
  /** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace */
  async label_replace(call, steps, query) {
    const [target = '', replacement = '', source = '', pattern = ''] = textArgs(call, 1);
    const expression = compiled(pattern);
    checkLabelName(target, 'invalid destination label name in label_replace()');
    const vector = await evaluateArg(call, 0, steps, query);
    return withLabels(vector, target, query, ({ labels }) =>
      expandTemplate(expression, replacement, labelValue(labels, source)),
    );
  },
  /** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#label_join */
  async label_join(call, steps, query) {
    const [target = '', separator = '', ...sources] = textArgs(call, 1);
    for (const source of sources) checkLabelName(source, 'invalid source label name in label_join()');
    checkLabelName(target, 'invalid destination label name in label_join()');
    const vector = await evaluateArg(call, 0, steps, query);
    return withLabels(vector, target, query, ({ labels }) => {
      const values = sources.map((source) => labelValue(labels, source));
      const separators = separator.length * Math.max(0, values.length - 1);
      checkValueLength(values.reduce((length, value) => length + value.length, separators));
      return values.join(separator);
    });
  },
};
