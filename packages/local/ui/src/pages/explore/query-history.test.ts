import { afterEach, describe, expect, it, vi } from 'vitest';
import { keptHistory, readHistory, rememberQuery, withQuery } from './query-history.ts';

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
    [undefined, []],
    ['nonsense', []],
    ['{"a":1}', []],
    ['["a",5,"b"]', ['a', 'b']],
  ])('reads %s as %j', (json, expected) => expect(readHistory(json)).toEqual(expected));
});

describe('rememberQuery', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('keeps what was asked, and does without where nothing can be kept', () => {
    const kept = new Map<string, string>();
    const localStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    vi.stubGlobal('window', { localStorage });
    rememberQuery('up');
    rememberQuery('rate(x[1m])');
    expect(keptHistory()).toEqual(['rate(x[1m])', 'up']);
    localStorage.setItem = () => {
      throw new Error('no room');
    };
    rememberQuery('down');
    // This page remembers.
    expect(keptHistory()).toEqual(['down', 'rate(x[1m])', 'up']);
    expect(kept.size).toBe(1);
  });
});
