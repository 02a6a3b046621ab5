import { type LogqlEngine, nanosecondsFromMs } from '@sightline/query/logql';
import type { EvaluateExpression } from '@sightline/query/promql/rules';

/** Evaluates the expressions of Loki's rules: what is a vector, or a scalar as one series without labels. */
export function evaluateLogql(engine: LogqlEngine): EvaluateExpression {
  return async (expression, timeMs) => {
    const result = await engine.instant(expression, { timeNs: nanosecondsFromMs(timeMs) });
    if (result.type === 'scalar') return [{ labels: {}, value: result.value }];
    if (result.type !== 'vector') throw new Error('rule result is not a vector or scalar');
    return result.vector.map(({ labels, value }) => ({ labels, value }));
  };
}
