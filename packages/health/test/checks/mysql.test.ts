/* oxlint-disable no-await-in-loop -- one run after the other is what is tested */
import { createPool as createCallbackPool } from 'mysql2';
import { createConnection, createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { mysqlCheck } from '../../src/checks/index.ts';
import { findMariadb, startMariadb } from '../../../../test/servers/mariadb.ts';
import type { RunningServer } from '../../../../test/servers/database-server.ts';
import { runCheck, untilUp } from '../../src/checks/run-check.fixture.ts';

const found = await findMariadb();

/** For a check whose end is not its time: a busy machine may take long. */
const patient = { timeoutMs: 59_900 };

describe('mysqlCheck with a real MariaDB', () => {
  let server: RunningServer;

  beforeAll(async () => {
    if ('missing' in found) return;
    server = await startMariadb(found);
  }, 60_000);

  afterAll(async () => {
    await server?.dispose();
  });

  beforeEach((ctx) => {
    if ('missing' in found) ctx.skip(found.missing);
  });

  function poolOf(options: PoolOptions = {}): Pool {
    const pool = createPool({ host: '127.0.0.1', port: server.port, user: 'tester', ...options });
    onTestFinished(() => pool.end());
    return pool;
  }

  it('is up, then down while the server is stopped, then up again, with one connection at the end', async () => {
    const check = mysqlCheck(poolOf(), patient);
    const up = { status: 'up', details: { size: 1, available: 1, pending: 0, max: 10 } };
    expect(await runCheck(check)).toEqual(up);

    await server.stop();
    expect((await runCheck(check)).status).toBe('down');
    const again = await runCheck(check);
    expect(again.reason).toBe(
      `connection refused at 127.0.0.1:${server.port}: nothing listens there (ECONNREFUSED)`,
    );
    expect(again.details).toMatchObject({ available: 0, pending: 0 });

    await server.start();
    for (let run = 0; run < 3; run++) expect((await runCheck(check)).status).toBe('up');
    expect(await runCheck(check)).toEqual(up);
  });

  it('says that the pool is exhausted, waits in one place however often it runs, and gives back what comes late', async () => {
    const pool = poolOf({ connectionLimit: 2 });
    const check = mysqlCheck(pool, { timeoutMs: 20 });
    const held = [await pool.getConnection(), await pool.getConnection()];
    for (let run = 0; run < 4; run++) {
      const { status, reason, details } = await runCheck(check);
      expect(status).toBe('down');
      expect(reason).toMatch(
        /^the pool is exhausted, no connection after \d+ ms: all 2 are in use and 1 callers wait; see SHOW FULL PROCESSLIST/,
      );
      expect(details).toEqual({ size: 2, available: 0, pending: 1, max: 2 });
    }
    for (const connection of held) connection.release();
    await untilUp(check);
    expect((await runCheck(mysqlCheck(pool, patient))).details).toEqual({
      size: 2,
      available: 2,
      pending: 0,
      max: 2,
    });
  });

  it('closes a connection whose ping has no answer in time, and is up when the server goes on', async () => {
    const pool = poolOf();
    const check = mysqlCheck(pool, { timeoutMs: 50 });
    await runCheck(mysqlCheck(pool, patient));
    await server.hang();
    try {
      const { reason, details } = await runCheck(check);
      expect(reason).toMatch(/^no answer to the ping after \d+ ms: the server hangs$/);
      expect(details).toMatchObject({ available: 0 });
      expect((await runCheck(check)).reason).toMatch(/^no connection after \d+ ms/);
    } finally {
      server.goOn();
    }
    const { details } = await untilUp(check);
    expect(details).toMatchObject({ size: 1, pending: 0 });
  });

  it('takes a pool with callbacks, a single connection and one with callbacks', async () => {
    const pool = createCallbackPool({ host: '127.0.0.1', port: server.port, user: 'tester' });
    onTestFinished(() => pool.end());
    expect((await runCheck(mysqlCheck(pool, patient))).status).toBe('up');
    const connection = await createConnection({ host: '127.0.0.1', port: server.port, user: 'tester' });
    expect(await runCheck(mysqlCheck(connection, patient))).toEqual({ status: 'up', details: undefined });
    await connection.end();
    const closed = await runCheck(mysqlCheck(connection, patient));
    expect(closed.status).toBe('down');
    expect(closed.reason).toMatch(/; a connection does not connect again, a pool does$/);
  });
});
