import { mergeRows } from '../evaluate/merge-rows.ts';
import { QueryError } from '../../query-error.ts';
import { wholeTextExpression } from '../../regular-expression.ts';
import { isLabelName, labelValue, withLabel } from '../label-set.ts';
import { relabeled, type StepMatrix, type StepSeries } from '../step-matrix.ts';
import { expandTemplate } from './expand-template.ts';
import { evaluateArgs, textArgs, type VectorFunction } from './vector-function.ts';

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

/** Functions that look at labels only. */
export const labelFunctions: Readonly<Record<string, VectorFunction>> = {
  /** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace */
  async label_replace(call, steps, query) {
    const [target = '', replacement = '', source = '', pattern = ''] = textArgs(call, 1);
    const expression = compiled(pattern);
    checkLabelName(target, 'invalid destination label name in label_replace()');
    const [vector] = await evaluateArgs(call, steps, query);
    return mergeRows(
      relabeled(vector as StepMatrix, (series) => {
        const value = expandTemplate(expression, replacement, labelValue(series.labels, source));
        return value === undefined ? series : withChangedLabel(series, target, value);
      }),
    );
  },
  /** Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#label_join */
  async label_join(call, steps, query) {
    const [target = '', separator = '', ...sources] = textArgs(call, 1);
    for (const source of sources) checkLabelName(source, 'invalid source label name in label_join()');
    checkLabelName(target, 'invalid destination label name in label_join()');
    const [vector] = await evaluateArgs(call, steps, query);
    return mergeRows(
      relabeled(vector as StepMatrix, (series) => {
        const value = sources.map((source) => labelValue(series.labels, source)).join(separator);
        return withChangedLabel(series, target, value);
      }),
    );
  },
};
