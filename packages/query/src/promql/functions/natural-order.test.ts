import { describe, expect, it } from 'vitest';
import { compareNatural } from './natural-order.ts';

describe('compareNatural', () => {
  it('puts numbers within texts in the order of their values', () => {
    const sorted = ['node10', 'node2', 'node', 'node2b', '10', '9', 'v1.10', 'v1.9', ''].toSorted(
      compareNatural,
    );
    expect(sorted).toEqual(['', '9', '10', 'node', 'node2', 'node2b', 'node10', 'v1.9', 'v1.10']);
  });
});
