import type { Labels } from '../../../labels.ts';
import type { FloatHistogram } from '../../histogram/index.ts';

/** One series of the result of an expression; a scalar is one without labels. */
export interface RuleSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
}

/**
 * Evaluates an expression at a time since 1970 [ms].
 *
 * @throws {Error} when it cannot, or when the result is neither a vector nor a scalar
 */
export type EvaluateExpression = (expression: string, timeMs: number) => Promise<readonly RuleSample[]>;

/** What a rule saves. */
export interface SavedSample {
  readonly labels: Labels;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
  /** `stale`: the series has ended. */
  readonly value: number | FloatHistogram | 'stale';
}

/**
 * Saves what one rule results in, before the next rule is evaluated.
 *
 * @returns why a sample was refused, the rule then counts as failed; undefined when none was
 */
export type SaveSamples = (
  samples: readonly SavedSample[],
) => string | undefined | Promise<string | undefined>;

/** The same for the same labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Labels without those whose value is empty: they are none. */
export function withoutEmpty(labels: Labels): Labels {
  const entries = Object.entries(labels);
  return entries.some(([, value]) => value === '')
    ? Object.fromEntries(entries.filter(([, value]) => value !== ''))
    : labels;
}
