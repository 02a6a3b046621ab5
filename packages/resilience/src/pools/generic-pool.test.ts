/* oxlint-disable no-await-in-loop -- one operation after the other is what is counted */
import fc from 'fast-check';
import { createPool, type Options } from 'generic-pool';
import { describe, expect, it } from 'vitest';
import type { Watcher } from '../watcher.ts';
import { genericPool, genericPoolWatcher } from './generic-pool.ts';
import { watchPool } from './pool-counts.fixture.ts';

function makePool(options: Options) {
  const factory = {
    /** How many connections cannot be made; the pool tries again at once, for as long as somebody waits. */
    failures: 0,
    create: async () => {
      if (factory.failures-- > 0) throw new Error('refused');
      return { is: 'a connection' };
    },
    destroy: async () => {},
  };
  return { pool: createPool(factory, options), factory };
}

describe('genericPool', () => {
  it('shows what the pool holds, and measures waiting and use', async () => {
    const { pool } = makePool({ max: 1 });
    const { clock, recorder, counts } = watchPool(pool);
    const one = await pool.acquire();
    const next = pool.acquire();
    expect(counts()).toMatchObject({ used: 1, idle: 0, waiting: 1, limit: 1 });
    clock.ms = 500;
    await pool.release(one);
    await pool.destroy(await next);
    await pool.use(async () => {});
    expect(counts()).toMatchObject({ used: 0, waiting: 0, waits: 3, uses: 3, timeouts: 0, errors: 0 });
    expect(recorder.observations('pool_wait_duration_seconds', { pool: 'p' })).toEqual([0, 0.5, 0]);
    await pool.drain();
  });

  it('tells a timeout from a queue that is full, and from a connection that cannot be made', async () => {
    const { pool, factory } = makePool({ max: 1, acquireTimeoutMillis: 5, maxWaitingClients: 1 });
    const { recorder, counts } = watchPool(pool);
    const one = await pool.acquire();
    const second = pool.acquire();
    await expect(pool.acquire()).rejects.toThrow('max waitingClients');
    await expect(second).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(counts()).toMatchObject({ timeouts: 1, errors: 1 });
    await pool.destroy(one);
    factory.failures = 2;
    await pool.release(await pool.acquire());
    expect(counts()).toMatchObject({ timeouts: 1, errors: 3 });
    expect(recorder.lines[0]?.message).toMatch(/^pool p: available to (?:exhausted|unavailable)/);
  });

  it('is down in health when a connection cannot be made, and degraded once none has failed for 10 s', async () => {
    const { pool, factory } = makePool({ max: 1 });
    const { clock, healthStatus } = watchPool(pool, [], 'down');
    factory.failures = 1;
    await pool.destroy(await pool.acquire());
    expect(healthStatus()).toBe('down');
    clock.ms = 10_000;
    expect(healthStatus()).toBe('degraded');
    await pool.drain();
  });

  it('finds a leak and says where it came from', async () => {
    const { pool } = makePool({ max: 1 });
    const watcher = genericPoolWatcher({ overdueAfterMs: 10, keepSites: true });
    const { clock, recorder } = watchPool(pool, [watcher] as readonly unknown[] as readonly Watcher<never>[]);
    async function forgetful(): Promise<void> {
      await pool.acquire();
    }
    await forgetful();
    clock.ms = 11;
    recorder.collect();
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining('taken at forgetful'),
    ]);
  });

  it('leaves no listener and no hook', async () => {
    const { pool } = makePool({ max: 1 });
    const before = [Reflect.ownKeys(pool), pool.listenerCount('factoryCreateError')];
    const { handle, recorder } = watchPool(pool);
    const resource = await pool.acquire();
    handle.dispose();
    await pool.release(resource);
    expect([Reflect.ownKeys(pool), pool.listenerCount('factoryCreateError')]).toEqual(before);
    expect(recorder.page()).toEqual({});
  });

  it('counts exactly what happened in 10,000 random operations', async () => {
    const { pool } = makePool({ max: 4 });
    const { counts } = watchPool(pool);
    const held: { is: string }[] = [];
    const model = { waits: 0, uses: 0 };
    for (const { what, at } of fc.sample(fc.record({ what: fc.nat(8), at: fc.nat(3) }), {
      numRuns: 10_000,
      seed: 8,
    })) {
      if (what < 4 && held.length < 4) {
        held.push(await pool.acquire());
        model.waits++;
      } else if (what < 8 && held.length > 0) {
        const [resource] = held.splice(at % held.length, 1);
        await (what === 7 ? pool.destroy(resource!) : pool.release(resource!));
        model.uses++;
      } else if (held.length < 4) {
        await pool.use(async () => {});
        model.waits++;
        model.uses++;
      }
    }
    expect(model.uses).toBeGreaterThan(2000);
    expect(counts()).toMatchObject({ ...model, used: held.length, timeouts: 0, errors: 0 });
  });

  it.each([
    ['nothing', undefined],
    ['what makes pools', createPool],
    ['an emitter', process],
  ])('does not take %s for a pool', (_, thing) => {
    expect(genericPool.recognises(thing)).toBe(false);
  });
});
