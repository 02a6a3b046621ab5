import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareShares } from './two-shares.ts';

describe('compareShares', () => {
  it('is sure that 12 % is more than 2 % of 500 requests', () => {
    const { z, effect, isSignificant } = compareShares({ count: 10, of: 500 }, { count: 60, of: 500 });
    // Worked by hand: p = 0.07, error = √(0.07 × 0.93 × 2/500) = 0.016137, z = 0.1 ÷ 0.016137.
    expect(z).toBeCloseTo(6.197, 3);
    expect(effect).toBeCloseTo(0.4237, 4);
    expect(isSignificant).toBe(true);
  });

  it.each([
    ['one failed request more is chance', { count: 1, of: 1000 }, { count: 2, of: 1000 }],
    ['a handful of requests says nothing', { count: 0, of: 12 }, { count: 12, of: 12 }],
    ['too few failed to be tested', { count: 0, of: 40 }, { count: 4, of: 40 }],
    ['nothing there', { count: 0, of: 0 }, { count: 10, of: 100 }],
    ['both the same', { count: 100, of: 100 }, { count: 200, of: 200 }],
  ])('is not sure where %s', (_, before, after) => {
    expect(compareShares(before, after).isSignificant).toBe(false);
  });

  it('says the same the other way round, with the other sign', () => {
    const share = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 })).map(([count, more]) => ({
      count,
      of: count + more,
    }));
    fc.assert(
      fc.property(share, share, (one, other) => {
        const there = compareShares(one, other);
        const back = compareShares(other, one);
        expect(back.z).toBeCloseTo(-there.z, 10);
        expect(back.effect).toBeCloseTo(there.effect, 10);
        expect(back.isSignificant).toBe(there.isSignificant);
      }),
    );
  });
});
