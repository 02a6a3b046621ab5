/* oxlint-disable no-await-in-loop -- one operation after the other is what is counted */
import fc from 'fast-check';
import { Pool } from 'tarn';
import { describe, expect, it } from 'vitest';
import type { Watcher } from '../watcher.ts';
import { watchPool } from './pool-counts.fixture.ts';
import { tarnPool, tarnPoolWatcher } from './tarn.ts';

interface Resource {
  readonly is: string;
}

function makePool(options: { max: number; acquireTimeoutMillis?: number }) {
  const factory = { failure: undefined as Error | undefined };
  const pool = new Pool<Resource>({
    min: 0,
    create: async () => {
      if (factory.failure) throw factory.failure;
      return { is: 'a connection' };
    },
    destroy: async () => {},
    ...options,
  });
  return { pool, factory };
}

describe('tarnPool', () => {
  it('shows what the pool holds, and measures waiting and use', async () => {
    const { pool } = makePool({ max: 1 });
    const { clock, recorder, counts, value } = watchPool(pool);
    const one = await pool.acquire().promise;
    const next = pool.acquire().promise;
    expect(counts()).toMatchObject({ used: 1, idle: 0, waiting: 1, limit: 1 });
    clock.ms = 500;
    pool.release(one);
    pool.release(await next);
    expect(counts()).toMatchObject({
      used: 0,
      idle: 1,
      waiting: 0,
      waits: 2,
      uses: 2,
      timeouts: 0,
      errors: 0,
    });
    expect(recorder.observations('pool_wait_duration_seconds', { pool: 'p' })).toEqual([0, 0.5]);
    await pool.destroy();
    expect([value('pool_opened_connections_total'), value('pool_closed_connections_total')]).toEqual([1, 1]);
  });

  it('counts who waited in vain as a timeout, and what cannot be made as an error', async () => {
    const { pool, factory } = makePool({ max: 1, acquireTimeoutMillis: 5 });
    const { counts } = watchPool(pool);
    const one = await pool.acquire().promise;
    await expect(pool.acquire().promise).rejects.toThrow('timed out');
    expect(counts()).toMatchObject({ timeouts: 1, errors: 0 });
    pool.release(one);
    factory.failure = new Error('refused');
    await pool.destroy();
  });

  it('is down in health when somebody waited in vain, and degraded once nobody has for 10 s', async () => {
    const { pool } = makePool({ max: 1, acquireTimeoutMillis: 5 });
    const { clock, healthStatus } = watchPool(pool, [], 'down');
    const one = await pool.acquire().promise;
    await expect(pool.acquire().promise).rejects.toThrow('timed out');
    expect(healthStatus()).toBe('down');
    clock.ms = 10_000;
    expect(healthStatus()).toBe('degraded');
    pool.release(one);
    await pool.destroy();
  });

  it('finds a leak and says where it came from', async () => {
    const { pool } = makePool({ max: 1 });
    const watcher = tarnPoolWatcher({ overdueAfterMs: 10, keepSites: true });
    const { clock, recorder } = watchPool(pool, [watcher] as readonly unknown[] as readonly Watcher<never>[]);
    async function forgetful(): Promise<Resource> {
      return pool.acquire().promise;
    }
    const resource = await forgetful();
    clock.ms = 11;
    recorder.collect();
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining('taken at forgetful'),
    ]);
    pool.release(resource);
    await pool.destroy();
  });

  it('counts exactly what happened in 10,000 random operations, and leaves nothing behind', async () => {
    const { pool } = makePool({ max: 4 });
    const { counts, handle, recorder } = watchPool(pool);
    const held: Resource[] = [];
    const model = { waits: 0, uses: 0 };
    for (const { what, at } of fc.sample(fc.record({ what: fc.nat(7), at: fc.nat(3) }), {
      numRuns: 10_000,
      seed: 9,
    })) {
      if (what < 4 && held.length < 4) {
        held.push(await pool.acquire().promise);
        model.waits++;
      } else if (held.length > 0) {
        pool.release(held.splice(at % held.length, 1)[0]!);
        model.uses++;
      }
    }
    expect(model.uses).toBeGreaterThan(2000);
    expect(counts()).toMatchObject({ ...model, used: held.length, timeouts: 0, errors: 0 });
    handle.dispose();
    for (const each of held) pool.release(each);
    const emitter = (pool as unknown as { emitter: { eventNames(): unknown[] } }).emitter;
    expect(emitter.eventNames()).toEqual([]);
    expect(recorder.page()).toEqual({});
    await pool.destroy();
  });

  it.each([
    ['nothing', undefined],
    ['the class', Pool],
  ])('does not take %s for a pool', (_, thing) => {
    expect(tarnPool.recognises(thing)).toBe(false);
  });
});
