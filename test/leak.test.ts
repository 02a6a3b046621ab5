import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HuntResult, huntLeaks } from './leak/hunt.ts';
import { LEAK_RESULTS, type LeakResults } from './leak/leak-table.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const CASES = isLong ? 10_000 : 250;
/** The same ones on every run in CI: `node test/leak/run.ts` makes new ones each time. */
const SEED = 12;

describe(`${CASES} secrets planted wherever data enters a service`, () => {
  let result: HuntResult;
  beforeAll(
    async () => {
      result = await huntLeaks({ cases: CASES, seed: SEED });
    },
    isLong ? 1_800_000 : 120_000,
  );

  it('are heard, each of them, and throw nothing into the service', () => {
    expect(result.unheard).toEqual([]);
    expect(result.threw).toEqual([]);
    expect(result.cases.length).toBeGreaterThan(CASES);
    expect(result.places).toBeGreaterThan(100);
  });

  it('are in nothing that leaves it, not encoded and not cut short either', () => {
    expect(result.leaks.map(({ of: { place, kind }, form, exit }) => [place, kind, form, exit])).toEqual([]);
  });

  it.each([
    ['standard output', 100_000],
    ['files', 100_000],
    ['spool', 100_000],
    ['Loki', 100_000],
    ['OTLP /v1/traces', 10_000],
    ['OTLP /v1/logs', 100_000],
    ['OTLP /v1/metrics', 10_000],
    ['/metrics', 10_000],
    ['/status', 10_000],
    ['/health', 100],
    ['notifications', 100],
    ['the embedded stack', 100_000],
    ['/debug/cpuprofile?seconds=2', 10_000],
  ])('are looked for in what leaves by %s', (exit, bytes) => {
    expect(result.searched.get(exit) ?? 0).toBeGreaterThan(bytes);
  });
});

describe('the tables of what was searched', () => {
  it('are of a run that found nothing, and heard of every case', () => {
    const { entries, unheard, threw, cases } = JSON.parse(readFileSync(LEAK_RESULTS, 'utf8')) as LeakResults;
    expect(Object.values(entries).reduce((sum, { found }) => sum + found, 0)).toBe(0);
    expect([unheard, threw, cases >= 10_000]).toEqual([0, 0, true]);
  });
});
