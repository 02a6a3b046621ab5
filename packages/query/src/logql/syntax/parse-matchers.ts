import { searchExpression, wholeTextTest } from '../../regular-expression.ts';
import type { LabelMatcher } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import { rewrapError } from '../../rewrap-error.ts';
import { parseError } from '../parse-error.ts';
import type { TokenReader } from './token-reader.ts';

const operators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

export function isMatcherOperator(kind: string): kind is LabelMatcher['op'] {
  return operators.has(kind);
}

/** `{a="b", c=~"d"}`. */
export function parseSelector(reader: TokenReader): readonly LabelMatcher[] {
  reader.expect('{');
  const matchers: LabelMatcher[] = [];
  if (reader.take('}')) return matchers;
  for (;;) {
    if (reader.peek().kind !== 'IDENTIFIER') {
      if (matchers.length === 0) reader.unexpected('IDENTIFIER', '}');
      reader.unexpected('IDENTIFIER');
    }
    matchers.push(parseMatcher(reader));
    if (reader.take('}')) return matchers;
    if (!reader.take(',')) reader.unexpected('}', ',');
  }
}

/** `a="b"`. */
export function parseMatcher(reader: TokenReader): LabelMatcher {
  const name = reader.expect('IDENTIFIER').text;
  const operator = reader.peek().kind;
  if (!isMatcherOperator(operator)) reader.unexpected('=', '=~', '!~', '!=');
  reader.next();
  return createMatcher(name, operator, reader.expect('STRING').text);
}

/** @throws {QueryError} when its expression is none */
export function createMatcher(name: string, op: LabelMatcher['op'], value: string): LabelMatcher {
  if (op === '=~' || op === '!~') withParseError(() => searchExpression(value));
  return { name, op, value };
}

/** Runs it; an error of it becomes one of the query's text. */
export function withParseError<Result>(run: () => Result, prefix = ''): Result {
  return rewrapError(QueryError, run, ({ message }) => {
    throw parseError(prefix + message);
  });
}

/** Whether a label with this value, or without one, fits. */
export function matcherTest({ op, value }: LabelMatcher): (text: string) => boolean {
  if (op === '=') return (text) => text === value;
  if (op === '!=') return (text) => text !== value;
  const fits = wholeTextTest(value);
  return op === '=~' ? fits : (text) => !fits(text);
}
