import type { LabelMatcher } from '../labels.ts';
import type { QueryPosition } from '../query-error.ts';

/** What an expression yields: one number a step, a number a series and step, samples of a range, or a text. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
/** `</` and `>/` cut the buckets of native histograms. */
type TrimOperator = '</' | '>/';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

export type AggregateOperator =
  | 'avg'
  | 'bottomk'
  | 'count'
  | 'count_values'
  | 'group'
  | 'limit_ratio'
  | 'limitk'
  | 'max'
  | 'min'
  | 'quantile'
  | 'stddev'
  | 'stdvar'
  | 'sum'
  | 'topk';

/** A time span as written: a number of seconds, or a calculation with `step()` and `range()` that a query resolves. */
export type DurationExpression =
  | {
      readonly kind: 'seconds';
      readonly value: number;
      /** `5m` and not `300`. */
      readonly isDuration: boolean;
      readonly position: QueryPosition;
    }
  | { readonly kind: 'step'; readonly position: QueryPosition }
  | { readonly kind: 'range'; readonly position: QueryPosition }
  | {
      readonly kind: 'operation';
      readonly op: '+' | '-' | '*' | '/' | '%' | '^' | 'min_of' | 'max_of';
      /** Absent of a sign. */
      readonly left: DurationExpression | undefined;
      readonly right: DurationExpression;
      readonly position: QueryPosition;
    };

/** `@`: a time since 1970 [ms], or the start or the end of the query. */
export type AtModifier =
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'start' | 'end' };

/** What stands behind a selector and moves it in time. */
interface TimeModifiers {
  readonly offset: DurationExpression | undefined;
  readonly at: AtModifier | undefined;
}

interface Located {
  readonly position: QueryPosition;
}

interface NumberLiteral extends Located {
  readonly kind: 'number';
  readonly value: number;
  /** Whether it is written as a duration: `1h30m`. */
  readonly isDuration: boolean;
}

interface StringLiteral extends Located {
  readonly kind: 'string';
  readonly value: string;
}

export interface VectorSelector extends Located, TimeModifiers {
  readonly kind: 'selector';
  /** The name that stands before the braces, else "". */
  readonly name: string;
  readonly matchers: readonly LabelMatcher[];
  /** How values between samples are found: the last one, a straight line, or from the edge of the range. */
  readonly extension: 'none' | 'anchored' | 'smoothed';
}

export interface MatrixSelector extends Located {
  readonly kind: 'range';
  readonly selector: VectorSelector;
  readonly range: DurationExpression;
}

export interface Subquery extends Located, TimeModifiers {
  readonly kind: 'subquery';
  readonly expression: Expression;
  readonly range: DurationExpression;
  /** Absent: the default evaluation interval. */
  readonly step: DurationExpression | undefined;
}

export interface Call extends Located {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface Aggregate extends Located {
  readonly kind: 'aggregate';
  readonly op: AggregateOperator;
  /** `k`, the quantile, the ratio or the name of the label. */
  readonly param: Expression | undefined;
  readonly expression: Expression;
  readonly grouping: readonly string[];
  readonly without: boolean;
}

/** How the series of both sides find each other. */
export interface VectorMatching {
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels taken from the side that has one. */
  readonly include: readonly string[];
  /** Value that stands for a missing series. */
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface Binary extends Located {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

interface Unary extends Located {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly operand: Expression;
}

interface Parenthesized extends Located {
  readonly kind: 'parentheses';
  readonly expression: Expression;
}

export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Parenthesized;

/** The expression without the parentheses around it. */
export function unwrapped(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parentheses') inner = inner.expression;
  return inner;
}
