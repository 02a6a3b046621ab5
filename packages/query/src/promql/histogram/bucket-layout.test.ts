import { describe, expect, it } from 'vitest';
import { sameLayout } from './bucket-layout.ts';

const spans = (...pairs: readonly (readonly [offset: number, length: number])[]) =>
  pairs.map(([offset, length]) => ({ offset, length }));

describe('sameLayout', () => {
  it.each([
    [spans([1, 3]), spans([1, 2], [0, 1]), true],
    [spans([1, 1], [2, 1]), spans([1, 1], [1, 0], [1, 1]), true],
    [spans([1, 1], [0, 0]), spans([1, 1]), true],
    [spans([0, 0], [1, 1]), spans([1, 1]), true],
    [spans([1, 0]), spans(), true],
    [spans([1, 2]), spans([2, 2]), false],
    [spans([1, 2]), spans([1, 1], [1, 1]), false],
    [spans([1, 2]), spans([1, 3]), false],
  ])('of %j and %j is %s', (left, right, same) => {
    expect(sameLayout(left, right)).toBe(same);
    expect(sameLayout(right, left)).toBe(same);
  });

  it('takes no memory for buckets that are only told of', () => {
    expect(sameLayout(spans([0, 4e9]), spans([0, 2e9], [0, 2e9]))).toBe(true);
  });
});
