import type { Static } from '../value/static.ts';
import type { MetricsExpression, PipelineStage, ScalarExpression } from './ast.ts';

/**
 * What an expression outside of `{ }` can be:
 *
 * - `spansets`: filters, joined by structural operators
 * - `pipelines`: pipelines in parentheses, joined the same way
 * - `scalar`: with an aggregate in it
 * - `constant`: numbers alone
 * - `scalar-pipeline`: `({ } | count())`
 * - `filter`: a comparison of scalars; `last-filter`, one of scalar pipelines, after which nothing comes
 * - `metrics`: `({ } | rate())`
 */
export type Item =
  | { readonly sort: 'spansets' | 'pipelines' | 'filter' | 'last-filter'; readonly node: PipelineStage }
  | ScalarItem
  | ConstantItem
  | MetricsItem;

export interface ScalarItem {
  readonly sort: 'scalar' | 'scalar-pipeline';
  readonly node: ScalarExpression;
}

export interface ConstantItem {
  readonly sort: 'constant';
  readonly value: Static;
}

export interface MetricsItem {
  readonly sort: 'metrics';
  readonly node: MetricsExpression;
}

export type Sort = Item['sort'];
export type Sorts = ReadonlySet<Sort>;
