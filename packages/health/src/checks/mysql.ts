import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { clientError, hasMethods } from './client-shape.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import type { PoolNumbers } from './pool-numbers.ts';
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

export const mysqlCheckOptionsSchema = z.strictObject({
  /** Longest wait for a connection and the answer together [ms]. */
  timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
});
export type MysqlCheckOptions = z.input<typeof mysqlCheckOptionsSchema>;

/** A connection that was taken from a pool of `mysql2/promise`. */
export interface MysqlPoolConnection {
  ping(): Promise<unknown>;
  release(): void;
  destroy(): void;
}

/** What is used of a pool of `mysql2/promise`. */
export interface MysqlPool {
  getConnection(): Promise<MysqlPoolConnection>;
}

/** What is used of a connection of `mysql2/promise`. */
export interface MysqlConnection {
  ping(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
}

/** A pool or a connection of `mysql2`, the one with callbacks. */
export interface MysqlCallbackClient {
  promise(): MysqlPool | MysqlConnection;
}

/**
 * MySQL or MariaDB answers a ping, through a pool or a connection of `mysql2` or `mysql2/promise`.
 *
 * A pool that is exhausted is told from a server that does not answer, and the check holds one place in its queue at
 * most. A connection whose ping has no answer in time is closed, not given back.
 * With a pool, the details are its `size`, `available`, `pending` and `max`.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what is neither; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('mysql', { ...mysqlCheck(pool), critical: true });
 */
export function mysqlCheck(
  pool: MysqlPool | MysqlConnection | MysqlCallbackClient,
  options?: MysqlCheckOptions,
): BuiltInCheck {
  const { timeoutMs } = parseOptions('mysqlCheck', mysqlCheckOptionsSchema, options);
  const client = isMysql(pool, 'promise') ? (pool as MysqlCallbackClient).promise() : pool;
  if (isMysql(client, 'getConnection')) return poolCheckOf(client as MysqlPool, timeoutMs);
  if (isMysql(client, 'ping')) return connectionCheck(client as MysqlConnection, timeoutMs);
  throw clientError('mysqlCheck', pool, {
    expected: 'a pool or a connection of mysql2',
    fix: 'pass the pool itself, as in `mysqlCheck(createPool(options))`, and await a connection of mysql2/promise first',
  });
}

function isMysql(value: unknown, method: string): boolean {
  return hasMethods(value, method, 'query', 'execute');
}

const SEE_PROCESSES = 'see SHOW FULL PROCESSLIST for what the connections do';

function poolCheckOf(pool: MysqlPool, timeoutMs: number): BuiltInCheck {
  return pooledCheck<MysqlPoolConnection>({
    timeoutMs,
    take: () => pool.getConnection(),
    giveBack: (taken) => taken.release(),
    askOnce: pingOnce,
    readNumbers: () => numbersOf(pool),
    noAnswer: (afterMs) => `no answer to the ping after ${afterMs} ms: the server hangs`,
    hint: SEE_PROCESSES,
  });
}

async function pingOnce(connection: MysqlPoolConnection, stop: AbortSignal): Promise<void> {
  let answered = false;
  try {
    answered =
      (await unlessStopped(
        connection.ping().then(() => true),
        stop,
      )) === true;
  } finally {
    if (answered) connection.release();
    else connection.destroy();
  }
}

function connectionCheck(connection: MysqlConnection, timeoutMs: number): BuiltInCheck {
  const ping = createOutstanding(() => connection.ping());

  return timedCheck(timeoutMs, () => ({
    async work() {
      await ping();
      return up();
    },
    late: (afterMs) =>
      down(`no answer to the ping after ${afterMs} ms: the connection is busy or lost; ${SEE_PROCESSES}`),
    failed: (error) => down(`${failureText(error)}; a connection does not connect again, a pool does`),
  }));
}

/** mysql2 has no public numbers; when they are not where they were, there are none. */
function numbersOf(pool: MysqlPool): PoolNumbers | undefined {
  const core: unknown = Reflect.get(pool, 'pool');
  const size = numberAt(core, '_allConnections', 'length');
  const available = numberAt(core, '_freeConnections', 'length');
  const pending = numberAt(core, '_connectionQueue', 'length');
  const limit = numberAt(core, 'config', 'connectionLimit');
  if (size === undefined || available === undefined || pending === undefined || limit === undefined) {
    return undefined;
  }
  // 0 is no limit.
  return { size, available, pending, max: limit === 0 ? Number.POSITIVE_INFINITY : limit };
}

function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return typeof at === 'number' ? at : undefined;
}
