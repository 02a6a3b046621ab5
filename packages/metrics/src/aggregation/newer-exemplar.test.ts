import { describe, expect, it } from 'vitest';
import { newer } from './newer-exemplar.ts';

const at = (timeMs: number, value: number) => ({ traceId: 'a', spanId: 'b', timeMs, value });

describe('newer', () => {
  it.each([
    [undefined, at(1, 1), at(1, 1)],
    [at(1, 1), undefined, at(1, 1)],
    [at(1, 9), at(2, 1), at(2, 1)],
    [at(2, 1), at(1, 9), at(2, 1)],
    [at(1, 2), at(1, 3), at(1, 3)],
    [at(1, 3), at(1, 2), at(1, 3)],
  ])('of %j and %j is %j', (one, other, expected) => {
    expect(newer(one, other)).toEqual(expected);
  });
});
