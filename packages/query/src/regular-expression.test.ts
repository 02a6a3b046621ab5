import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueryError } from './query-error.ts';
import { searchExpression, wholeTextExpression, wholeTextTest } from './regular-expression.ts';

describe('wholeTextTest', () => {
  it.each([
    ['api', 'api', true],
    ['api', 'apis', false],
    ['', '', true],
    ['', 'a', false],
    ['.*', '', true],
    ['.+', '', false],
    ['api|web', 'web', true],
    ['(api|web)', 'web', true],
    ['(api|web)', '(api', false],
    ['api|', '', true],
    ['api.*', 'api', true],
    ['api.+', 'api', false],
    ['.*api', 'my-api', true],
    ['.+api', 'api', false],
    ['.*api.+', 'my-api-1', true],
    ['.*api.+', 'my-api', false],
    ['a.c', 'abc', true],
    ['a.c', 'a\nc', true],
    ['(?i)api', 'API', true],
    ['a|b.*', 'ax', false],
    ['\\d{2}', '42', true],
    ['^api$', 'api', true],
  ])('of %j is for %j %j', (pattern, text, expected) => {
    expect(wholeTextTest(pattern)(text)).toBe(expected);
  });

  it('is the same for patterns with a quick way as the engine itself says', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '', '.*', '.+', '|', '(a|b)');
    const pattern = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 5 }).map((signs) => signs.join(''));
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        fc.pre(!/[*+][*+]/.test(source));
        // A group of its own keeps the pattern off the quick ways.
        expect(wholeTextTest(source)(value)).toBe(wholeTextTest(`(?:(?:${source}))`)(value));
      }),
    );
  });

  it('takes time by the length of the text only, also for patterns that make others backtrack', () => {
    const test = wholeTextTest('(a+)+(a+)+(a+)+b');
    expect(test('a'.repeat(50_000))).toBe(false);
  });

  it.each(['(', 'a**', '[z-a]', '(?=a)', '\\8', 'a{1001}'])('refuses %j, which is none of RE2', (pattern) => {
    expect(() => wholeTextTest(pattern)).toThrow(QueryError);
  });

  it('refuses what is longer than any query needs', () => {
    expect(() => wholeTextTest(`(?:${'a'.repeat(65_536)})+`)).toThrow('expression too large');
  });

  it('refuses to close a group that is not its own', () => {
    expect(() => wholeTextExpression('a)|(b')).toThrow(QueryError);
  });
});

describe('searchExpression', () => {
  it('finds within a text, and a dot fits no line break', () => {
    expect(searchExpression('b.d').test('abcde')).toBe(true);
    expect(searchExpression('b.d').test('ab\nde')).toBe(false);
  });
});
