import { describe, expect, it } from 'vitest';
import { parseBound } from './parse-bound.ts';

describe('parseBound', () => {
  it.each([
    ['5', 5],
    ['+.5e1', 5],
    ['5.', 5],
    ['Inf', Infinity],
    ['+infinity', Infinity],
    ['-INF', -Infinity],
    ['nan', NaN],
  ])('reads %s as %d', (text, expected) => {
    expect(parseBound(text)).toBe(expected);
  });

  it.each(['', 'x', '1e', '.', '+NaN', '-nan', '1e999', ' 1', '1,5'])('takes %j for no number', (text) => {
    expect(parseBound(text)).toBeUndefined();
  });
});
