import type { LabelMatcher } from '../labels.ts';
import type { QueryPosition } from '../query-error.ts';
import type { AggregateOperator, BinaryOperator, ValueType, VectorMatching, VectorSelector } from './ast.ts';

interface Node {
  readonly position: QueryPosition;
  readonly type: ValueType;
  /** Whether it has the same value at each step of the query. */
  readonly invariant: boolean;
}

interface NumberPlan extends Node {
  readonly kind: 'number';
  readonly value: number;
}
export interface StringPlan extends Node {
  readonly kind: 'string';
  readonly value: string;
}
export interface SelectorPlan extends Node {
  readonly kind: 'selector';
  readonly matchers: readonly LabelMatcher[];
  readonly offsetMs: number;
  /** Of `@`, since 1970. */
  readonly atMs: number | undefined;
  readonly extension: VectorSelector['extension'];
  /** Whether of native histograms only the count and the sum matter to what is made of them. */
  readonly statisticsOnly: boolean;
}
export interface RangePlan extends Node {
  readonly kind: 'range';
  readonly selector: SelectorPlan;
  readonly rangeMs: number;
}
export interface SubqueryPlan extends Node {
  readonly kind: 'subquery';
  readonly expression: Plan;
  readonly rangeMs: number;
  readonly stepMs: number;
  readonly offsetMs: number;
  readonly atMs: number | undefined;
}
export interface CallPlan extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Plan[];
}
export interface AggregatePlan extends Node {
  readonly kind: 'aggregate';
  readonly op: AggregateOperator;
  readonly param: Plan | undefined;
  readonly expression: Plan;
  readonly grouping: readonly string[];
  readonly without: boolean;
}
export interface BinaryPlan extends Node {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Plan;
  readonly right: Plan;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}
export interface UnaryPlan extends Node {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly operand: Plan;
}
/** An expression of one query, with nothing left that depends on when it runs, and no parentheses. */
export type Plan =
  | NumberPlan
  | StringPlan
  | SelectorPlan
  | RangePlan
  | SubqueryPlan
  | CallPlan
  | AggregatePlan
  | BinaryPlan
  | UnaryPlan;
