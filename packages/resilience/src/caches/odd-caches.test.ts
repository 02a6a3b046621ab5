import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { keyv } from './keyv.ts';
import { cacheLoader, watchableLoader } from './cache-loader.ts';

function watching(cache: object) {
  const recorder = createRecorder();
  const resilience = createResilience({ watchers: [keyv, cacheLoader] as never }, recorder.parts);
  const handle = resilience.watch(cache, { name: 'c' });
  return { recorder, resilience, handle, status: () => resilience.status().watched[0] };
}

/** Like Keyv, over a store of its own that answers at once, and that nobody can listen to. */
function oddKeyv(store: object) {
  const nothing = { on() {}, off() {}, emitTelemetry() {}, set() {} };
  const cache = {
    ...nothing,
    store,
    get: (key: string): unknown => (cache.store as { get(key: string): unknown }).get(key),
    getMany: (keys: readonly string[]): unknown =>
      (cache.store as { getMany(all: readonly string[]): unknown }).getMany(keys),
    delete: (): unknown => true,
    deleteMany: (): unknown => [true],
  };
  return cache;
}

describe('keyv', () => {
  it('passes on what a store says at once, and is no store that hangs', () => {
    const cache = oddKeyv({ get: () => 'here' });
    const { status, handle } = watching(cache);
    expect([cache.get('a'), cache.delete(), cache.deleteMany()]).toEqual(['here', true, [true]]);
    expect(status()).toMatchObject({ entries: undefined, health: { status: 'up' } });
    handle.dispose();
    expect(cache.get('a')).toBe('here');
  });

  it('counts what a store throws at once as an error of it, and not as a question without an answer', () => {
    const cache = oddKeyv({
      get() {
        throw new Error('broken');
      },
    });
    const { recorder } = watching(cache);
    expect(() => cache.get('a')).toThrow('broken');
    expect(recorder.value('cache_requests_total', { cache: 'c', result: 'error' })).toBe(1);
    expect(recorder.lines[0]?.message).toContain('store_fails');
  });

  it('counts each of many keys that a store fails to look up', async () => {
    const cache = oddKeyv({ get: () => 'here', getMany: () => Promise.reject(new Error('broken')) });
    const { recorder } = watching(cache);
    await expect(cache.getMany(['a', 'b', 'c'])).rejects.toThrow('broken');
    expect(recorder.value('cache_requests_total', { cache: 'c', result: 'error' })).toBe(3);
  });
});

describe('lruCache', () => {
  it('shows what it holds, with its limits where it has them', () => {
    const { status } = watching(
      new LRUCache<string, string>({ max: 10, maxSize: 100, sizeCalculation: () => 7 }),
    );
    expect(status()).toMatchObject({ entries: 0, limit: 10, sizeBytes: 0, activeLoads: 0 });
    const unlimited = watching(new LRUCache<string, string>({ maxSize: 100, sizeCalculation: () => 7 }));
    expect(unlimited.status()).not.toHaveProperty('limit');
    const plain = watching(new LRUCache<string, string>({ max: 10 }));
    expect(plain.status()).not.toHaveProperty('sizeBytes');
  });

  it('tells whoever asked for the status of a memo what it was, as without the watching', () => {
    const cache = new LRUCache<string, string>({ max: 10, memoMethod: (key) => `${key}!` });
    watching(cache);
    const status: LRUCache.Status<string, string> = {};
    expect(cache.memo('a', { status })).toBe('a!');
    expect(status).not.toEqual({});
  });
});

/** A cache of a version that tells other things of a look-up, and has fewer methods. */
function oddLru(answer: (status: Record<string, unknown>) => unknown) {
  const told = (_key: string, options: { status: Record<string, unknown> }): unknown =>
    answer(options.status);
  const nothing = {
    get() {},
    set() {},
    delete() {},
    clear() {},
    pop() {},
    peek() {},
    load() {},
    purgeStale() {},
  };
  return {
    ...nothing,
    size: 0,
    max: 0,
    maxSize: 0,
    calculatedSize: 0,
    allowStale: false,
    fetch: told,
    memo: told,
  };
}

describe('lruCache of another version', () => {
  it.each([
    {
      title: 'a memo that was there',
      call: 'memo' as const,
      status: { get: 'hit' },
      more: {},
      result: 'hit',
    },
    {
      title: 'a memo that was there and is to be made anew',
      call: 'memo' as const,
      status: { get: 'hit' },
      more: { forceRefresh: true },
      result: 'miss',
    },
    {
      title: 'a memo that was not there',
      call: 'memo' as const,
      status: { get: 'miss' },
      more: {},
      result: 'miss',
    },
    {
      title: 'a fetch that is a mere look-up, and finds it',
      call: 'fetch' as const,
      status: { fetch: 'get', get: 'hit' },
      more: {},
      result: 'hit',
    },
  ])('counts $title as a $result', async ({ call, status, more, result }) => {
    const cache = oddLru((given) => Object.assign(given, status) && Promise.resolve('v'));
    const { recorder } = watching(cache);
    expect(await (cache[call] as (key: string, options: object) => unknown)('a', more)).toBe('v');
    expect(recorder.value('cache_requests_total', { cache: 'c', result })).toBe(1);
  });
});

describe('watchableLoader', () => {
  it('shows the loads that are under way, and none of a watching that is over', async () => {
    const waiting: (() => void)[] = [];
    const load = watchableLoader(
      (key: string) => new Promise<string>((resolve) => waiting.push(() => resolve(key))),
    );
    const { status, handle } = watching(load);
    const loads = [load('a'), load('a'), load('b')];
    expect(status()).toMatchObject({ activeLoads: 3 });
    handle.dispose();
    for (const end of waiting) end();
    expect(await Promise.all(loads)).toEqual(['a', 'a', 'b']);
    expect(await Promise.all([load('c'), Promise.resolve().then(() => waiting.at(-1)?.())])).toEqual([
      'c',
      undefined,
    ]);
  });
});
