import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortInTurns } from './sort-in-turns.ts';

describe('sortInTurns', () => {
  it('sorts as the platform does, equal ones in the order in which they came, and pauses on the way', async () => {
    const lengths = fc.integer({ min: 0, max: 9000 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 5000 }), async (length, factor) => {
        const items = Array.from({ length }, (_, at) => ({ key: (at * factor * 7919) % 1000, at }));
        let pauses = 0;
        const sorted = await sortInTurns(items, (left, right) => left.key - right.key, {
          spent: () => true,
          pause() {
            pauses += 1;
            return Promise.resolve();
          },
        });
        expect(sorted).toEqual(items.toSorted((left, right) => left.key - right.key));
        expect(pauses).toBeGreaterThanOrEqual(Math.floor(length / 1024));
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
