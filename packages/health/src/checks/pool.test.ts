import { createPool } from 'generic-pool';
import pg from 'pg';
import { Pool as TarnPool } from 'tarn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { poolCheck } from './pool.ts';

function numbers(pending: number, { size = 10, available = 0, max = 10 } = {}) {
  return { size, available, pending, max };
}

describe('poolCheck', () => {
  it.each([
    { pending: 0, status: 'up', waitingRatio: 0 },
    { pending: 9, status: 'up', waitingRatio: 9 / 19 },
    { pending: 10, status: 'degraded', waitingRatio: 0.5 },
    { pending: 89, status: 'degraded', waitingRatio: 89 / 99 },
    { pending: 90, status: 'down', waitingRatio: 0.9 },
  ])('is $status when $pending wait for 10', ({ pending, status, waitingRatio }) => {
    const result = poolCheck(numbers(pending)).check();
    expect(result).toMatchObject({ status, details: { pending, waitingRatio } });
    const reason = `${pending} callers wait, 10 of at most 10 are in use: see what holds them so long, or raise the maximum`;
    expect(result.reason).toBe(status === 'up' ? undefined : reason);
  });

  it('takes 10 for the most that a pool of pg has when it was told nothing', () => {
    const pool = { totalCount: 10, idleCount: 0, waitingCount: 10 };
    for (const options of [{}, undefined]) {
      const { details } = poolCheck({ ...pool, options } as pg.Pool).check();
      expect(details).toMatchObject({ size: 10, max: 10, pending: 10 });
    }
  });

  it('is up for the first caller of a pool that is empty yet', () => {
    expect(poolCheck(numbers(1, { size: 0 })).check().status).toBe('up');
  });

  it('takes thresholds of its own', () => {
    const check = (pending: number) =>
      poolCheck(numbers(pending), { degradedRatio: 0.1, downRatio: 0.2 }).check();
    expect([1, 2, 3].map((pending) => check(pending).status)).toEqual(['up', 'degraded', 'down']);
  });

  it('reads a pool of generic-pool', async () => {
    const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 2 });
    const held = [await pool.acquire(), await pool.acquire()];
    const waiting = [pool.acquire(), pool.acquire()];
    expect(poolCheck(pool).check()).toMatchObject({
      status: 'degraded',
      details: { size: 2, available: 0, pending: 2, max: 2 },
    });
    await Promise.all(held.map((each) => pool.release(each)));
    await Promise.all((await Promise.all(waiting)).map((each) => pool.release(each)));
    expect(poolCheck(pool).check()).toMatchObject({ status: 'up', details: { available: 2, pending: 0 } });
    await pool.drain();
    await pool.clear();
  });

  it('reads a pool of tarn', async () => {
    const pool = new TarnPool<object>({ create: async () => ({}), destroy: () => {}, min: 0, max: 1 });
    onTestFinished(() => void pool.destroy());
    const held = await pool.acquire().promise;
    const waiting = pool.acquire().promise;
    expect(poolCheck(pool).check()).toMatchObject({
      status: 'degraded',
      details: { size: 1, available: 0, pending: 1, max: 1 },
    });
    pool.release(held);
    pool.release(await waiting);
    expect(poolCheck(pool).check()).toMatchObject({
      status: 'up',
      details: { size: 1, available: 1, pending: 0 },
    });
  });

  it('reads a pool of pg', () => {
    expect(poolCheck(new pg.Pool({ max: 7 })).check()).toEqual({
      status: 'up',
      details: { size: 0, available: 0, pending: 0, max: 7, waitingRatio: 0 },
    });
  });

  it.each([
    [null],
    ['postgres://user:hunter2@host'],
    [{ size: 1, available: 1, pending: 1 }],
    [{ numUsed: () => 1 }],
  ])('refuses %j at once, without its text', (pool) => {
    expect(() => poolCheck(pool as never)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_CHECK_CLIENT',
        message: expect.not.stringContaining('hunter2'),
      }),
    );
  });
});
