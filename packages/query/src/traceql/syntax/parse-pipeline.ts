import type { PipelineStage } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Item, Sort, Sorts } from './item.ts';
import { parseAttributeList } from './parse-attribute.ts';
import { parseExpression } from './parse-expression.ts';
import { parseField } from './parse-field.ts';
import { metricsFunctionStartingAt, parseSecondStages } from './parse-metrics.ts';

/** `by(…)` or `select(…)`, which start a pipeline too, if one comes next. */
export function stageWithoutExpression(cursor: Cursor): PipelineStage | undefined {
  if (cursor.accept('by')) {
    cursor.expect('(');
    const expression = cursor.nested(() => parseField(cursor));
    if (!cursor.accept(')')) cursor.unexpected();
    return { kind: 'group', expression };
  }
  return cursor.accept('select') ? { kind: 'select', attributes: parseAttributeList(cursor) } : undefined;
}

const stageSorts: Sorts = new Set<Sort>(['spansets', 'scalar', 'constant', 'filter']);

/**
 * Everything after the first stages, up to where the pipeline ends.
 *
 * @param where a pipeline in parentheses may end in an aggregate, and one that is the query may not
 */
export function parsePipelineRest(
  cursor: Cursor,
  first: readonly PipelineStage[],
  where: 'parentheses' | 'query',
): Item {
  const stages = [...first];
  while (cursor.accept('|')) {
    const metrics = metricsFunctionStartingAt(cursor);
    if (metrics !== undefined) {
      const second = parseSecondStages(cursor);
      const pipeline = { kind: 'pipeline', stages } as const;
      return { sort: 'metrics', node: { kind: 'metrics', pipeline, first: metrics, second } };
    }
    const stage = parseStage(cursor);
    stages.push(stage);
    if (stage.kind !== 'aggregate') continue;
    if (where === 'query' || cursor.peek().type !== ')') cursor.unexpected();
    return { sort: 'scalar-pipeline', node: { kind: 'pipeline', stages } };
  }
  return { sort: 'pipelines', node: { kind: 'pipeline', stages } };
}

/** One stage after `|`. */
function parseStage(cursor: Cursor): PipelineStage {
  if (cursor.accept('coalesce')) {
    cursor.expect('(');
    cursor.expect(')');
    return { kind: 'coalesce' };
  }
  const stage = stageWithoutExpression(cursor);
  if (stage !== undefined) return stage;
  const item = parseExpression(cursor, stageSorts);
  if (item.sort === 'spansets' || item.sort === 'filter') return item.node;
  return item.sort === 'scalar' && item.node.kind === 'aggregate' ? item.node : cursor.unexpected();
}
