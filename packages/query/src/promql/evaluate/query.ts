import type { LabelMatcher } from '../../labels.ts';
import type { QueryLimits } from '../../limits.ts';
import type { Notes } from '../annotations.ts';
import type { Budget } from '../budget.ts';
import type { FloatHistogram } from '../histogram/index.ts';
import type { LabelSet } from '../label-set.ts';
import type { Plan, SelectorPlan } from '../plan-node.ts';
import type { SelectRange } from '../source.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** When an expression is evaluated: `count` times, the first at `startMs`. */
export interface Steps {
  readonly startMs: number;
  /** Above 0. */
  readonly stepMs: number;
  readonly count: number;
}

/** A series as it came from the source, with its labels sorted. */
export interface LoadedSeries {
  readonly labels: LabelSet;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly histograms: readonly (FloatHistogram | undefined)[] | undefined;
  readonly startTimesMs: Float64Array | undefined;
}

/** How a query is evaluated: what differs between versions and settings of Prometheus. */
export interface Semantics {
  /** How old a sample may be to count as the value of now [ms]. */
  readonly lookbackMs: number;
  /** Version of Prometheus whose ranges are meant: left-closed up to 2, left-open from 3 on. */
  readonly compatibility: 2 | 3;
  /** Names of metrics go at the very end, so that `label_replace` still sees them. */
  readonly delayedNameRemoval: boolean;
  /** Whether a metric is a counter is read from its label `__type__`. */
  readonly typeAndUnitLabels: boolean;
  /** Resets are also seen by the time at which a series says that it started. */
  readonly startTimestamps: boolean;
}

/** Everything that the evaluation of one query shares. */
export interface Query extends Semantics {
  readonly budget: Budget;
  readonly limits: QueryLimits;
  readonly notes: Notes;
  /** Step of a subquery without one [ms]. */
  readonly defaultStepMs: number;
  seriesOf(selector: SelectorPlan): readonly LoadedSeries[];
  /** Asks the source again, for what is known only while the query runs. */
  load(matchers: readonly LabelMatcher[], range: SelectRange): Promise<readonly LoadedSeries[]>;
  evaluate(plan: Plan, steps: Steps): Promise<StepMatrix>;
}

export function lastStepMs(steps: Steps): number {
  return steps.startMs + (steps.count - 1) * steps.stepMs;
}
