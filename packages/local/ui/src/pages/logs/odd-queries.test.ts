import { describe, expect, it } from 'vitest';
import { suggestionsFor, wantedAt } from './complete-query.ts';
import { readQuery, unquoted } from './read-query.ts';

describe('readQuery of odd queries', () => {
  it.each([
    ['{a="b",}', [['a', 'b']]],
    ['{a="b"} # a comment', [['a', 'b']]],
  ])('reads %j', (query, expected) => {
    expect(readQuery(query)?.matchers.map(({ name, value }) => [name, value])).toEqual(expected);
  });

  it.each(['# a comment\n{a="b"}', '"a" {a="b"}', '{a="b', '{a}', ''])('takes %j for none', (query) => {
    expect(readQuery(query)).toBeUndefined();
  });
});

describe('unquoted', () => {
  it.each([
    [String.raw`"\u00e9\U0001F600"`, 'é😀'],
    [String.raw`"\UFFFFFFFF"`, '\uFFFD'],
    [String.raw`"\101\x41"`, 'AA'],
    [String.raw`"\n\q"`, '\nq'],
    ['`\\n`', String.raw`\n`],
  ])('of %s is %j', (text, expected) => expect(unquoted(text)).toBe(expected));
});

describe('suggestionsFor', () => {
  it('has none where nothing is wanted, and not the only one that is typed already', () => {
    expect(suggestionsFor(undefined, ['a'])).toEqual([]);
    const wanted = wantedAt('{', 1);
    expect(suggestionsFor(wanted, ['b', 'a']).length).toBeGreaterThan(1);
    expect(suggestionsFor({ what: 'label', from: 1, typed: 'a' }, ['a'])).toEqual([]);
    expect(suggestionsFor({ what: 'label', from: 1, typed: 'x' }, ['ax', 'xa', 'b'])).toHaveLength(2);
  });
});
