/* oxlint-disable no-await-in-loop -- one operation after the other is what is counted */
import fc from 'fast-check';
import { Keyv, KeyvMemoryAdapter } from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchOptions } from '../options.ts';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { keyv } from './keyv.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watching(cache: Keyv<unknown>, health: WatchOptions['health'] = 'degraded') {
  const recorder = createRecorder({ nowMs: () => Date.now() });
  const resilience = createResilience({ watchers: [keyv] as never }, recorder.parts);
  const handle = resilience.watch(cache, { name: 'c', health });
  const counts = () => {
    recorder.collect();
    return {
      hit: recorder.value('cache_requests_total', { cache: 'c', result: 'hit' }),
      miss: recorder.value('cache_requests_total', { cache: 'c', result: 'miss' }),
      error: recorder.value('cache_requests_total', { cache: 'c', result: 'error' }),
      sets: recorder.value('cache_sets_total', { cache: 'c' }),
      deleted: recorder.value('cache_evictions_total', { cache: 'c', reason: 'deleted' }),
    };
  };
  return { recorder, resilience, handle, counts };
}

/** A store that fails while it is told to. */
function failingStore() {
  const adapter = new KeyvMemoryAdapter(new Map());
  const store = Object.assign(adapter, { failure: undefined as Error | undefined });
  const get = store.get.bind(store);
  store.get = async (key: string) => {
    if (store.failure) throw store.failure;
    return get(key) as never;
  };
  return store;
}

describe('keyv', () => {
  it('counts hits, misses, what is set and what is deleted, one key or many', async () => {
    const cache = new Keyv();
    const { counts, recorder } = watching(cache);
    await cache.set('a', 1);
    await cache.setMany([
      { key: 'b', value: 2 },
      { key: 'c', value: 3 },
    ]);
    expect(await cache.get('a')).toBe(1);
    expect(await cache.getMany(['a', 'b', 'x'])).toEqual([1, 2, undefined]);
    expect(await cache.getRaw('y')).toBeUndefined();
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.delete('a')).toBe(false);
    expect(await cache.deleteMany(['b', 'x'])).toEqual([true, false]);
    expect(counts()).toEqual({ hit: 3, miss: 2, error: 0, sets: 3, deleted: 2 });
    expect(recorder.value('cache_entries', { cache: 'c' })).toBe(1);
  });

  it('counts an entry that has become too old as a miss', async () => {
    const cache = new Keyv({ ttl: 100 });
    const { counts } = watching(cache);
    await cache.set('a', 1);
    vi.advanceTimersByTime(101);
    expect(await cache.get('a')).toBeUndefined();
    expect(counts()).toMatchObject({ hit: 0, miss: 1 });
  });

  it.each([
    { listened: true, way: 'resolves to nothing' },
    { listened: false, way: 'rejects' },
  ])('counts a look-up that failed as an error and no miss, where it $way', async ({ listened }) => {
    const store = failingStore();
    const cache = new Keyv({ store });
    if (listened) cache.on('error', () => {});
    const { counts, recorder, resilience } = watching(cache);
    await cache.set('a', 1);
    store.failure = new Error('connection is closed');
    for (let at = 0; at < 2; at++) {
      const came = await cache.get('a').catch((error: unknown) => error);
      expect(came).toBe(listened ? undefined : store.failure);
    }
    expect(recorder.health.get('cache:c')?.check()).toMatchObject({ status: 'degraded' });
    store.failure = undefined;
    vi.advanceTimersByTime(1000);
    expect(await cache.get('a')).toBe(1);
    expect(counts()).toEqual({ hit: 1, miss: 0, error: 2, sets: 1, deleted: 0 });
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'cache c: working to store_fails, Error: connection is closed',
      'cache c: store_fails to working, the store answers again',
    ]);
    expect(resilience.status().watched).toMatchObject([{ store: 'working', requests: { error: 2 } }]);
  });

  it('says that the store hangs when look-ups wait and none is answered', async () => {
    const store = failingStore();
    const cache = new Keyv({ store });
    const gate = Promise.withResolvers<never>();
    store.get = () => gate.promise;
    const { recorder } = watching(cache);
    const looking = cache.get('a');
    await vi.advanceTimersByTimeAsync(3000);
    recorder.collect();
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'cache c: working to store_hangs, 1 requests wait, and no answer came for 3000 ms',
    ]);
    gate.resolve(undefined as never);
    await looking;
    expect(recorder.lines).toHaveLength(2);
  });

  it.each(['fails', 'hangs'] as const)(
    'is down in health while its store %s, and degraded once nothing has for 10 s',
    async (trouble) => {
      const store = failingStore();
      const { get } = store;
      let troubled = true;
      store.get = (key: string) => {
        if (!troubled) return get(key);
        return trouble === 'fails' ? Promise.reject(new Error('closed')) : new Promise(() => {});
      };
      const cache = new Keyv({ store });
      const { recorder } = watching(cache, 'down');
      const status = () => recorder.health.get('cache:c')?.check().status;
      for (let round = 0; round < 2; round++) {
        void cache.get('a').catch(() => {});
        await vi.advanceTimersByTimeAsync(1000);
        recorder.collect();
        expect(status()).toBe('down');
        await vi.advanceTimersByTimeAsync(10_000);
        expect(status()).toBe('degraded');
      }
      troubled = false;
      await cache.get('a');
      expect(status()).toBe('up');
    },
  );

  it('leaves no listener and no hook, on the cache or on its store', async () => {
    const store = failingStore();
    const cache = new Keyv({ store });
    const listeners = () =>
      ['stat:hit', 'stat:miss', 'stat:set', 'error'].map((event) => cache.listenerCount(event));
    const before = {
      listeners: listeners(),
      own: Reflect.ownKeys(cache),
      store: Reflect.ownKeys(store),
      onStore: store.listenerCount('error'),
    };
    const { handle, recorder } = watching(cache);
    expect(listeners()).not.toEqual(before.listeners);
    handle.dispose();
    await cache.get('a');
    expect({
      listeners: listeners(),
      own: Reflect.ownKeys(cache),
      store: Reflect.ownKeys(store),
      onStore: store.listenerCount('error'),
    }).toEqual(before);
    expect(recorder.page()).toEqual({});
  });

  it('counts exactly what happened in 10,000 random operations', async () => {
    vi.useRealTimers();
    const store = failingStore();
    const cache = new Keyv({ store });
    cache.on('error', () => {});
    const { counts } = watching(cache);
    const model = { hit: 0, miss: 0, error: 0, sets: 0, deleted: 0 };
    const there = new Set<string>();
    const operations = fc.sample(
      fc.record({ what: fc.nat(9), key: fc.nat(100).map(String), fails: fc.nat(20).map((at) => at === 0) }),
      { numRuns: 10_000, seed: 1 },
    );
    for (const { what, key, fails } of operations) {
      store.failure = fails ? new Error('gone') : undefined;
      if (what < 5) {
        await cache.get(key);
        model[fails ? 'error' : there.has(key) ? 'hit' : 'miss']++;
      } else if (what < 8) {
        await cache.set(key, 1);
        there.add(key);
        model.sets++;
      } else if (await cache.delete(key)) {
        there.delete(key);
        model.deleted++;
      }
    }
    expect(Object.values(model).every((count) => count > 100)).toBe(true);
    expect(counts()).toEqual(model);
  });

  it.each([
    ['nothing', undefined],
    ['the class', Keyv],
    ['a Map', new Map()],
    ['a store', new KeyvMemoryAdapter(new Map())],
  ])('does not take %s for a cache', (_, thing) => {
    expect(keyv.recognises(thing)).toBe(false);
  });
});
