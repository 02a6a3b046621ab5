import { QueryError } from '../../query-error.ts';
import type { Static } from '../value/static.ts';
import type { MetricsExpression, Pipeline, PipelineStage, Query } from './ast.ts';
import { createCursor } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Item, Sort, Sorts } from './item.ts';
import { tokensOf } from './lexer.ts';
import { parseExpression } from './parse-expression.ts';
import { parseStatic } from './parse-field.ts';
import { parsePipelineRest, stageWithoutExpression } from './parse-pipeline.ts';
import { parseSecondStages } from './parse-metrics.ts';
import { rewrite } from './rewrite.ts';
import { END } from './token.ts';
import { validate } from './validate.ts';

/** Longest query [UTF-16 units], as Tempo has it. */
const maxLength = 131_072;

const anySort: Sorts = new Set<Sort>([
  'spansets',
  'pipelines',
  'scalar',
  'constant',
  'scalar-pipeline',
  'filter',
  'last-filter',
  'metrics',
]);

/**
 * A query as the engine runs it.
 *
 * @throws {QueryError} `bad_data` with the position, in the words of Tempo, when it is none or its types do not fit
 */
export function parseTraceql(text: string): Query {
  const query = parseSyntax(text);
  validate(query);
  return query;
}

/**
 * A query with no look at its types.
 *
 * @throws {QueryError} `bad_data` with the position when it is none
 */
export function parseSyntax(text: string): Query {
  if (text.length > maxLength)
    throw new QueryError('bad_data', `query is longer than ${maxLength} characters`);
  const cursor = createCursor(tokensOf(text));
  const root = parseRoot(cursor);
  const hints = new Map<string, Static>();
  while (cursor.accept('with')) {
    // Of several lists the last one counts.
    hints.clear();
    parseHints(cursor, hints);
  }
  if (cursor.peek().type !== END) cursor.unexpected(['with']);
  return rewrite({ root, hints });
}

function parseRoot(cursor: Cursor): Pipeline | MetricsExpression {
  const stage = stageWithoutExpression(cursor);
  const item =
    stage === undefined ? startedByExpression(cursor) : parsePipelineRest(cursor, [stage], 'query');
  if (item.sort === 'metrics') {
    return { ...item.node, second: [...item.node.second, ...parseSecondStages(cursor)] };
  }
  if (item.sort === 'pipelines' || item.sort === 'last-filter') return asPipeline(item.node);
  return cursor.unexpected();
}

function startedByExpression(cursor: Cursor): Item {
  const item = parseExpression(cursor, anySort);
  return item.sort === 'spansets' || item.sort === 'filter'
    ? parsePipelineRest(cursor, [item.node], 'query')
    : item;
}

const asPipeline = (node: PipelineStage): Pipeline =>
  node.kind === 'pipeline' ? node : { kind: 'pipeline', stages: [node] };

function parseHints(cursor: Cursor, hints: Map<string, Static>): void {
  cursor.expect('(');
  do {
    const { text } = cursor.expect('IDENTIFIER');
    cursor.expect('=');
    const value = parseStatic(cursor);
    // Of two with one name the first counts, if it has the type that is asked for.
    if (!hints.has(text)) hints.set(text, value);
  } while (cursor.accept(','));
  if (!cursor.accept(')')) cursor.unexpected([')', ',']);
}
