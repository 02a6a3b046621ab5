import { describe, expect, it } from 'vitest';
import { filterOfPattern } from './pattern-filter.ts';

describe('filterOfPattern', () => {
  it.each([
    ['order <_> placed', false, '<_>order <_> placed<_>'],
    ['<_> placed by <_>', false, '<_> placed by <_>'],
    ['say "hi" <_>', false, String.raw`<_>say \"hi\" <_>`],
    ['GET <_> 200', true, 'GET <_> 200'],
    ['<_>', false, undefined],
    ['<_> <_>', true, undefined],
  ])('of %j (whole: %s) is %j', (pattern, isWhole, expected) => {
    expect(filterOfPattern(pattern, isWhole)).toBe(expected);
  });
});
