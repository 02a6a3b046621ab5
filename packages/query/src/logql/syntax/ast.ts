import type { LabelMatcher } from '../../labels.ts';

/** A whole query: it selects log lines, or computes numbers of them. */
export type LogQuery = LogSelector | MetricExpression;

export interface LogSelector {
  readonly type: 'log';
  readonly matchers: readonly LabelMatcher[];
  readonly stages: readonly Stage[];
}

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

/** A text to look for, or with `ip` an address or a range of them. */
export interface LineFilterTerm {
  readonly ip: boolean;
  readonly text: string;
}

/** `|= "a" or "b"`: of `|…` one term has to fit, of `!…` none may. */
export interface LineFilter {
  readonly operator: LineFilterOperator;
  readonly terms: readonly LineFilterTerm[];
}

export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=';

export type LabelFilter =
  | { readonly type: 'matcher'; readonly matcher: LabelMatcher }
  | { readonly type: 'ip'; readonly name: string; readonly negated: boolean; readonly pattern: string }
  /** `number` as it is, `duration` in nanoseconds, `bytes` in bytes. */
  | {
      readonly type: 'number' | 'duration' | 'bytes';
      readonly name: string;
      readonly comparison: Comparison;
      readonly value: number;
    }
  | { readonly type: 'and' | 'or'; readonly left: LabelFilter; readonly right: LabelFilter };

/** `fingerprint="err.fingerprint"`. */
export interface LabelExtraction {
  readonly name: string;
  readonly expression: string;
}

/** `a=b` renames label `b`, `a="{{.b}}"` fills a template. */
export interface LabelFormat {
  readonly name: string;
  readonly value: string;
  readonly rename: boolean;
}

/** A label, or only one whose value fits. */
export type NamedMatcher = { readonly name: string; readonly matcher?: LabelMatcher };

export type Stage =
  | { readonly type: 'line-filters'; readonly filters: readonly LineFilter[] }
  | { readonly type: 'json'; readonly extractions: readonly LabelExtraction[] }
  | {
      readonly type: 'logfmt';
      readonly extractions: readonly LabelExtraction[];
      readonly strict: boolean;
      readonly keepEmpty: boolean;
    }
  | { readonly type: 'regexp' | 'pattern'; readonly pattern: string }
  | { readonly type: 'unpack' | 'decolorize' }
  | { readonly type: 'label-filter'; readonly filter: LabelFilter }
  | { readonly type: 'line-format'; readonly template: string }
  | { readonly type: 'label-format'; readonly formats: readonly LabelFormat[] }
  | { readonly type: 'drop' | 'keep'; readonly labels: readonly NamedMatcher[] };

export type UnwrapConversion = 'bytes' | 'duration' | 'duration_seconds';

export interface Unwrap {
  readonly name: string;
  readonly conversion: UnwrapConversion | undefined;
  readonly filters: readonly LabelFilter[];
}

/** Labels that a grouping keeps, or with `without` leaves out. */
export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

/** Lines of a window of time before each step. */
export interface LogRange {
  readonly selector: LogSelector;
  readonly unwrap: Unwrap | undefined;
  readonly rangeNs: number;
  readonly offsetNs: number;
}

export const rangeOperations = [
  'count_over_time',
  'rate',
  'rate_counter',
  'bytes_over_time',
  'bytes_rate',
  'avg_over_time',
  'sum_over_time',
  'min_over_time',
  'max_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
  'absent_over_time',
] as const;
export type RangeOperation = (typeof rangeOperations)[number];

export const vectorOperations = [
  'sum',
  'avg',
  'max',
  'min',
  'count',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'approx_topk',
  'sort',
  'sort_desc',
] as const;
export type VectorOperation = (typeof vectorOperations)[number];

export type SetOperator = 'and' | 'or' | 'unless';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type BinaryOperator = SetOperator | ArithmeticOperator | Comparison;

/** Which series of both sides belong together. */
export interface VectorMatching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
  /** `on` keeps `labels` alone for the comparison; else they are left out. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels of the one side that the result takes over. */
  readonly include: readonly string[];
}

export interface RangeAggregation {
  readonly type: 'range-aggregation';
  readonly operation: RangeOperation;
  readonly range: LogRange;
  /** Of `quantile_over_time`, else undefined. */
  readonly parameter: number | undefined;
  readonly grouping: Grouping | undefined;
}

export interface VectorAggregation {
  readonly type: 'vector-aggregation';
  readonly operation: VectorOperation;
  readonly operand: MetricExpression;
  /** Of `topk` and its kin, else 0. */
  readonly parameter: number;
  /** undefined as written: all series in one group. */
  readonly grouping: Grouping | undefined;
}

export interface BinaryOperation {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: MetricExpression;
  readonly right: MetricExpression;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

export interface LabelReplace {
  readonly type: 'label-replace';
  readonly operand: MetricExpression;
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  readonly pattern: string;
}

export type MetricExpression =
  | RangeAggregation
  | VectorAggregation
  | BinaryOperation
  | LabelReplace
  | { readonly type: 'literal'; readonly value: number }
  | { readonly type: 'vector'; readonly value: number };
