/* oxlint-disable no-await-in-loop -- one query after the other, so that each has its own time */
import { QueryError } from '../../src/query-error.ts';
import { createHistogram } from '../../src/promql/histogram/index.ts';
import { createMemorySeries, type MemorySeries } from '../../src/promql/memory-series.ts';
import { createPromqlEngine } from '../../src/promql/engine.ts';
import { mutated } from './mutate.ts';

const START_MS = 1_700_000_000_000;

function fuzzData(): MemorySeries {
  const series = createMemorySeries();
  for (let at = 0; at < 80; at += 1) {
    const timeMs = START_MS + at * 15_000;
    for (const instance of ['a:1', 'b:1', 'c:1']) {
      const target = { job: 'api', instance };
      series.append({ __name__: 'up', ...target }, timeMs, at % 7 === 0 ? 0 : 1);
      series.append(
        { __name__: 'memory_bytes', ...target },
        timeMs,
        at % 11 === 0 ? Number.NaN : at * 8 - 200,
      );
      series.append({ __name__: 'build_info', ...target, version: 'v1' }, timeMs, 1);
      series.append({ __name__: 'target_info', ...target, version: 'v1' }, timeMs, 1);
      series.append({ __name__: 'requests_total', ...target, route: '/' }, timeMs, at % 30, timeMs - 1000);
      for (const le of ['0.1', '1', '+Inf']) {
        series.append(
          { __name__: 'duration_seconds_bucket', ...target, route: '/', le },
          timeMs,
          at * le.length,
        );
      }
    }
    series.append({ __name__: 'limit' }, timeMs, 42);
    const parts = {
      schema: 1,
      count: at * 3,
      sum: at,
      positiveSpans: [{ offset: 0, length: 2 }],
      positiveBuckets: [at, at * 2],
    };
    series.append({ __name__: 'latency', job: 'api' }, timeMs, createHistogram(parts));
  }
  return series;
}

export interface FuzzReport {
  readonly queries: number;
  readonly answered: number;
  /** Queries that ended with anything but an error of their own, or much later than they may. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
}

/** Longest time of one query [ms], and how much longer it may take until it ends. */
const TIMEOUT_MS = 1000;
const GRACE_MS = 1000;

/**
 * Runs queries that are made of right ones by chance.
 *
 * @param below a whole number below its argument
 */
export async function fuzz(queries: number, below: (bound: number) => number): Promise<FuzzReport> {
  const engine = createPromqlEngine({
    source: fuzzData(),
    limits: { timeoutMs: TIMEOUT_MS, maxSamples: 2_000_000 },
    startTimestamps: below(2) === 0,
  });
  const faults: string[] = [];
  let answered = 0;
  let slowestMs = 0;
  for (let count = 0; count < queries; count += 1) {
    const query = mutated(below);
    const startedMs = performance.now();
    try {
      const startMs = START_MS + below(80) * 15_000;
      if (below(2) === 0) await engine.instant(query, { timeMs: startMs });
      else await engine.range(query, { startMs, endMs: startMs + below(20) * 15_000, stepMs: 15_000 });
      answered += 1;
    } catch (error) {
      const isFault =
        !(error instanceof QueryError) ||
        (error.cause instanceof Error &&
          !(error.cause instanceof QueryError) &&
          error.cause.name !== 'RE2JSSyntaxException');
      if (isFault)
        faults.push(
          `${JSON.stringify(query)}: ${String(error)} ${(error as Error).cause instanceof Error ? String(((error as Error).cause as Error).stack).slice(0, 300) : ''}`,
        );
    }
    const tookMs = performance.now() - startedMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > TIMEOUT_MS + GRACE_MS)
      faults.push(`${JSON.stringify(query)}: took ${Math.round(tookMs)} ms`);
  }
  return { queries, answered, faults, slowestMs };
}
