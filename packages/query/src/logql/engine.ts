import { parseOptions } from '@sightline/errors';
import { QueryError } from '../query-error.ts';
import type { Direction } from './log-source.ts';
import { logqlOptionsSchema } from './options.ts';
import type { LogqlOptions } from './options.ts';
import { evaluateLogs } from './evaluate/log-evaluator.ts';
import { evaluateInstant, evaluateRange } from './evaluate/metric-query.ts';
import { createQueryBudget } from './evaluate/query-budget.ts';
import type { QueryBudget } from './evaluate/query-budget.ts';
import type { LogqlResult } from './result.ts';
import { parseLogql } from './syntax/parse-query.ts';

export interface InstantLogql {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  readonly signal?: AbortSignal;
}

export interface RangeLogql {
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

/** Evaluates LogQL. Each method rejects with a `QueryError`. */
export interface LogqlEngine {
  /** A metric query at one time. */
  instant(query: string, options: InstantLogql): Promise<LogqlResult>;
  /** A metric query at many times, or a query of lines. */
  range(query: string, options: RangeLogql): Promise<LogqlResult>;
}

const noInstantLogs =
  'log queries are not supported as an instant query type, please change your query to a range query type';

/**
 * @example
 * const engine = createLogqlEngine({ source: createMemoryLogs() });
 * const result = await engine.instant('sum by (app) (rate({env="prod"}[5m]))', { timeNs: BigInt(Date.now()) * 1_000_000n });
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 */
export function createLogqlEngine(options: LogqlOptions): LogqlEngine {
  const { source, limits } = parseOptions('createLogqlEngine', logqlOptionsSchema, options);

  async function withBudget(
    signal: AbortSignal | undefined,
    run: (budget: QueryBudget) => Promise<LogqlResult>,
  ): Promise<LogqlResult> {
    const budget = createQueryBudget(limits, signal);
    try {
      // For one that nobody waits for any more, nothing is read.
      await budget.pause();
      return await run(budget);
    } catch (error) {
      throw asQueryError(error);
    } finally {
      budget.dispose();
    }
  }

  return {
    async instant(text, { timeNs, signal }) {
      const query = parseLogql(text);
      if (query.type === 'log') throw new QueryError('bad_data', noInstantLogs);
      return withBudget(signal, (budget) => evaluateInstant(query, timeNs, source, budget));
    },
    async range(text, range) {
      const query = parseLogql(text);
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

/** What the source threw, or what nobody thought of, is an error of the query too. */
function asQueryError(error: unknown): QueryError {
  if (error instanceof QueryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new QueryError('execution', message, undefined, { cause: error });
}
