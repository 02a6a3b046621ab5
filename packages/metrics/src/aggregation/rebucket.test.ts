import { describe, expect, it } from 'vitest';
import { commonBoundaries, rebucketed } from './rebucket.ts';

describe('commonBoundaries', () => {
  it.each([
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    [
      [1, 2, 5],
      [2, 5, 9],
      [2, 5],
    ],
    [[1], [], []],
  ])('of %j and %j are %j', (some, others, common) => {
    expect(commonBoundaries(some, others)).toEqual(common);
  });
});

describe('rebucketed', () => {
  const older = { traceId: 'a', spanId: 'a', value: 1, timeMs: 1 };
  const newer = { traceId: 'b', spanId: 'b', value: 2, timeMs: 2 };

  it('adds up what falls together, with the newest exemplar of each bucket', () => {
    const buckets = { counts: [1, 2, 4, 8], exemplars: [newer, older, undefined, older] };
    expect(rebucketed(buckets, [1, 2, 3], [2])).toEqual({ counts: [3, 12], exemplars: [newer, older] });
    expect(rebucketed({ counts: [1, 2] }, [1], [])).toEqual({ counts: [3] });
  });

  it('hands through what has the same buckets', () => {
    const buckets = { counts: [1, 2] };
    expect(rebucketed(buckets, [1], [1])).toBe(buckets);
  });
});
