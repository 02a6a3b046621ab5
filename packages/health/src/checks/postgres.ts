import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { clientError, hasMethods } from './client-shape.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import { isPgPool, poolReader } from './pool-numbers.ts';
import { pooledCheck } from './pooled-check.ts';
import { unlessStopped } from './unless-stopped.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

export const postgresCheckOptionsSchema = z.strictObject({
  /** What is asked; that it is answered is all that counts. */
  query: z.string().min(1).default('SELECT 1'),
  /** Longest wait for a connection and the answer together [ms]. */
  timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
});
export type PostgresCheckOptions = z.input<typeof postgresCheckOptionsSchema>;

/** A connection that was taken from a pool of `pg`. */
export interface PostgresPoolClient {
  query(text: string): Promise<unknown>;
  release(destroy?: boolean | Error): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of a `Pool` of `pg`. */
export interface PostgresPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  connect(): Promise<PostgresPoolClient>;
}

/** What is used of a `Client` of `pg`. */
export interface PostgresClient {
  query(text: string): Promise<unknown>;
}

/**
 * PostgreSQL answers a query, through a `Pool` or a `Client` of `pg`.
 *
 * A pool that is exhausted is told from a server that does not answer, and the check holds one place in its queue at
 * most. A connection whose query has no answer in time is closed, not given back: who got it next would wait as well.
 * With a pool, the details are its `size`, `available`, `pending` and `max`.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what is neither; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('postgres', { ...postgresCheck(pool), critical: true });
 */
export function postgresCheck(
  pool: PostgresPool | PostgresClient,
  options?: PostgresCheckOptions,
): BuiltInCheck {
  const { query, timeoutMs } = parseOptions('postgresCheck', postgresCheckOptionsSchema, options);
  const readNumbers = isPgPool(pool) ? poolReader(pool) : undefined;
  if (readNumbers && hasMethods(pool, 'connect')) {
    return pooledCheck<PostgresPoolClient>({
      timeoutMs,
      take: () => (pool as PostgresPool).connect(),
      giveBack: (client) => client.release(),
      askOnce: (client, stop) => askOnce(client, query, stop),
      readNumbers,
      noAnswer: (afterMs) => `no answer to the query after ${afterMs} ms: ${SEE_ACTIVITY}`,
      hint: SEE_ACTIVITY,
    });
  }
  // A pool of mysql2 has `query` as well.
  if (hasMethods(pool, 'query', 'connect', 'end') && !hasMethods(pool, 'getConnection')) {
    return clientCheck(pool, query, timeoutMs);
  }
  throw clientError('postgresCheck', pool, {
    expected: 'a Pool or a Client of pg',
    fix: 'pass the pool itself, as in `postgresCheck(new Pool())`, not a connection string or what connect() gave',
  });
}

const SEE_ACTIVITY = 'see pg_stat_activity for what the connections do';

const ignore = (): void => {};

/** Asks, and gives the connection back; when it fails or nobody waits any more, the connection is closed. */
async function askOnce(client: PostgresPoolClient, query: string, stop: AbortSignal): Promise<void> {
  // Of a connection that is taken, its loss is an event: without a listener it would end the process.
  client.on('error', ignore);
  let answered = false;
  try {
    answered =
      (await unlessStopped(
        client.query(query).then(() => true),
        stop,
      )) === true;
  } finally {
    client.release(!answered);
    client.removeListener('error', ignore);
  }
}

function clientCheck(client: PostgresClient, query: string, timeoutMs: number): BuiltInCheck {
  const ask = createOutstanding(() => client.query(query));

  return timedCheck(timeoutMs, () => ({
    async work() {
      await ask();
      return up();
    },
    late: (afterMs) =>
      down(`no answer to the query after ${afterMs} ms: the connection is busy or lost; ${SEE_ACTIVITY}`),
    failed: (error) => down(`${failureText(error)}; a Client does not connect again, a Pool does`),
  }));
}
