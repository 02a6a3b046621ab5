import { parseDuration } from '../value/duration-text.ts';
import { negate } from '../value/operate.ts';
import { boolean, duration, float, int } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import type { SpansetFilter } from './ast.ts';
import { combine, levelOf, rightSorts } from './combine.ts';
import type { Cursor } from './cursor.ts';
import type { ConstantItem, Item, Sort, Sorts } from './item.ts';
import { parseField } from './parse-field.ts';
import { parsePipelineRest, stageWithoutExpression } from './parse-pipeline.ts';
import { aggregateStartingAt } from './parse-scalar.ts';

/** An expression of one of these sorts; operators that its sort does not take stay unread. */
export function parseExpression(cursor: Cursor, sorts: Sorts, minLevel = 0): Item {
  let left = parseOperand(cursor, sorts);
  for (;;) {
    const op = cursor.peek().type;
    const level = levelOf(op);
    const wanted = level === undefined || level < minLevel ? undefined : rightSorts(left.sort, op, sorts);
    if (level === undefined || wanted === undefined) return finished(cursor, left, sorts);
    cursor.operator();
    left = combine(cursor, op, left, parseExpression(cursor, wanted, op === '^' ? level : level + 1));
  }
}

/** A number alone is no scalar: one begins with it, and has an aggregate behind. */
function finished(cursor: Cursor, item: Item, sorts: Sorts): Item {
  return item.sort === 'constant' && !sorts.has('constant') ? cursor.unexpected() : item;
}

function parseOperand(cursor: Cursor, sorts: Sorts): Item {
  const { type } = cursor.peek();
  if (type === '{' && sorts.has('spansets')) return { sort: 'spansets', node: parseFilter(cursor) };
  if (type === '(') {
    cursor.next();
    return cursor.nested(() => parseParentheses(cursor, sorts));
  }
  if (sorts.has('scalar')) {
    const aggregate = aggregateStartingAt(cursor);
    if (aggregate !== undefined) return { sort: 'scalar', node: aggregate };
  }
  if (sorts.has('constant') || sorts.has('scalar')) return { sort: 'constant', value: parseConstant(cursor) };
  return cursor.unexpected(sorts.has('spansets') ? ['{', '('] : ['(']);
}

/** `{ … }` */
export function parseFilter(cursor: Cursor): SpansetFilter {
  cursor.expect('{');
  if (cursor.accept('}')) return { kind: 'filter', expression: { kind: 'static', value: boolean(true) } };
  const expression = cursor.nested(() => parseField(cursor));
  return cursor.accept('}') ? { kind: 'filter', expression } : cursor.unexpected();
}

const constantOnly: Sorts = new Set<Sort>(['constant']);

function parseConstant(cursor: Cursor): Static {
  switch (cursor.peek().type) {
    case '-': {
      cursor.operator();
      const { value } = cursor.nested(() => parseOperand(cursor, constantOnly)) as ConstantItem;
      // Constants are numbers.
      return negate(value)!;
    }
    case 'INTEGER':
      return int(BigInt(cursor.next().text));
    case 'FLOAT':
      return float(Number(cursor.next().text));
    case 'DURATION':
      // What is no duration is no such token.
      return duration(parseDuration(cursor.next().text)!);
    default:
      return cursor.unexpected();
  }
}

/** After `(`: what it holds, as far as one of these sorts can come out of it, and `)`. */
function parseParentheses(cursor: Cursor, sorts: Sorts): Item {
  const item = asOneOf(parseInside(cursor, sorts), sorts);
  if (item === undefined || !cursor.accept(')')) return cursor.unexpected();
  return item;
}

/** Sorts out of which a pipeline can start. */
const pipelineStarts: readonly Sort[] = ['spansets', 'scalar', 'constant', 'filter'];

function parseInside(cursor: Cursor, sorts: Sorts): Item {
  if (!sorts.has('pipelines') && !sorts.has('scalar-pipeline') && !sorts.has('metrics')) {
    return parseExpression(cursor, sorts);
  }
  const stage = stageWithoutExpression(cursor);
  if (stage !== undefined) return parsePipelineRest(cursor, [stage], 'parentheses');
  const inner = new Set<Sort>([...sorts, ...pipelineStarts]);
  inner.delete('last-filter');
  const item = parseExpression(cursor, inner);
  const starts = item.sort === 'filter' || (item.sort === 'spansets' && cursor.peek().type === '|');
  return starts ? parsePipelineRest(cursor, [item.node], 'parentheses') : item;
}

/** What stood in parentheses, as one of these sorts: `({ })` is a pipeline where only pipelines can be. */
function asOneOf(item: Item, sorts: Sorts): Item | undefined {
  if (sorts.has(item.sort) && item.sort !== 'filter') return item;
  if (item.sort !== 'spansets' || !sorts.has('pipelines')) return undefined;
  return { sort: 'pipelines', node: { kind: 'pipeline', stages: [item.node] } };
}
