import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { rateLimit } from 'express-rate-limit';
import { createPool } from 'generic-pool';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { Pool as PgPool } from 'pg';
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterUnion,
  RLWrapperBlackAndWhite,
} from 'rate-limiter-flexible';
import { Pool as TarnPool } from 'tarn';
import { describe, expect, it } from 'vitest';
import { watchableLoader } from '../src/caches/cache-loader.ts';
import { watchableRateLimit } from '../src/limiters/watchable-rate-limit.ts';
import { createRecorder } from '../src/recorder.fixture.ts';
import { createResilience } from '../src/resilience.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const rule = { points: 1, duration: 1 };
const quiet = { validate: false, limit: 1, windowMs: 1000 } as const;
/** Its timer keeps the store of express-rate-limit alive, and not the middleware. */
const noStore = {
  increment: async () => ({ totalHits: 1, resetTime: undefined }),
  decrement() {},
  resetKey() {},
};
const noRedis = { status: 'wait', defineCommand() {}, rlflxIncr: async () => [1, 1000] };

const things: Readonly<Record<string, () => { thing: object; use: () => unknown }>> = {
  'a limiter of rate-limiter-flexible': () => {
    const thing = new RateLimiterMemory(rule);
    return { thing, use: () => thing.consume('a') };
  },
  'one with a store': () => {
    const insuranceLimiter = new RateLimiterMemory(rule);
    const thing = new RateLimiterRedis({ ...rule, storeClient: { ...noRedis }, insuranceLimiter });
    return { thing, use: () => thing.consume('a') };
  },
  'a wrapper': () => {
    const thing = new RLWrapperBlackAndWhite({ limiter: new RateLimiterMemory(rule) });
    return { thing, use: () => thing.consume('a') };
  },
  'a union': () => {
    const thing = new RateLimiterUnion(
      new RateLimiterMemory({ ...rule, keyPrefix: 'a' }),
      new RateLimiterMemory(rule),
    );
    return { thing, use: () => thing.consume('a') };
  },
  'a bursty limiter': () => {
    const thing = new BurstyRateLimiter(new RateLimiterMemory(rule), new RateLimiterMemory(rule));
    return { thing, use: () => thing.consume('a') };
  },
  'a middleware of express-rate-limit': () => ({
    thing: rateLimit({ ...quiet, store: { ...noStore } }),
    use() {},
  }),
  'one that was made to be watched': () => ({
    thing: watchableRateLimit(rateLimit, { ...quiet, store: { ...noStore } }),
    use() {},
  }),
  'an LRUCache': () => {
    const thing = new LRUCache<string, number>({ max: 2, fetchMethod: async () => 1 });
    return { thing, use: () => thing.set('a', 1).fetch('b') };
  },
  'a Keyv': () => {
    const thing = new Keyv();
    return { thing, use: () => thing.set('a', 1) };
  },
  'a loader': () => {
    const thing = watchableLoader(async (key: string) => key);
    return { thing, use: () => thing('a') };
  },
  'a pool of pg': () => ({ thing: new PgPool(), use() {} }),
  'a pool of generic-pool': () => {
    const thing = createPool({ create: async () => ({}), destroy: async () => {} });
    return { thing, use: async () => thing.release(await thing.acquire()) };
  },
  'a pool of tarn': () => {
    const thing = new TarnPool({ min: 0, max: 1, create: async () => ({}), destroy: async () => {} });
    return {
      thing,
      async use() {
        thing.release(await thing.acquire().promise);
        await thing.destroy();
      },
    };
  },
  'a client of ioredis': () => ({ thing: new Redis({ lazyConnect: true }), use() {} }),
  'what has the numbers of a pool': () => ({ thing: { size: 1, available: 1, pending: 0 }, use() {} }),
};

describe('watch', () => {
  it.each(Object.entries(things))('lets %s be collected as garbage, and its series go', async (_, make) => {
    const recorder = createRecorder();
    const resilience = createResilience({}, recorder.parts);
    async function watchAndForget(): Promise<WeakRef<object>> {
      const { thing, use } = make();
      resilience.watch(thing, { name: 'it' });
      await use();
      recorder.collect();
      expect(Object.keys(recorder.page()).length).toBeGreaterThan(0);
      return new WeakRef(thing);
    }
    const reference = await watchAndForget();
    for (let turn = 0; turn < 20 && reference.deref() !== undefined; turn++) {
      // oxlint-disable-next-line no-await-in-loop -- a reference that was looked at stays until the end of the turn
      await new Promise(setImmediate);
      collectGarbage();
    }
    expect(reference.deref()).toBeUndefined();
    recorder.collect();
    expect(recorder.page()).toEqual({});
    resilience.close();
    expect(recorder.collectorCount()).toBe(0);
  });
});
