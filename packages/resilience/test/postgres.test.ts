import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecorder } from '../src/recorder.fixture.ts';
import { createResilience } from '../src/resilience.ts';
import { findPostgres, startPostgres } from '../../../test/servers/postgres.ts';
import type { RunningServer } from '../../../test/servers/database-server.ts';

const found = await findPostgres();
if ('missing' in found) process.stdout.write(`skipped: ${found.missing}\n`);

describe.skipIf('missing' in found)('watch, with a real PostgreSQL', () => {
  let server: RunningServer;
  let pool: Pool;

  beforeAll(async () => {
    if ('missing' in found) return;
    server = await startPostgres(found);
    pool = new Pool({
      port: server.port,
      host: '127.0.0.1',
      user: 'tester',
      database: 'postgres',
      max: 3,
    });
    pool.on('error', () => {});
  }, 60_000);
  afterAll(async () => {
    await pool?.end();
    await server?.dispose();
  });

  it('counts queries, transactions, a pool that is used up and a server that goes away', async () => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    const handle = resilience.watch(pool, { name: 'orders' });
    const value = (metric: string, labels = {}) => recorder.value(metric, { pool: 'orders', ...labels });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => pool.query('select 1 as one')));
    expect(answers.every(({ rows }) => rows[0].one === 1)).toBe(true);
    recorder.collect();
    expect(value('pool_wait_duration_seconds')).toBe(20);
    expect(value('pool_use_duration_seconds')).toBe(20);
    expect(value('pool_opened_connections_total')).toBe(3);
    expect(value('pool_connections', { state: 'idle' })).toBe(3);
    expect(value('pool_limit_connections')).toBe(3);

    const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    pool.options.connectionTimeoutMillis = 20;
    await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded');
    pool.options.connectionTimeoutMillis = 0;
    expect(value('pool_timeouts_total')).toBe(1);
    recorder.collect();
    expect(value('pool_connections', { state: 'used' })).toBe(3);
    for (const client of held) client.release(true);
    expect(value('pool_use_duration_seconds')).toBe(23);
    await expect.poll(() => value('pool_closed_connections_total')).toBe(3);

    await server.stop();
    await expect(pool.query('select 1')).rejects.toThrow('ECONNREFUSED');
    expect(value('pool_errors_total')).toBe(1);
    expect(resilience.status().watched).toMatchObject([{ state: 'unavailable', timeouts: 1, errors: 1 }]);
    handle.dispose();
    expect(recorder.page()).toEqual({});
  });
});
