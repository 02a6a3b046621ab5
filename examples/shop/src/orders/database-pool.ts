import { createPool } from 'generic-pool';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sightline } from '@sightline/bootstrap';
import type { Incident } from '../incidents.ts';
import { Problem } from '../service/problem.ts';
import { openTracedDatabase, type TracedDatabase } from './traced-database.ts';

/** A few connections to one database, shared by all requests. */
export interface DatabasePool<Connection> {
  /** @throws {Problem} 503 when no connection is free in time */
  use<Result>(query: (connection: Connection) => Result): Promise<Result>;
  suffer(incident: Incident): void;
  close(): Promise<void>;
}

const CONNECTIONS = 3;
/** Longest wait for a connection [ms]. */
const ACQUIRE_MS = 100;

/**
 * @param path a file, or `:memory:`
 * @param prepare makes of each new connection what queries use
 */
export async function createDatabasePool<Connection extends object>(
  path: string,
  prepare: (database: TracedDatabase) => Connection,
  watch: Sightline['watch'],
): Promise<DatabasePool<Connection>> {
  // Each connection to `:memory:` would have a database of its own.
  const shared = path === ':memory:' ? 'file:orders?mode=memory&cache=shared' : path;
  const databases = new WeakMap<Connection, TracedDatabase>();
  // It fails now if it ever does, and what is in memory lives for as long as one connection is open.
  const first = openTracedDatabase(shared);
  prepare(first);
  const pool = createPool<Connection>(
    {
      async create() {
        const database = openTracedDatabase(shared);
        const connection = prepare(database);
        databases.set(connection, database);
        return connection;
      },
      async destroy(connection) {
        databases.get(connection)?.close();
      },
    },
    { min: CONNECTIONS, max: CONNECTIONS, acquireTimeoutMillis: ACQUIRE_MS },
  );
  watch(pool, { name: 'orders' });
  await pool.ready();
  let over = new AbortController();

  /** A report that takes every connection at once, gives them back, and begins again. */
  async function hoard(heldMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const taken = await Promise.allSettled(Array.from({ length: CONNECTIONS }, () => pool.acquire()));
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(heldMs);
      for (const each of taken) if (each.status === 'fulfilled') void pool.release(each.value);
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(heldMs);
    }
  }

  return {
    async use(query) {
      const connection = await pool.acquire().catch((error: unknown) => {
        throw new Problem(503, 'The database is busy', { cause: error });
      });
      try {
        return query(connection);
      } finally {
        void pool.release(connection);
      }
    },
    suffer(next) {
      over.abort();
      over = new AbortController();
      if (next.kind === 'hoarding') void hoard(next.heldMs, over.signal);
    },
    async close() {
      over.abort();
      await pool.drain();
      await pool.clear();
      first.close();
    },
  };
}
