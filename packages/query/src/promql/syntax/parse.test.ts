import { describe, expect, it } from 'vitest';
import { QueryError } from '../../query-error.ts';
import type { DurationExpression, Expression } from '../ast.ts';
import { parsePromql } from './parse.ts';

/** The tree as a text, with parentheses wherever an operator is. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'string':
      return JSON.stringify(expression.value);
    case 'selector':
      return `${expression.name || '{}'}${offset(expression.offset)}${expression.at === undefined ? '' : '@'}`;
    case 'range':
      return `${show(expression.selector)}[]`;
    case 'subquery':
      return `${show(expression.expression)}[:]${offset(expression.offset)}`;
    case 'call':
      return `${expression.name}(${expression.args.map(show).join(', ')})`;
    case 'aggregate':
      return `${expression.op}(${show(expression.expression)})`;
    case 'binary':
      return `(${show(expression.left)} ${expression.op} ${show(expression.right)})`;
    case 'unary':
      return `${expression.op}(${show(expression.operand)})`;
    default:
      return show(expression.expression);
  }
}

function offset(duration: DurationExpression | undefined): string {
  if (duration === undefined) return '';
  return duration.kind === 'seconds' ? `~${duration.value}` : '~?';
}

describe('parsePromql', () => {
  it.each([
    ['1 + 2 * 3 ^ 4 ^ 5', '(1 + (2 * (3 ^ (4 ^ 5))))'],
    ['-1 ^ 2', '-((1 ^ 2))'],
    ['2 ^ -1 ^ 2', '(2 ^ -((1 ^ 2)))'],
    ['-1 * 2', '(-1 * 2)'],
    ['1 - -1', '(1 - -1)'],
    ['a or b and c unless d', '(a or ((b and c) unless d))'],
    ['a + b offset 5m * c', '(a + (b~300 * c))'],
    ['-metric @ 10', '-(metric@)'],
    ['a offset -1h30m', 'a~-5400'],
    ['a[5m] offset 1 @ 5', 'a~1@[]'],
    ['rate(a[5m:])', 'rate(a[:])'],
    ['a[step() + 1m]', 'a[]'],
    ['min_of(1, max_of(2, 3))', 'min_of(1, max_of(2, 3))'],
    ['a[min_of(1m, STEP())]', 'a[]'],
    ['2. + 0x1F + 1_000 + 1e3 + .5 + 010', '(((((2 + 31) + 1000) + 1000) + 0.5) + 8)'],
    ['1h30m', '5400'],
    ['SUM BY (a, "b c") (x)', 'sum(x)'],
    ['count + sum', '(count + sum)'],
    ["'a\\n' # a comment", '"a\\n"'],
    ['"\\u00e9\\xc3\\xa9\\101"', '"ééA"'],
    ['`a\\n`', '"a\\\\n"'],
    ['{"a.b"} == bool on (x) group_left (y) fill (0) c', '({} == c)'],
  ])('reads %s as %s', (query, expected) => {
    expect(show(parsePromql(query))).toBe(expected);
  });

  it.each([
    ['', '1:1: parse error: no expression found in input'],
    ['1 +', '1:4: parse error: unexpected end of input'],
    ['sum(up', '1:7: parse error: unclosed left parenthesis'],
    ['foo bar', '1:5: parse error: unexpected identifier "bar"'],
    ['up\n  == )', "2:7: parse error: unexpected right parenthesis ')'"],
    ['up{job=api}', '1:8: parse error: unexpected identifier "api" in label matching, expected string'],
    ['up{job', '1:7: parse error: unexpected end of input inside braces'],
    ['up[5m', '1:6: parse error: unclosed left bracket'],
    ['up[0s]', '1:4: parse error: duration must be greater than 0'],
    ['nope(1)', '1:1: parse error: unknown function with name "nope"'],
    [
      'rate(up)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['abs(up, 1)', '1:1: parse error: expected 1 argument(s) in call to "abs", got 2'],
    [
      'label_join(up, "a")',
      '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 2',
    ],
    ['round(up, 1, 2)', '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
    ['sum("a")', '1:5: parse error: expected type instant vector in aggregation expression, got string'],
    ['topk("a", up)', '1:6: parse error: expected type scalar in aggregation parameter, got string'],
    [
      '-"a"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    ['up + bool up', '1:4: parse error: bool modifier can only be used on comparison operators'],
    ['up and on (a) group_left up', '1:1: parse error: no grouping allowed for "and" operation'],
    ['1 + on (a) up', '1:1: parse error: vector matching only allowed between instant vectors'],
    [
      'up + on (a) group_left (a) up',
      '1:4: parse error: label "a" must not occur in ON and GROUP clause at once',
    ],
    ['sum(up)[5m]', '1:8: parse error: ranges only allowed for vector selectors'],
    ['up offset 1m [5m]', '1:14: parse error: no offset modifiers allowed before range'],
    ['up @ 1 @ 2', '1:1: parse error: @ <timestamp> may not be set multiple times'],
    ['up{__name__="up"}', '1:1: parse error: metric name must not be set twice: "up" or "up"'],
    ['up{a=~"("}', '1:4: parse error: error parsing regexp: missing closing ): `(`'],
    [
      '1e999',
      '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e999": value out of range',
    ],
    ['up[400y]', '1:4: parse error: duration out of range'],
    ['"a', '1:1: parse error: unterminated quoted string'],
    ['up $', "1:4: parse error: unexpected character: '$'"],
  ])('refuses %j with %s', (query, message) => {
    expect(() => parsePromql(query)).toThrow(expect.objectContaining({ class: 'bad_data', message }));
  });

  it('refuses what is nested deeper than any stack, and ends', () => {
    for (const query of [
      '('.repeat(40_000),
      '-'.repeat(40_000),
      `${'('.repeat(5000)}1${')'.repeat(5000)}`,
      `1${'+1'.repeat(30_000)}`,
    ]) {
      expect(() => parsePromql(query)).toThrow(QueryError);
    }
  });
});
