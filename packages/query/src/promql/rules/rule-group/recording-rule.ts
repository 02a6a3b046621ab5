import type { RecordingRule } from '../rule-file/rule.ts';
import type { EvaluationPoint } from './alerting-rule.ts';
import { type EvaluateExpression, type SavedSample, labelsKey, withoutEmpty } from './rule-io.ts';

/**
 * The series that a recording rule saves.
 *
 * @throws {Error} when two would have the same labels, or there are more than the limit
 */
export async function evaluateRecordingRule(
  rule: RecordingRule,
  evaluate: EvaluateExpression,
  { timeMs, queryOffsetMs, limit }: EvaluationPoint,
): Promise<readonly SavedSample[]> {
  const evaluatedMs = timeMs - queryOffsetMs;
  const samples = (await evaluate(rule.expression, evaluatedMs)).map(({ labels, value }): SavedSample => ({
    labels: withoutEmpty({ ...labels, __name__: rule.record, ...rule.labels }),
    timeMs: evaluatedMs,
    value,
  }));
  if (new Set(samples.map(({ labels }) => labelsKey(labels))).size < samples.length)
    throw new Error('vector contains metrics with the same labelset after applying rule labels');
  if (limit > 0 && samples.length > limit)
    throw new Error(`exceeded limit of ${limit} with ${samples.length} series`);
  return samples;
}
