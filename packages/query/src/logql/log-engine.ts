import { QueryError } from '../query-error.ts';
import { defaultLimits } from '../limits.ts';
import type { QueryLimits } from '../limits.ts';
import type { Direction, LogSource } from './log-source.ts';
import { evaluateLogs } from './evaluate/log-evaluator.ts';
import { evaluateInstant, evaluateRange } from './evaluate/metric-query.ts';
import { createQueryBudget } from './evaluate/query-budget.ts';
import type { QueryBudget } from './evaluate/query-budget.ts';
import type { LogQueryResult } from './query-result.ts';
import { parseLogQuery } from './syntax/parse-query.ts';

export interface LogEngineOptions {
  readonly source: LogSource;
  /** What is not named has its default. */
  readonly limits?: Partial<QueryLimits>;
}

export interface InstantLogQuery {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  readonly signal?: AbortSignal;
}

export interface RangeLogQuery {
  /** Both since 1970 [ns]. Lines at `endNs` do not belong to a query of lines; a step may be at it. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Of a metric query, above 0. Default: a 250th of the range, 1 s at least. */
  readonly stepNs?: bigint;
  /** Most lines of the result. Default 100. */
  readonly limit?: number;
  /** Default `backward`: the newest lines first. */
  readonly direction?: Direction;
  /** Shortest time between two lines of the result [ns]. Default 0: all of them. */
  readonly intervalNs?: bigint;
  /** Whether metadata and parsed labels come with each line instead of among the labels of its stream. Default false. */
  readonly categorizeLabels?: boolean;
  readonly signal?: AbortSignal;
}

/** Evaluates LogQL. */
export interface LogEngine {
  /** A metric query at one time. */
  query(text: string, query: InstantLogQuery): Promise<LogQueryResult>;
  /** A metric query at many times, or a query of lines. */
  queryRange(text: string, query: RangeLogQuery): Promise<LogQueryResult>;
}

const noInstantLogs =
  'log queries are not supported as an instant query type, please change your query to a range query type';

/**
 * Creates an engine that reads from a source of log lines.
 *
 * @throws {QueryError} from its methods: `bad_data`, `execution`, `limit`, `timeout` or `canceled`
 */
export function createLogEngine({ source, limits: given = {} }: LogEngineOptions): LogEngine {
  const limits: QueryLimits = { ...defaultLimits, ...given };

  async function withBudget(
    signal: AbortSignal | undefined,
    run: (budget: QueryBudget) => Promise<LogQueryResult>,
  ): Promise<LogQueryResult> {
    const budget = createQueryBudget(limits, signal);
    try {
      return await run(budget);
    } finally {
      budget.dispose();
    }
  }

  return {
    async query(text, { timeNs, signal }) {
      const query = parseLogQuery(text);
      if (query.type === 'log') throw new QueryError('bad_data', noInstantLogs);
      return withBudget(signal, (budget) => evaluateInstant(query, timeNs, source, budget));
    },
    async queryRange(text, range) {
      const query = parseLogQuery(text);
      const { startNs, endNs, signal } = range;
      if (endNs < startNs)
        throw new QueryError('bad_data', 'end timestamp must not be before or equal to start time');
      if (query.type !== 'log') {
        const stepNs = range.stepNs ?? defaultStepNs(startNs, endNs);
        return withBudget(signal, (budget) =>
          evaluateRange(query, { startNs, endNs, stepNs }, source, budget),
        );
      }
      const { limit = 100, direction = 'backward', intervalNs = 0n, categorizeLabels = false } = range;
      return withBudget(signal, async (budget) => ({
        type: 'streams',
        streams: await evaluateLogs(
          query,
          { fromNs: startNs, toNs: endNs, limit, direction, intervalNs, categorizeLabels },
          source,
          budget,
        ),
      }));
    },
  };
}

/** As Loki chooses it: 250 steps, of whole seconds. */
function defaultStepNs(startNs: bigint, endNs: bigint): bigint {
  const seconds = (endNs - startNs) / 1_000_000_000n / 250n;
  return (seconds < 1n ? 1n : seconds) * 1_000_000_000n;
}
