import { describe, expect, it } from 'vitest';
import { MatcherError, matcherText, parseMatcher, parseMatchers } from './parse-matchers.ts';

describe('parseMatchers', () => {
  it.each([
    ['a=b', ['a="b"']],
    ['{"a.b"=~"c,d", e!~f}', ['a.b=~"c,d"', 'e!~"f"']],
    [String.raw`a="b\"\n\\"`, [String.raw`a="b\"\n\\"`]],
    [String.raw`host=~"web\d+\.x"`, [String.raw`host=~"web\\d+\\.x"`]],
    [String.raw`a=b\n\\c\d\"e`, [String.raw`a="b\n\\c\\d\"e"`]],
    ['a=b\\', [String.raw`a="b\\"`]],
    ['a=', ['a=""']],
    [' , ', []],
  ])('reads %j', (text, expected) => {
    expect(parseMatchers(text).map(matcherText)).toEqual(expected);
  });

  it.each(['a', '=b', 'a="b', 'a=b"c', 'a="', 'a="b"c"', String.raw`a="b\"`])('refuses %j', (text) => {
    expect(() => parseMatcher(text)).toThrow(MatcherError);
  });
});
