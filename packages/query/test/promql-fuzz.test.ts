import { describe, expect, it } from 'vitest';
import { fuzz } from './promql-fuzz/run.ts';

/** A million of them, by hand: `SIGHTLINE_FUZZ_QUERIES=1000000`. */
const QUERIES = Number(process.env['SIGHTLINE_FUZZ_QUERIES'] ?? 3000);

/** Source: https://en.wikipedia.org/wiki/Linear_congruential_generator, the numbers of Numerical Recipes */
function createBelow(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * bound);
  };
}

describe('createPromqlEngine', () => {
  it(
    `ends each of ${QUERIES} mutated queries with a result or an error of its own, in time`,
    async () => {
      const seed = Number(process.env['SIGHTLINE_FUZZ_SEED'] ?? 1);
      const report = await fuzz(QUERIES, createBelow(seed));
      expect(report.faults).toEqual([]);
      expect(report.answered).toBeGreaterThan(QUERIES / 50);
    },
    Math.max(60_000, QUERIES * 20),
  );
});
