import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askEngine, askPrometheus, difference } from './query-prometheus/compare.ts';
import { type TestQuery, testQueries } from './query-prometheus/generate.ts';
import { type Pair, releases, startPair } from './query-prometheus/servers.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Queries of each release. */
const QUERIES = isLong ? 20_000 : 400;
const TIMEOUT_MS = isLong ? 900_000 : 60_000;
/** Of the data; that of the queries is printed when one fails. */
const DATA_SEED = 7;

describe.each(releases)('createPromqlEngine beside $name', (release) => {
  let pair: Pair | undefined;
  let missing = '';

  beforeAll(async () => {
    const started = await startPair(release, DATA_SEED);
    if ('missing' in started) missing = started.missing;
    else pair = started;
  }, TIMEOUT_MS);

  afterAll(() => pair?.stop());

  async function differenceOf({ url, engine }: Pair, query: TestQuery): Promise<string | undefined> {
    const [theirs, ours] = await Promise.all([askPrometheus(url, query), askEngine(engine, query)]);
    return difference(theirs, ours);
  }

  it(
    `gives the same answer within 1e-12, or the same class of error, for ${QUERIES} generated queries`,
    async ({ skip }) => {
      skip(pair === undefined, missing);
      const both = pair as Pair;
      const seed = Number(process.env['SIGHTLINE_QUERY_SEED'] ?? 1);
      // The smallest query that fails is printed with its seed.
      await fc.assert(
        fc.asyncProperty(testQueries(release.dialect), async (query) => {
          expect(await differenceOf(both, query)).toBeUndefined();
        }),
        { numRuns: QUERIES, seed },
      );
    },
    TIMEOUT_MS,
  );

  it.for([
    'sum by (',
    'rate(requests_total)',
    '1 > 2',
    'up + on (job) up',
    'up and 1',
    'nothing{',
    '"text" + 1',
    'topk(NaN, up)',
    'label_replace(up, "x", "$1", "job", "(")',
    'count_values("", up)',
    'up offset 1m offset 2m',
    '{}',
  ])('ends %s with the same class of error', async (query, { skip }) => {
    skip(pair === undefined, missing);
    const startMs = 1_700_003_400_000;
    const asked = { query, startMs, endMs: startMs, stepMs: 0 };
    expect(await differenceOf(pair as Pair, asked)).toBeUndefined();
  });
});
