import { describe, expect, it } from 'vitest';
import { readHistory, withQuery } from './query-history.ts';

describe('withQuery', () => {
  it.each([
    ['a new one in front', ['a'], 'b', ['b', 'a']],
    ['a known one once', ['a', 'b'], 'b', ['b', 'a']],
    ['nothing of nothing', ['a'], '  ', ['a']],
    ['no more than it may', ['a', 'b', 'c'], 'd', ['d', 'a', 'b']],
  ])('keeps %s', (_, history, query, expected) => expect(withQuery(history, query, 3)).toEqual(expected));
});

describe('readHistory', () => {
  it.each([
    [null, []],
    ['nonsense', []],
    ['{"a":1}', []],
    ['["a",5,"b"]', ['a', 'b']],
  ])('reads %s as %j', (json, expected) => expect(readHistory(json)).toEqual(expected));
});
