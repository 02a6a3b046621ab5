import { describe, expect, it } from 'vitest';
import { parsePromql } from './parse.ts';

/** What is said of a query, without its place. */
function problemOf(query: string): string {
  try {
    parsePromql(query);
    return 'none';
  } catch (error) {
    return String(error).replace(/^.*parse error: /, '');
  }
}

describe('parsePromql at its limits', () => {
  it.each([
    ['199 brackets', `${'('.repeat(199)}1${')'.repeat(199)}`, 'none'],
    ['200 brackets', `${'('.repeat(200)}1${')'.repeat(200)}`, 'expression is nested too deep'],
    ['500 operators', `1${'+1'.repeat(500)}`, 'none'],
    ['501 operators', `1${'+1'.repeat(501)}`, 'expression has more than 500 operators in a row'],
    ['500 unions of long names', `${'a_long_name or '.repeat(500)}up`, 'none'],
    ['501 unions', `${'up or '.repeat(501)}up`, 'expression has more than 500 operators in a row'],
    ['5000 unions', `${'up or '.repeat(5000)}up`, 'expression has more than 500 operators in a row'],
    [
      'chains of 400 operators in chains',
      Array.from({ length: 5 }, () => `(${'a_long_name or '.repeat(400)}up)`).join(' + '),
      'none',
    ],
    ['501 signs', `${'-'.repeat(501)}up`, 'expression has more than 500 operators in a row'],
    ['501 modifiers', `up${' @ 1'.repeat(501)}`, '@ <timestamp> may not be set multiple times'],
    ['2100 signs', `${'-'.repeat(2100)}up`, 'expression has more than 500 operators in a row'],
    ['a text of 99,998 letters', `"${'a'.repeat(99_998)}"`, 'none'],
  ])('reads or refuses %s', (_, query, problem) => {
    expect(problemOf(query)).toBe(problem);
  });

  it('refuses a query that is longer than any', () => {
    expect(() => parsePromql(`"${'a'.repeat(100_000)}"`)).toThrow(
      expect.objectContaining({
        class: 'bad_data',
        message: 'the query is longer than 100000 characters',
      }),
    );
  });
});
