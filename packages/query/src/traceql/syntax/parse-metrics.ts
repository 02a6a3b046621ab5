import { numberOf } from '../value/static.ts';
import type { Attribute, ComparisonOperator, MetricsFunction, OverTimeFunction, SecondStage } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { ConstantItem, Sort, Sorts } from './item.ts';
import { attributeStartingAt, parseAttributeList } from './parse-attribute.ts';
import { parseExpression, parseFilter } from './parse-expression.ts';

/** What the functions over time take. */
const functions: ReadonlyMap<string, 'nothing' | 'attribute' | 'attribute-and-quantiles'> = new Map([
  ['rate', 'nothing'],
  ['count_over_time', 'nothing'],
  ['min_over_time', 'attribute'],
  ['max_over_time', 'attribute'],
  ['avg_over_time', 'attribute'],
  ['sum_over_time', 'attribute'],
  ['histogram_over_time', 'attribute'],
  ['quantile_over_time', 'attribute-and-quantiles'],
]);

/** Values that `compare()` tells apart, when nothing else is said. */
const defaultTopN = 10;

/** The function that turns spans into series, if one comes next. */
export function metricsFunctionStartingAt(cursor: Cursor): MetricsFunction | undefined {
  const { type } = cursor.peek();
  if (type === 'compare') return parseCompare(cursor);
  const takes = functions.get(type);
  if (takes === undefined) return undefined;
  cursor.next();
  cursor.expect('(');
  const attribute = takes === 'nothing' ? undefined : (attributeStartingAt(cursor) ?? cursor.unexpected());
  const quantileRatios = takes === 'attribute-and-quantiles' ? parseQuantiles(cursor) : [];
  cursor.expect(')');
  const by: readonly Attribute[] = cursor.accept('by') ? parseAttributeList(cursor) : [];
  return { kind: 'over-time', op: type as OverTimeFunction, attribute, quantileRatios, by };
}

function parseQuantiles(cursor: Cursor): readonly number[] {
  const ratios: number[] = [];
  cursor.expect(',');
  do {
    const { type } = cursor.peek();
    if (type !== 'FLOAT' && type !== 'INTEGER') return cursor.unexpected(['INTEGER', 'FLOAT']);
    ratios.push(Number(cursor.next().text));
  } while (cursor.accept(','));
  return ratios;
}

function parseCompare(cursor: Cursor): MetricsFunction {
  cursor.next();
  cursor.expect('(');
  const selection = parseFilter(cursor);
  const numbers: bigint[] = [];
  while (numbers.length < 3 && cursor.accept(',')) numbers.push(BigInt(cursor.expect('INTEGER').text));
  if (numbers.length === 2) cursor.expect(',');
  cursor.expect(')');
  const [topN = BigInt(defaultTopN), startNs = 0n, endNs = 0n] = numbers;
  return { kind: 'compare', selection, topN: Number(topN), startNs, endNs };
}

const comparisons: ReadonlySet<string> = new Set<ComparisonOperator>(['=', '!=', '<', '<=', '>', '>=']);
const constantOnly: Sorts = new Set<Sort>(['constant']);
const nanosecondsInSecond = 1e9;

/** What follows a function of metrics: `| topk(5)`, `> 10`, and again. */
export function parseSecondStages(cursor: Cursor): readonly SecondStage[] {
  const stages: SecondStage[] = [];
  for (;;) {
    const { type } = cursor.peek();
    if (type === '|') stages.push(parseTop(cursor));
    else if (comparisons.has(type)) stages.push(parseMetricsFilter(cursor));
    else return stages;
  }
}

function parseTop(cursor: Cursor): SecondStage {
  cursor.expect('|');
  const { type } = cursor.peek();
  if (type !== 'topk' && type !== 'bottomk') return cursor.unexpected(['topk', 'bottomk']);
  cursor.next();
  cursor.expect('(');
  const limit = Number(cursor.expect('INTEGER').text);
  cursor.expect(')');
  return { kind: type, limit };
}

function parseMetricsFilter(cursor: Cursor): SecondStage {
  const op = cursor.operator().type as ComparisonOperator;
  const { value } = parseExpression(cursor, constantOnly) as ConstantItem;
  // Series of durations are in seconds.
  const number = numberOf(value);
  return {
    kind: 'metrics-filter',
    op,
    value: value.type === 'duration' ? number / nanosecondsInSecond : number,
  };
}
