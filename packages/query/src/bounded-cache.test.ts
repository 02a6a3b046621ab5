import { describe, expect, it } from 'vitest';
import { createBoundedCache } from './bounded-cache.ts';

describe('createBoundedCache', () => {
  it('makes a value once, and again when it was forgotten for newer ones', () => {
    const made: string[] = [];
    const cache = createBoundedCache(2, (key) => {
      made.push(key);
      return key.toUpperCase();
    });
    expect(['a', 'b', 'a', 'c', 'a'].map((key) => cache.get(key))).toEqual(['A', 'B', 'A', 'C', 'A']);
    expect(made).toEqual(['a', 'b', 'c', 'a']);
  });

  it('does not keep an error', () => {
    let fails = true;
    const cache = createBoundedCache(2, () => {
      if (fails) throw new Error('not yet');
      return 1;
    });
    expect(() => cache.get('a')).toThrow('not yet');
    fails = false;
    expect(cache.get('a')).toBe(1);
  });
});
