import { parseError } from '../parse-error.ts';
import { parseGoFloat } from '../values/go-float.ts';
import type { Comparison, LabelFilter } from './ast.ts';
import { createMatcher, isMatcherOperator } from './parse-matchers.ts';
import type { TokenReader } from './token-reader.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '>', '>=', '<', '<=']);

function isComparison(kind: string): kind is Comparison {
  return comparisons.has(kind);
}

/**
 * Filters with `and`, `or`, a comma or nothing between them.
 *
 * Loki's grammar gives only `and` and `or` a rank; whatever meets a comma or nothing waits for all that follows.
 */
export function parseLabelFilter(reader: TokenReader): LabelFilter {
  return reader.nested(() => parseOr(reader));
}

function parseOr(reader: TokenReader): LabelFilter {
  let left = parseAnd(reader);
  while (reader.take('or')) {
    reader.operator('filter');
    left = { type: 'or', left, right: parseAnd(reader) };
  }
  return left;
}

function parseAnd(reader: TokenReader): LabelFilter {
  let left = parseUnranked(reader);
  while (reader.take('and')) {
    reader.operator('filter');
    left = { type: 'and', left, right: parseUnranked(reader) };
  }
  return left;
}

/** A filter, and if a comma or nothing is behind it, with it all the rest. */
function parseUnranked(reader: TokenReader): LabelFilter {
  const left = parsePrimary(reader);
  const { kind } = reader.peek();
  if (kind === ',') {
    reader.next();
    return { type: 'and', left, right: parseLabelFilter(reader) };
  }
  if (kind === 'IDENTIFIER' || kind === '(') return { type: 'and', left, right: parseLabelFilter(reader) };
  return left;
}

function parsePrimary(reader: TokenReader): LabelFilter {
  if (reader.take('(')) {
    const filter = parseLabelFilter(reader);
    if (!reader.take(')')) reader.unexpected();
    return filter;
  }
  if (reader.peek().kind !== 'IDENTIFIER') reader.unexpected('IDENTIFIER', '(');
  const name = reader.next().text;
  const operator = reader.peek().kind;
  if (!isComparison(operator) && !isMatcherOperator(operator)) reader.unexpected();
  reader.next();
  const value = reader.peek();
  if (value.kind === 'STRING' && isMatcherOperator(operator)) {
    return { type: 'matcher', matcher: createMatcher(name, operator, reader.next().text) };
  }
  if (operator === '=~' || operator === '!~') reader.unexpected('STRING');
  if (value.kind === 'ip' && (operator === '=' || operator === '!=')) {
    reader.next();
    reader.expect('(');
    const pattern = reader.expect('STRING').text;
    reader.expect(')');
    return { type: 'ip', name, negated: operator === '!=', pattern };
  }
  const comparison: Comparison = operator === '=' ? '==' : operator;
  if (value.kind === 'DURATION' || value.kind === 'BYTES') {
    const type = value.kind === 'DURATION' ? 'duration' : 'bytes';
    return { type, name, comparison, value: reader.next().amount };
  }
  return { type: 'number', name, comparison, value: parseLiteral(reader) };
}

/** `1.5`, `-1`, `+1`. */
export function parseLiteral(reader: TokenReader): number {
  const sign = reader.peek().kind === '-' ? -1 : 1;
  const signed = reader.peek().kind === '-' || reader.peek().kind === '+';
  if (signed) {
    reader.next();
    return sign * numberOf(reader.expect('NUMBER').text);
  }
  if (reader.peek().kind !== 'NUMBER') reader.unexpected();
  return numberOf(reader.next().text);
}

/** @throws {QueryError} when it is a number to the lexer and none to Go */
export function numberOf(text: string, what = 'literal'): number {
  const parsed = parseGoFloat(text);
  if ('problem' in parsed) throw parseError(`unable to parse ${what} as a float: ${parsed.problem}`);
  return parsed.value;
}
