import { searchExpression } from '../../regular-expression.ts';
import { reduceLiterals } from '../evaluate/binary-operators.ts';
import { parseError } from '../parse-error.ts';
import type { BinaryOperator, LogQuery, LogSelector, MetricExpression, VectorMatching } from './ast.ts';
import { checkSelectors } from './check-selectors.ts';
import { tokenize } from './lexer.ts';
import { parseLabelNames, parseRangeAggregation, parseVectorAggregation } from './parse-aggregation.ts';
import { rangeOperationOf, vectorOperationOf } from './parse-aggregation.ts';
import { numberOf, parseLiteral } from './parse-label-filter.ts';
import { parseSelector, withParseError } from './parse-matchers.ts';
import { parseStages } from './parse-pipeline.ts';
import { createTokenReader } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';
import { endOfText } from './tokens.ts';

/** Longest query [UTF-16 units], as Loki has it. */
const maxLength = 131_072;

/** Ranks of the operators; a higher one binds closer. */
const ranks: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};

/**
 * Reads a LogQL query.
 *
 * @throws {QueryError} `bad_data`, with Loki's words and, of errors of the grammar, the place
 */
export function parseLogql(query: string): LogQuery {
  const parsed = parseUnchecked(query);
  checkSelectors(parsed);
  return parsed;
}

/** The same without Loki's rule that a selector has to choose something. */
export function parseUnchecked(query: string): LogQuery {
  if (query.length >= maxLength) throw parseError(`input size too long (${query.length} > ${maxLength})`);
  const reader = createTokenReader(tokenize(query));
  const parsed = parseExpression(reader, 0);
  if (reader.peek().kind !== endOfText) reader.unexpected();
  return parsed;
}

function parseExpression(reader: TokenReader, minRank: number): LogQuery {
  let left = parsePrimary(reader);
  for (;;) {
    const operator = reader.peek().kind;
    const rank = Object.hasOwn(ranks, operator) ? ranks[operator] : undefined;
    if (rank === undefined || rank < minRank || !isBinaryOperator(operator)) return left;
    reader.next();
    reader.operator('binary');
    const modifier = parseModifier(reader);
    // `^` is the one that binds to the right.
    const right = reader.nested(() => parseExpression(reader, operator === '^' ? rank : rank + 1));
    left = binaryOperation(operator, modifier, left, right);
  }
}

function isBinaryOperator(kind: string): kind is BinaryOperator {
  return Object.hasOwn(ranks, kind);
}

function parsePrimary(reader: TokenReader): LogQuery {
  const { kind } = reader.peek();
  if (kind === '{') return parseLogSelector(reader);
  if (kind === '(') {
    reader.next();
    const inner = reader.nested(() => parseExpression(reader, 0));
    if (!reader.take(')')) reader.unexpected();
    return inner;
  }
  if (kind === 'NUMBER' || kind === '+' || kind === '-')
    return { type: 'literal', value: parseLiteral(reader) };
  return parseFunction(reader);
}

function parseLogSelector(reader: TokenReader): LogSelector {
  const matchers = parseSelector(reader);
  const stages = parseStages(reader);
  if (reader.take('|')) reader.unexpected();
  return { type: 'log', matchers, stages };
}

function parseFunction(reader: TokenReader): MetricExpression {
  const { kind } = reader.peek();
  const rangeOperation = rangeOperationOf(kind);
  const vectorOperation = vectorOperationOf(kind);
  if (rangeOperation !== undefined) {
    reader.next();
    return parseRangeAggregation(reader, rangeOperation);
  }
  if (vectorOperation !== undefined) {
    reader.next();
    return parseVectorAggregation(reader, vectorOperation, () => parseMetric(reader));
  }
  if (kind === 'VECTOR') return parseVector(reader);
  if (kind === 'label_replace') return parseLabelReplace(reader);
  return reader.unexpected();
}

function parseMetric(reader: TokenReader): MetricExpression {
  const parsed = parseExpression(reader, 0);
  return parsed.type === 'log' ? reader.unexpected() : parsed;
}

function parseVector(reader: TokenReader): MetricExpression {
  reader.next();
  reader.expect('(');
  const value = numberOf(reader.expect('NUMBER').text, 'vectorExpr');
  reader.expect(')');
  return { type: 'vector', value };
}

function parseLabelReplace(reader: TokenReader): MetricExpression {
  reader.next();
  reader.expect('(');
  const operand = reader.nested(() => parseMetric(reader));
  const texts: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    if (!reader.take(',')) reader.unexpected(...(index === 0 ? [] : [',']));
    texts.push(reader.expect('STRING').text);
  }
  reader.expect(')');
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  // As Loki compiles it, so that its message is the same.
  withParseError(() => searchExpression(`^(?:${pattern})$`), 'invalid regex in label_replace: ');
  return { type: 'label-replace', operand, target, replacement, source, pattern };
}

interface Modifier {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

/** `bool on (a) group_left (b)`. */
function parseModifier(reader: TokenReader): Modifier {
  const returnBool = reader.take('bool');
  const matchingKind = reader.peek().kind;
  if (matchingKind !== 'on' && matchingKind !== 'ignoring') {
    return { returnBool, matching: { cardinality: 'one-to-one', on: false, labels: [], include: [] } };
  }
  reader.next();
  const labels = parseLabelNames(reader);
  const groupKind = reader.peek().kind;
  const grouped = groupKind === 'group_left' || groupKind === 'group_right';
  if (grouped) reader.next();
  const include = grouped && isLabelList(reader) ? parseLabelNames(reader) : [];
  const manySide = groupKind === 'group_left' ? 'many-to-one' : 'one-to-many';
  return {
    returnBool,
    matching: { cardinality: grouped ? manySide : 'one-to-one', on: matchingKind === 'on', labels, include },
  };
}

/** Behind `group_left`, `(` begins a list of labels only when one follows; else it is the other side. */
function isLabelList(reader: TokenReader): boolean {
  const second = reader.peek(1).kind;
  return reader.peek().kind === '(' && (second === 'IDENTIFIER' || second === ')');
}

function binaryOperation(
  operator: BinaryOperator,
  modifier: Modifier,
  left: LogQuery,
  right: LogQuery,
): MetricExpression {
  const numbers = checkedSide(operator, 'left', left);
  const others = checkedSide(operator, 'right', right);
  if (numbers.type === 'literal' && others.type === 'literal') {
    return { type: 'literal', value: reduceLiterals(operator, numbers.value, others.value) };
  }
  return { type: 'binary', operator, left: numbers, right: others, ...modifier };
}

function checkedSide(operator: BinaryOperator, side: 'left' | 'right', operand: LogQuery): MetricExpression {
  if (operand.type === 'log') {
    const what = operand.stages.length === 0 ? 'MatchersExpr' : 'PipelineExpr';
    throw parseError(`unexpected type for ${side} leg of binary operation (${operator}): *syntax.${what}`);
  }
  const isSetOperator = operator === 'and' || operator === 'or' || operator === 'unless';
  if (operand.type === 'literal' && isSetOperator) {
    const value = operand.value.toFixed(6);
    throw parseError(
      `unexpected literal for ${side} leg of logical/set binary operation (${operator}): ${value}`,
    );
  }
  return operand;
}
