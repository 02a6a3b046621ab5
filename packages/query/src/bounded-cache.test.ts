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

  it('keeps no more than its keys may weigh together, and nothing that weighs more by itself', () => {
    let made = 0;
    const cache = createBoundedCache(100, () => (made += 1));
    const [one, other] = ['a'.repeat(200_000), 'b'.repeat(100_000)];
    expect([one, one, other, other, one].map((key) => cache.get(key))).toEqual([1, 1, 2, 2, 3]);
    expect([cache.get('c'.repeat(300_000)), cache.get('c'.repeat(300_000)), cache.get(one)]).toEqual([
      4, 5, 3,
    ]);
    const weighed = createBoundedCache(
      100,
      () => (made += 1),
      () => 200_000,
    );
    expect(['a', 'b', 'a'].map((key) => weighed.get(key))).toEqual([6, 7, 8]);
  });
});
