import type { Static } from '../value/static.ts';

export type AttributeScope = 'none' | 'resource' | 'span' | 'event' | 'link' | 'instrumentation';

/** What every span has without an attribute, by the names that Tempo prints. */
export type Intrinsic =
  | 'duration'
  | 'name'
  | 'status'
  | 'statusMessage'
  | 'kind'
  | 'parent'
  | 'rootName'
  | 'rootServiceName'
  | 'traceDuration'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent'
  | 'trace:id'
  | 'span:id'
  | 'span:parentID'
  | 'span:childCount'
  | 'event:name'
  | 'event:timeSinceStart'
  | 'link:traceID'
  | 'link:spanID'
  | 'instrumentation:name'
  | 'instrumentation:version';

export interface Attribute {
  readonly scope: AttributeScope;
  /** Written with `parent.` in front: Tempo parses it and then refuses it. */
  readonly parent: boolean;
  /** As it is named in data; of an intrinsic, its name. */
  readonly name: string;
  readonly intrinsic: Intrinsic | undefined;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type ComparisonOperator = '=' | '!=' | '>' | '>=' | '<' | '<=';
/** The ones in capitals cannot be written; chains of `||` and `&&` over one attribute become them. */
export type BinaryOperator =
  | ArithmeticOperator
  | ComparisonOperator
  | '=~'
  | '!~'
  | '&&'
  | '||'
  | 'IN'
  | 'NOT IN'
  | 'MATCH ANY'
  | 'MATCH NONE';
export type UnaryOperator = '-' | '!' | 'exists' | 'not exists';

export type FieldExpression =
  | { readonly kind: 'static'; readonly value: Static }
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  | BinaryExpression
  | { readonly kind: 'unary'; readonly op: UnaryOperator; readonly operand: FieldExpression };

export interface BinaryExpression {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

export type StructuralOperator = '>' | '>>' | '<' | '<<' | '~';
export type SpansetOperator =
  | '&&'
  | '||'
  | StructuralOperator
  | `!${StructuralOperator}`
  | `&${StructuralOperator}`;

export interface SpansetFilter {
  readonly kind: 'filter';
  readonly expression: FieldExpression;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly stages: readonly PipelineStage[];
}

export type AggregateFunction = 'count' | 'avg' | 'min' | 'max' | 'sum';

export type ScalarExpression =
  | { readonly kind: 'static'; readonly value: Static }
  | {
      readonly kind: 'aggregate';
      readonly op: AggregateFunction;
      readonly operand: FieldExpression | undefined;
    }
  | {
      readonly kind: 'scalar-operation';
      readonly op: ArithmeticOperator;
      readonly left: ScalarExpression;
      readonly right: ScalarExpression;
    }
  | Pipeline;

export interface ScalarFilter {
  readonly kind: 'scalar-filter';
  readonly op: ComparisonOperator;
  readonly left: ScalarExpression;
  readonly right: ScalarExpression;
}

interface SpansetOperation {
  readonly kind: 'spanset-operation';
  readonly op: SpansetOperator;
  readonly left: PipelineStage;
  readonly right: PipelineStage;
}

export type PipelineStage =
  | SpansetFilter
  | SpansetOperation
  | Pipeline
  | ScalarFilter
  | {
      readonly kind: 'aggregate';
      readonly op: AggregateFunction;
      readonly operand: FieldExpression | undefined;
    }
  | { readonly kind: 'group'; readonly expression: FieldExpression }
  | { readonly kind: 'coalesce' }
  | { readonly kind: 'select'; readonly attributes: readonly Attribute[] };

export type OverTimeFunction =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'avg_over_time'
  | 'sum_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time';

export type MetricsFunction =
  | {
      readonly kind: 'over-time';
      readonly op: OverTimeFunction;
      readonly attribute: Attribute | undefined;
      /** 0 to 1 each, for `quantile_over_time`. */
      readonly quantileRatios: readonly number[];
      readonly by: readonly Attribute[];
    }
  | {
      readonly kind: 'compare';
      readonly selection: SpansetFilter;
      readonly topN: number;
      /** Since 1970 [ns]; 0 when none is given. */
      readonly startNs: bigint;
      readonly endNs: bigint;
    };

export type SecondStage =
  | { readonly kind: 'topk' | 'bottomk'; readonly limit: number }
  | { readonly kind: 'metrics-filter'; readonly op: ComparisonOperator; readonly value: number }
  | {
      readonly kind: 'scalar-math';
      readonly op: MathOperator;
      readonly value: number;
      readonly side: 'left' | 'right';
    };

export type MathOperator = '+' | '-' | '*' | '/';

export type MetricsExpression =
  | {
      readonly kind: 'metrics';
      readonly pipeline: Pipeline;
      readonly first: MetricsFunction;
      readonly second: readonly SecondStage[];
    }
  | {
      readonly kind: 'math';
      readonly op: MathOperator;
      readonly left: MetricsExpression;
      readonly right: MetricsExpression;
      readonly second: readonly SecondStage[];
    };

export interface Query {
  readonly root: Pipeline | MetricsExpression;
  /** What stands in `with (…)`. */
  readonly hints: ReadonlyMap<string, Static>;
}
