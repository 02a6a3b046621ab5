/* oxlint-disable no-await-in-loop -- one operation after the other is what is counted */
import fc from 'fast-check';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Watcher } from '../watcher.ts';
import { fakePgClient, type FakeServer } from './fake-pg-client.fixture.ts';
import { pgPool, pgPoolWatcher, type PgPoolLike } from './pg.ts';
import { watchPool } from './pool-counts.fixture.ts';

function fakePool(config: PoolConfig) {
  const server: FakeServer = { refusal: undefined, gate: undefined };
  const pool = new Pool({ idleTimeoutMillis: 0, Client: fakePgClient(server), ...config } as PoolConfig);
  pool.on('error', () => {});
  return { pool, server };
}

/** Makes it as pools were before pg-pool 3.6, which have no event `release`. */
function silenced(pool: Pool): void {
  const emit = pool.emit.bind(pool) as (...args: unknown[]) => boolean;
  Object.assign(pool, { emit: (...args: unknown[]) => args[0] !== 'release' && emit(...args) });
}

const watchers = (watcher: Watcher<PgPoolLike>) =>
  [watcher] as readonly unknown[] as readonly Watcher<never>[];

describe('pgPool', () => {
  it('shows what the pool holds, and measures waiting and use', async () => {
    const { pool } = fakePool({ max: 2 });
    const { clock, recorder, counts, value } = watchPool(pool);
    const [one, other] = [await pool.connect(), await pool.connect()];
    const third = pool.connect();
    expect(counts()).toMatchObject({ used: 2, idle: 0, waiting: 1, limit: 2 });
    clock.ms = 3000;
    one.release();
    (await third).release();
    other.release();
    expect(counts()).toMatchObject({
      used: 0,
      idle: 2,
      waiting: 0,
      waits: 3,
      uses: 3,
      timeouts: 0,
      errors: 0,
    });
    expect(recorder.observations('pool_wait_duration_seconds', { pool: 'p' })).toEqual([0, 0, 3]);
    expect(recorder.observations('pool_use_duration_seconds', { pool: 'p' })).toEqual([3, 0, 3]);
    expect(value('pool_opened_connections_total')).toBe(2);
    await pool.end();
    expect(value('pool_closed_connections_total')).toBe(2);
  });

  it('measures queries of the pool, and connecting with a callback', async () => {
    const { pool } = fakePool({ max: 1 });
    const { counts } = watchPool(pool);
    await pool.query('select 1');
    const connected = Promise.withResolvers<void>();
    pool.connect((_error, _client, release) => {
      release();
      connected.resolve();
    });
    await connected.promise;
    expect(counts()).toMatchObject({ waits: 2, uses: 2, idle: 1 });
  });

  it('counts who waited in vain as a timeout, and says that the pool is exhausted', async () => {
    const { pool } = fakePool({ max: 1, connectionTimeoutMillis: 1 });
    const { clock, recorder, counts } = watchPool(pool);
    const client = await pool.connect();
    await expect(pool.connect()).rejects.toThrow('timeout exceeded');
    await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded');
    client.release();
    clock.ms = 5000;
    (await pool.connect()).release();
    expect(counts()).toMatchObject({ waits: 4, uses: 2, timeouts: 2, errors: 0 });
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'pool p: available to exhausted, Error: timeout exceeded when trying to connect',
      'pool p: exhausted to available, connections can be had again',
    ]);
  });

  it('counts connections that cannot be made as errors', async () => {
    const { pool, server } = fakePool({ max: 1 });
    const { recorder, counts } = watchPool(pool);
    server.refusal = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(pool.connect()).rejects.toBe(server.refusal);
    expect(counts()).toMatchObject({ waits: 0, errors: 1, timeouts: 0 });
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'pool p: available to unavailable, Error [ECONNREFUSED]: connect ECONNREFUSED',
    ]);
  });

  it('is down in health while requests fail, and degraded once none has for 10 s', async () => {
    const { pool, server } = fakePool({ max: 1 });
    const { clock, healthStatus } = watchPool(pool, [], 'down');
    server.refusal = new Error('refused');
    await expect(pool.connect()).rejects.toBe(server.refusal);
    clock.ms = 9999;
    expect(healthStatus()).toBe('down');
    clock.ms = 10_000;
    expect(healthStatus()).toBe('degraded');
    await expect(pool.connect()).rejects.toBe(server.refusal);
    expect(healthStatus()).toBe('down');
    clock.ms = 20_000;
    server.refusal = undefined;
    expect(healthStatus()).toBe('degraded');
    (await pool.connect()).release();
    expect(healthStatus()).toBe('up');
  });

  it('finds a connection that is not given back, once, and says where it was taken', async () => {
    const { pool } = fakePool({ max: 2 });
    const { clock, recorder, counts, value } = watchPool(
      pool,
      watchers(pgPoolWatcher({ overdueAfterMs: 10_000, keepSites: true })),
    );
    async function forgetful(): Promise<PoolClient> {
      return pool.connect();
    }
    const client = await forgetful();
    clock.ms = 10_000;
    counts();
    expect(value('pool_overdue_connections')).toBe(0);
    clock.ms = 61_000;
    counts();
    counts();
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([1, 1]);
    client.release();
    counts();
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([0, 1]);
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^pool p: connection_overdue, a connection is out of the pool for 61 s, taken at forgetful .*pg\.test\.ts/,
      ),
    ]);
  });

  it('finds one that came back late also when nobody looked meanwhile', async () => {
    const { pool } = fakePool({ max: 1 });
    const { clock, value } = watchPool(pool);
    const client = await pool.connect();
    clock.ms = 60_001;
    client.release();
    expect(value('pool_leaks_total')).toBe(1);
  });

  it('measures the use of connections, and finds no leaks, where the pool does not tell of what comes back', async () => {
    const { pool } = fakePool({ max: 1 });
    silenced(pool);
    const { clock, recorder, counts, value } = watchPool(pool);
    for (let at = 0; at < 2; at++) {
      const client = await pool.connect();
      clock.ms += 3000;
      client.release();
      expect(() => client.release()).toThrow('already been released');
      await pool.query('select 1');
      const connected = Promise.withResolvers<void>();
      pool.connect((_error, _client, release) => {
        clock.ms += 1000;
        release();
        connected.resolve();
      });
      await connected.promise;
    }
    clock.ms += 120_000;
    expect(counts()).toMatchObject({ waits: 6, uses: 6, used: 0 });
    expect(recorder.observations('pool_use_duration_seconds', { pool: 'p' })).toEqual([3, 0, 1, 3, 0, 1]);
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([0, 0]);
    expect(recorder.lines).toEqual([]);
    await pool.connect();
    clock.ms += 60_001;
    counts();
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([1, 1]);
  });

  it.each([
    { title: 'have no release', client: {} },
    { title: 'are frozen', client: Object.freeze({ release() {} }) },
  ])('finds no leaks where connections are not seen to come back, as they $title', async ({ client }) => {
    const { pool } = fakePool({ max: 1 });
    Object.assign(pool, { connect: () => Promise.resolve(client) });
    const { clock, counts, value } = watchPool(pool);
    expect(await pool.connect()).toBe(client);
    clock.ms = 120_000;
    expect(counts()).toMatchObject({ waits: 1, uses: 0 });
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([0, 0]);
  });

  it('follows a connection no longer that was removed', async () => {
    const { pool } = fakePool({ max: 1 });
    const { clock, counts, value } = watchPool(pool);
    const client = await pool.connect();
    pool.emit('remove', client);
    clock.ms = 120_000;
    counts();
    expect([value('pool_overdue_connections'), value('pool_leaks_total')]).toEqual([0, 0]);
    client.release();
  });

  it('leaves no listener and no hook', async () => {
    const { pool } = fakePool({ max: 1 });
    const events = () =>
      ['connect', 'acquire', 'release', 'remove', 'error'].map((event) => pool.listenerCount(event));
    const before = { own: Reflect.ownKeys(pool), events: events() };
    const { handle, recorder } = watchPool(pool);
    const client = await pool.connect();
    handle.dispose();
    client.release();
    expect({ own: Reflect.ownKeys(pool), events: events() }).toEqual(before);
    expect(recorder.page()).toEqual({});
  });

  it('counts exactly what happened in 10,000 random operations', async () => {
    const { pool, server } = fakePool({ max: 5 });
    const { counts } = watchPool(pool);
    const held: PoolClient[] = [];
    const model = { waits: 0, uses: 0, errors: 0 };
    const operations = fc.sample(fc.record({ what: fc.nat(9), at: fc.nat(4), fails: fc.boolean() }), {
      numRuns: 10_000,
      seed: 6,
    });
    for (const { what, at, fails } of operations) {
      if (what < 4 && held.length < 5) {
        server.refusal = fails ? new Error('refused') : undefined;
        try {
          held.push(await pool.connect());
          model.waits++;
        } catch {
          model.errors++;
        }
      } else if (what < 8 && held.length > 0) {
        const [client] = held.splice(at % held.length, 1);
        client!.release(fails && what === 7 ? new Error('broken') : undefined);
        model.uses++;
      } else if (what === 8 && held.length < 5 && pool.idleCount > 0) {
        await pool.query('select 1');
        model.waits++;
        model.uses++;
      }
    }
    expect(Object.values(model).every((count) => count > 50)).toBe(true);
    await new Promise(setImmediate);
    expect(counts()).toMatchObject({ ...model, used: held.length, timeouts: 0 });
  });

  it('names an option that is wrong', () => {
    expect(() => pgPoolWatcher({ overdueAfterMs: -1 })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        problem: expect.stringContaining('overdueAfterMs'),
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['the class', Pool],
    ['a client', { connect() {}, query() {}, on() {}, off() {} }],
  ])('does not take %s for a pool', (_, thing) => {
    expect(pgPool.recognises(thing)).toBe(false);
  });
});
