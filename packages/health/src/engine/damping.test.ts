import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDamping } from './damping.ts';

type Found = 'up' | 'degraded' | 'down';
const ranks = { up: 0, degraded: 1, down: 2 } as const;
const words = ['up', 'degraded', 'down'] as const;

function through(
  failureThreshold: number,
  successThreshold: number,
  found: readonly Found[],
): readonly string[] {
  const damping = createDamping({ failureThreshold, successThreshold });
  return found.map((each) => damping.take(each));
}

/** What the rule says, written the long way round: every status from all that was found before it. */
function expected(failures: number, successes: number, found: readonly Found[]): readonly string[] {
  const given = found.map((each) => ranks[each]);
  const result: number[] = [];
  let since = 0;
  for (const [index, rank] of given.entries()) {
    const before = result.at(-1);
    if (before === undefined) {
      result.push(rank);
      continue;
    }
    const seen = given.slice(since, index + 1);
    const streakOf = (is: (each: number) => boolean): number[] =>
      seen.slice(seen.findLastIndex((each) => !is(each)) + 1);
    const worse = streakOf((each) => each > before);
    const better = streakOf((each) => each < before);
    const next =
      worse.length >= failures
        ? Math.min(...worse)
        : better.length >= successes
          ? Math.max(...better)
          : before;
    if (next !== before) since = index + 1;
    result.push(next);
  }
  return result.map((rank) => words[rank] ?? '');
}

describe('createDamping', () => {
  it('takes the first run for what the check is', () => {
    expect(through(3, 3, ['down'])).toEqual(['down']);
    expect(through(3, 3, ['up'])).toEqual(['up']);
  });

  it('goes down after 3 failures in a row, and up after 2 successes', () => {
    expect(through(3, 2, ['up', 'down', 'down', 'up', 'down', 'down', 'down', 'up', 'up'])).toEqual([
      'up',
      'up',
      'up',
      'up',
      'up',
      'up',
      'down',
      'down',
      'up',
    ]);
  });

  it('goes only as far down as every run in the row was', () => {
    expect(through(2, 1, ['up', 'degraded', 'down', 'down', 'down'])).toEqual([
      'up',
      'up',
      'degraded',
      'degraded',
      'down',
    ]);
  });

  it('follows every run with thresholds of 1', () => {
    const found: readonly Found[] = ['up', 'down', 'degraded', 'up', 'down'];
    expect(through(1, 1, found)).toEqual(found);
  });

  it('is what the rule says for every history', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom(...words), { maxLength: 40 }),
        (failures, successes, found) => {
          expect(through(failures, successes, found)).toEqual(expected(failures, successes, found));
        },
      ),
      { numRuns: 500 },
    );
  });
});
