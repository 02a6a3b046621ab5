import { parseError } from '../parse-error.ts';
import { parseGoFloat } from '../values/go-float.ts';
import { rangeOperations, vectorOperations } from './ast.ts';
import type { Grouping, LogRange, MetricExpression, RangeOperation, VectorOperation } from './ast.ts';
import { parseLogRange } from './parse-range.ts';
import type { TokenReader } from './token-reader.ts';

const rangeByToken: ReadonlyMap<string, RangeOperation> = new Map(
  rangeOperations.map((name) => [name.toUpperCase(), name]),
);
const vectorByToken: ReadonlyMap<string, VectorOperation> = new Map(
  vectorOperations.map((name) => [name.toUpperCase(), name]),
);

export function rangeOperationOf(kind: string): RangeOperation | undefined {
  return rangeByToken.get(kind);
}

export function vectorOperationOf(kind: string): VectorOperation | undefined {
  return vectorByToken.get(kind);
}

const allowGrouping: ReadonlySet<RangeOperation> = new Set([
  'avg_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
]);
const allowNoUnwrap: ReadonlySet<RangeOperation> = new Set([
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
  'rate',
  'absent_over_time',
]);
const forbidUnwrap: ReadonlySet<RangeOperation> = new Set([
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
]);

/** `quantile_over_time(0.9, {…} | unwrap x [5m]) by (a)`, from behind the name. */
export function parseRangeAggregation(reader: TokenReader, operation: RangeOperation): MetricExpression {
  reader.expect('(');
  const parameterText = takeParameter(reader);
  const range = parseLogRange(reader);
  reader.expect(')');
  const grouping = parseGrouping(reader);
  const parameter = rangeParameter(operation, parameterText);
  checkRange(operation, range, grouping);
  return { type: 'range-aggregation', operation, range, parameter, grouping };
}

function takeParameter(reader: TokenReader): string | undefined {
  if (reader.peek().kind !== 'NUMBER') return undefined;
  const { text } = reader.next();
  reader.expect(',');
  return text;
}

function rangeParameter(operation: RangeOperation, text: string | undefined): number | undefined {
  if (operation !== 'quantile_over_time') {
    if (text !== undefined) throw parseError(`parameter ${text} not supported for operation ${operation}`);
    return undefined;
  }
  if (text === undefined) throw parseError(`parameter required for operation ${operation}`);
  const parsed = parseGoFloat(text);
  if ('problem' in parsed)
    throw parseError(`invalid parameter for operation ${operation}: ${parsed.problem}`);
  return parsed.value;
}

function checkRange(operation: RangeOperation, { unwrap }: LogRange, grouping: Grouping | undefined): void {
  if (grouping !== undefined && !allowGrouping.has(operation)) {
    throw parseError(`grouping not allowed for ${operation} aggregation`);
  }
  if (unwrap !== undefined && forbidUnwrap.has(operation)) {
    throw parseError(`invalid aggregation ${operation} with unwrap`);
  }
  if (unwrap === undefined && !allowNoUnwrap.has(operation)) {
    throw parseError(`invalid aggregation ${operation} without unwrap`);
  }
}

/** `topk by (a) (5, …)` or `topk(5, …) by (a)`, from behind the name. */
export function parseVectorAggregation(
  reader: TokenReader,
  operation: VectorOperation,
  parseOperand: () => MetricExpression,
): MetricExpression {
  const before = parseGrouping(reader);
  reader.expect('(');
  const text =
    reader.peek().kind === 'NUMBER' && reader.peek(1).kind === ',' ? takeParameter(reader) : undefined;
  const operand = reader.nested(parseOperand);
  if (!reader.take(')')) reader.unexpected();
  const grouping = before ?? parseGrouping(reader);
  const parameter = vectorParameter(operation, text);
  if (operation === 'approx_topk' && grouping !== undefined) {
    throw parseError(`grouping not allowed for ${operation} aggregation`);
  }
  if ((operation === 'sort' || operation === 'sort_desc') && (grouping?.labels.length ?? 0) > 0) {
    throw parseError("sort and sort_desc doesn't allow grouping by ");
  }
  return { type: 'vector-aggregation', operation, operand, parameter, grouping };
}

function vectorParameter(operation: VectorOperation, text: string | undefined): number {
  const takesOne = operation === 'topk' || operation === 'bottomk' || operation === 'approx_topk';
  if (!takesOne) {
    if (text !== undefined) throw parseError(`unsupported parameter for operation ${operation}(${text},`);
    return 0;
  }
  if (text === undefined) throw parseError(`parameter required for operation ${operation}`);
  if (!/^\d+$/.test(text)) throw parseError(`invalid parameter ${operation}(${text},`);
  if (Number(text) <= 0) throw parseError(`invalid parameter (must be greater than 0) ${operation}(${text}`);
  return Number(text);
}

/** `by (a, b)` or `without (a)`, when there is one. */
function parseGrouping(reader: TokenReader): Grouping | undefined {
  const { kind } = reader.peek();
  if (kind !== 'by' && kind !== 'without') return undefined;
  reader.next();
  return { without: kind === 'without', labels: parseLabelNames(reader) };
}

/** `(a, b)` or `()`. */
export function parseLabelNames(reader: TokenReader): readonly string[] {
  reader.expect('(');
  const labels: string[] = [];
  if (reader.take(')')) return labels;
  for (;;) {
    if (reader.peek().kind !== 'IDENTIFIER')
      reader.unexpected(...(labels.length === 0 ? ['IDENTIFIER', ')'] : ['IDENTIFIER']));
    labels.push(reader.next().text);
    if (reader.take(')')) return labels;
    if (!reader.take(',')) reader.unexpected(',', ')');
  }
}
