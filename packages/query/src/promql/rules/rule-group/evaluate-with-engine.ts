import type { PromqlEngine } from '../../engine.ts';
import type { EvaluateExpression } from './rule-io.ts';

/** Evaluates the expressions of rules with an engine: what is a vector, or a scalar as one series without labels. */
export function evaluateWith(engine: PromqlEngine, signal?: AbortSignal): EvaluateExpression {
  return async (expression, timeMs) => {
    const result = await engine.instant(expression, { timeMs, ...(signal && { signal }) });
    if (result.type === 'scalar') return [{ labels: {}, value: result.value }];
    if (result.type !== 'vector') throw new Error('rule result is not a vector or scalar');
    return result.vector.map(({ labels, value, histogram }) => ({ labels, value: histogram ?? value }));
  };
}
