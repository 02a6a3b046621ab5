import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { programSize } from './program-size.ts';
import { searchExpression, wholeTextTest } from './regular-expression.ts';

describe('programSize', () => {
  it.each([
    'abc',
    'a|b|c',
    '(?:a{100}b){3}',
    '(a{2,30})+',
    '[a-z]{50}',
    String.raw`\d{3,}\.\Q{100}\E`,
    '((a|b){10}|c{5}){4}',
    '[^]a]{20}',
    'a{7',
  ])('is about that of %s, and not far less', (pattern) => {
    const size = programSize(pattern);
    expect(size).toBeGreaterThanOrEqual(1);
    expect(size * 3 + 5).toBeGreaterThanOrEqual(RE2JS.compile(pattern).programSize());
  });
});

describe('expressions that are too large', () => {
  it('are refused before they are compiled', () => {
    const refused = expect.objectContaining({
      class: 'bad_data',
      message: 'error parsing regexp: expression too large',
    }) as Error;
    expect(() => searchExpression('(?:a{1000}b)'.repeat(70))).toThrow(refused);
    expect(() => wholeTextTest(`x{2}${'(?:a{1000}b)'.repeat(70)}`)).toThrow(refused);
  });

  it('look through no text that is too long for them', () => {
    const large = searchExpression('(?:a{1000}b)'.repeat(2));
    expect(large.test('a'.repeat(1000))).toBe(false);
    for (const run of [
      () => large.test('a'.repeat(300_000)),
      () => large.exec('a'.repeat(300_000)),
      () => large.matcher('a'.repeat(300_000)),
      () => wholeTextTest('(?:a{1000}b)(?:a{1000}b)')('a'.repeat(300_000)),
    ])
      expect(run).toThrow(expect.objectContaining({ class: 'limit' }));
  });
});
