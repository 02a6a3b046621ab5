import { describe, expect, it } from 'vitest';
import { escapedRegex, quoted } from './quote.ts';

describe('quoted', () => {
  it.each([
    ['plain', '"plain"'],
    ['a "word"', String.raw`"a \"word\""`],
    [String.raw`C:\temp`, String.raw`"C:\\temp"`],
    ['two\nlines', String.raw`"two\nlines"`],
    ['\u0001', String.raw`"\u0001"`],
    ['half \uD800 of one', '"half \uFFFD of one"'],
    ['😀', '"😀"'],
  ])('writes %j as %s', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });
});

describe('escapedRegex', () => {
  it('leaves nothing in a name that a regular expression reads otherwise', () => {
    const name = 'a.b*c+d?(e)[f]{g}|h^i$j\\k';
    expect(name).toMatch(new RegExp(`^${escapedRegex(name)}$`));
    expect('axb').not.toMatch(new RegExp(`^${escapedRegex('a.b')}$`));
  });
});
