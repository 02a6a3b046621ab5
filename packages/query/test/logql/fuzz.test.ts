import { describe, expect, it } from 'vitest';
import { fuzzQueries } from './fuzz.ts';

/** A million takes a quarter of an hour: `SIGHTLINE_LONG_TESTS=true`. */
const count = process.env['SIGHTLINE_LONG_TESTS'] === 'true' ? 1_000_000 : 4000;

describe('createLogqlEngine', () => {
  it(`answers ${count} mutated queries, or says what is wrong with them`, async () => {
    const { failures, answered } = await fuzzQueries(count, 20_261_126);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(count / 50);
  }, 3_600_000);
});
