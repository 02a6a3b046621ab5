import type { LogSource } from '../log-source.ts';
import type { QueryBudget } from './query-budget.ts';
import type { Sample, SeriesTable } from './series-table.ts';

/** When an expression is evaluated: `count` times, the first at `startNs`. */
export interface Steps {
  readonly startNs: bigint;
  /** Above 0, also when there is one step only. */
  readonly stepNs: bigint;
  readonly count: number;
}

/** What all parts of a query share. */
export interface EvaluationContext {
  readonly source: LogSource;
  readonly budget: QueryBudget;
  readonly steps: Steps;
  readonly table: SeriesTable;
}

/** Evaluates an expression step by step. */
export interface StepEvaluator {
  /** The samples of the next step. It is called `count` times. */
  next(): Promise<readonly Sample[]>;
  /** Goes past a step whose samples nobody wants, in place of `next`. */
  skip(): void;
  close(): void;
}
