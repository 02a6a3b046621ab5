import { QueryError } from '../../src/query-error.ts';
import { createLogqlEngine } from '../../src/logql/index.ts';
import { memoryOf } from './answers.ts';
import { createRandom, dataEndNs, dataStartNs, logData } from './log-data.ts';
import { mutateQuery } from './mutate.ts';
import { errorCases } from './error-cases.ts';
import { logCases } from './log-cases.ts';
import { metricCases } from './metric-cases.ts';
import { generateLogQuery, generateMetricQuery } from './query-generator.ts';

export interface FuzzReport {
  readonly queries: number;
  /** Queries that gave a result; the others ended with a `QueryError`. */
  readonly answered: number;
  /** Queries that ended in any other way, or took longer than they may. */
  readonly failures: readonly string[];
  /** Of the slowest query [ms]. */
  readonly slowestMs: number;
}

/** Longest time a query may take [ms]; some more than its own limit, as the clock is looked at from time to time. */
const limitMs = 1000;
const patienceMs = 4 * limitMs;

/** Runs mutated queries over a few lines of all kinds. */
export async function fuzzQueries(count: number, seed: number): Promise<FuzzReport> {
  const random = createRandom(seed);
  const engine = createLogqlEngine({ source: memoryOf(logData(seed, 3)), limits: { timeoutMs: limitMs } });
  const table = [...logCases, ...metricCases, ...errorCases];
  const failures: string[] = [];
  let answered = 0;
  let slowestMs = 0;
  for (let done = 0; done < count; done += 1) {
    const origin = random.below(3);
    const base =
      origin === 0
        ? random.pick(table)
        : origin === 1
          ? generateLogQuery(random)
          : generateMetricQuery(random);
    const query = mutateQuery(base, random);
    const startMs = performance.now();
    try {
      const range = { startNs: dataStartNs, endNs: dataEndNs, stepNs: 120_000_000_000n };
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      await (random.below(4) === 0
        ? engine.instant(query, { timeNs: dataEndNs })
        : engine.range(query, range));
      answered += 1;
    } catch (error) {
      if (!(error instanceof QueryError))
        failures.push(`${query}\n${error instanceof Error ? error.stack : String(error)}`);
    }
    const tookMs = performance.now() - startMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > patienceMs) failures.push(`${query}\ntook ${tookMs} ms`);
  }
  return { queries: count, answered, failures, slowestMs };
}
