/* oxlint-disable no-await-in-loop -- one run after the other is what is tested */
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { postgresCheck } from '../../src/checks/index.ts';
import { findPostgres, startPostgres } from '../../../../test/servers/postgres.ts';
import type { RunningServer } from '../../../../test/servers/database-server.ts';
import { runCheck, until, untilUp } from '../../src/checks/run-check.fixture.ts';

const found = await findPostgres();

/** For a check whose end is not its time: a busy machine may take long. */
const patient = { timeoutMs: 59_900 };

describe('postgresCheck with a real server', () => {
  let server: RunningServer;

  beforeAll(async () => {
    if ('missing' in found) return;
    server = await startPostgres(found);
  }, 60_000);

  afterAll(async () => {
    await server?.dispose();
  });

  beforeEach((ctx) => {
    if ('missing' in found) ctx.skip(found.missing);
  });

  function poolOf(config: pg.PoolConfig = {}): pg.Pool {
    const pool = new pg.Pool({
      host: '127.0.0.1',
      port: server.port,
      user: 'tester',
      database: 'postgres',
      ...config,
    });
    // Of an idle connection, its loss is an event of the pool.
    pool.on('error', () => {});
    onTestFinished(() => pool.end());
    return pool;
  }

  async function clientOf(): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: server.port,
      user: 'tester',
      database: 'postgres',
    });
    client.on('error', () => {});
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  /** Connections of the pools under test that the server has, and what of them runs a query. */
  async function connections(): Promise<{ readonly all: number; readonly active: number }> {
    const watcher = new pg.Client({
      host: '127.0.0.1',
      port: server.port,
      user: 'tester',
      database: 'postgres',
      application_name: 'watcher',
    });
    await watcher.connect();
    const { rows } = await watcher.query<{ all: number; active: number }>(
      "select count(*)::int as all, count(*) filter (where state = 'active')::int as active from pg_stat_activity where backend_type = 'client backend' and application_name <> 'watcher'",
    );
    await watcher.end();
    return rows[0] ?? { all: -1, active: -1 };
  }

  it('is up, then down while the server is stopped, then up again, with one connection at the end', async () => {
    const pool = poolOf();
    const check = postgresCheck(pool, patient);
    expect(await runCheck(check)).toEqual({
      status: 'up',
      details: { size: 1, available: 1, pending: 0, max: 10 },
    });

    await server.stop();
    const stopped = await runCheck(check);
    expect(stopped.status).toBe('down');
    // The first run after the stop may still meet the old connection.
    const again = await runCheck(check);
    expect(again.reason).toBe(
      `connection refused at 127.0.0.1:${server.port}: nothing listens there (ECONNREFUSED)`,
    );
    expect(again.details).toEqual({ size: 0, available: 0, pending: 0, max: 10 });

    await server.start();
    for (let run = 0; run < 5; run++) expect((await runCheck(check)).status).toBe('up');
    expect({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }).toEqual({
      total: 1,
      idle: 1,
      waiting: 0,
    });
    expect(await connections()).toEqual({ all: 1, active: 0 });
  });

  it('says that the pool is exhausted, waits in one place however often it runs, and gives back what comes late', async () => {
    const pool = poolOf({ max: 2 });
    const check = postgresCheck(pool, { timeoutMs: 20 });
    const held = [await pool.connect(), await pool.connect()];
    for (let run = 0; run < 4; run++) {
      const { status, reason, details } = await runCheck(check);
      expect(status).toBe('down');
      expect(reason).toMatch(
        /^the pool is exhausted, no connection after \d+ ms: all 2 are in use and 1 callers wait; see pg_stat_activity for what the connections do, and whether every connection is released$/,
      );
      expect(details).toEqual({ size: 2, available: 0, pending: 1, max: 2 });
    }
    for (const client of held) client.release();
    await until(() => pool.idleCount === 2);
    expect(pool.waitingCount).toBe(0);
    expect((await runCheck(postgresCheck(pool, patient))).status).toBe('up');
  });

  it('says that the pool is exhausted also when the pool itself gives up first', async () => {
    const pool = poolOf({ max: 1 });
    const held = await pool.connect();
    // Only now: how long it takes to connect is up to the machine.
    pool.options.connectionTimeoutMillis = 20;
    const { reason } = await runCheck(postgresCheck(pool, patient));
    expect(reason).toMatch(
      /^the pool is exhausted, timeout exceeded when trying to connect: all 1 are in use/,
    );
    held.release();
  });

  it('closes a connection whose query has no answer in time, and leaves no listener on it', async () => {
    const pool = poolOf();
    (await pool.connect()).release();
    const clients: pg.PoolClient[] = [];
    pool.on('acquire', (client) => clients.push(client));
    const { status, reason } = await runCheck(
      postgresCheck(pool, { query: 'SELECT pg_sleep(60)', timeoutMs: 100 }),
    );
    expect(status).toBe('down');
    expect(reason).toMatch(/^no answer to the query after \d+ ms: see pg_stat_activity/);
    await until(() => pool.totalCount === 0);
    expect(clients).toHaveLength(1);
    expect(pool.idleCount).toBe(0);
  });

  it('gives the connection back without a listener of its own when it is up', async () => {
    const pool = poolOf();
    const idleClient = await pool.connect();
    idleClient.release();
    const before = idleClient.listenerCount('error');
    const check = postgresCheck(pool, patient);
    for (let run = 0; run < 20; run++) await runCheck(check);
    expect(idleClient.listenerCount('error')).toBe(before);
    expect(pool.totalCount).toBe(1);
  });

  it('ends at once when its signal aborts, and closes the connection', async () => {
    const pool = poolOf();
    const stop = new AbortController();
    const { active: before } = await connections();
    const running = runCheck(postgresCheck(pool, { query: 'SELECT pg_sleep(60)', ...patient }), stop.signal);
    await until(async () => (await connections()).active === before + 1);
    stop.abort();
    expect((await running).status).toBe('down');
    await until(() => pool.totalCount === 0);
  });

  it('survives that the server is stopped while it waits for the answer', async () => {
    const pool = poolOf();
    const { active: before } = await connections();
    const running = runCheck(postgresCheck(pool, { query: 'SELECT pg_sleep(60)', ...patient }));
    await until(async () => (await connections()).active === before + 1);
    await server.stop();
    expect(await running).toMatchObject({
      status: 'down',
      reason: 'terminating connection due to administrator command',
      details: { size: 0, pending: 0 },
    });
    await server.start();
    expect((await runCheck(postgresCheck(pool, patient))).status).toBe('up');
  });

  it('survives that its connection is cut while it waits for the answer', async () => {
    const proxy = await silentProxy(server.port);
    onTestFinished(() => proxy.close());
    const pool = poolOf({ port: proxy.port });
    const { active: before } = await connections();
    const running = runCheck(postgresCheck(pool, { query: 'SELECT pg_sleep(60)', ...patient }));
    await until(async () => (await connections()).active === before + 1);
    proxy.close();
    expect(await running).toMatchObject({
      status: 'down',
      reason: 'Connection terminated unexpectedly',
      details: { size: 0, pending: 0 },
    });
  });

  it('is down within its time when the server takes connections and says nothing, and up when it talks again', async () => {
    const proxy = await silentProxy(server.port);
    onTestFinished(() => proxy.close());
    const pool = poolOf({ port: proxy.port });
    const check = postgresCheck(pool, { timeoutMs: 100 });
    proxy.silent = true;
    for (let run = 0; run < 3; run++) {
      const { reason, details } = await runCheck(check);
      expect(reason).toMatch(/^no connection after \d+ ms: see that the server runs and can be reached$/);
      // One attempt is under way; it is not one more with each run.
      expect(details).toMatchObject({ size: 1, available: 0, pending: 0 });
    }
    proxy.speak();
    await untilUp(check);
    expect(pool.totalCount).toBe(1);
  });

  it('says what the server refuses', async () => {
    const { status, reason } = await runCheck(postgresCheck(poolOf({ database: 'nowhere' }), patient));
    expect({ status, reason }).toEqual({ status: 'down', reason: 'database "nowhere" does not exist' });
    const wrong = await runCheck(postgresCheck(poolOf(), { query: 'SELECT * FROM nothing', ...patient }));
    expect(wrong.reason).toBe('relation "nothing" does not exist');
  });

  it('asks through a single Client, queues once, and says that it does not connect again', async () => {
    const [client, other] = await Promise.all([clientOf(), clientOf()]);
    expect(await runCheck(postgresCheck(client, patient))).toEqual({ status: 'up', details: undefined });

    await other.query('SELECT pg_advisory_lock(1)');
    const slow = client.query('SELECT pg_advisory_lock(1)');
    const check = postgresCheck(client, { timeoutMs: 20 });
    for (let run = 0; run < 3; run++) {
      expect((await runCheck(check)).reason).toMatch(
        /^no answer to the query after \d+ ms: the connection is busy/,
      );
    }
    await other.query('SELECT pg_advisory_unlock(1)');
    await slow;
    expect((await runCheck(postgresCheck(client, patient))).status).toBe('up');

    await server.stop();
    await server.start();
    const lost = await runCheck(postgresCheck(client, patient));
    expect(lost.status).toBe('down');
    expect(lost.reason).toMatch(/; a Client does not connect again, a Pool does$/);
  });
});

/** Passes bytes on to a server, or swallows them. */
async function silentProxy(
  port: number,
): Promise<{ readonly port: number; silent: boolean; speak(): void; close(): void }> {
  const pairs: [Socket, Socket][] = [];
  const held: (() => void)[] = [];
  const state = { silent: false };
  const server = createServer((socket) => {
    const upstream = connectSocket(port, '127.0.0.1');
    pairs.push([socket, upstream]);
    for (const each of [socket, upstream]) each.on('error', () => {});
    const join = (): void => void socket.pipe(upstream).pipe(socket);
    if (state.silent) held.push(join);
    else join();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get silent() {
      return state.silent;
    },
    set silent(value) {
      state.silent = value;
    },
    speak() {
      state.silent = false;
      for (const join of held.splice(0)) join();
    },
    close() {
      server.close();
      for (const socket of pairs.flat()) socket.destroy();
    },
  };
}
