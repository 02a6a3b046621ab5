/* oxlint-disable no-await-in-loop -- one operation after the other is what is counted */
import fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { LRUCache as LRUCache10 } from 'lru-cache10';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { lruCache } from './lru-cache.ts';

type Options = LRUCache.Options<string, number, unknown>;

/** Time of the caches and of the watching [ms]; it moves when a test moves it. */
let nowMs = 0;
const perf = { now: () => nowMs };

beforeEach(() => {
  nowMs = 1000;
});
afterEach(() => void vi.restoreAllMocks());

function watching() {
  const recorder = createRecorder({ nowMs: () => nowMs });
  const resilience = createResilience({}, recorder.parts);
  const counts = () => {
    recorder.collect();
    const by = (metric: string, label: string, values: readonly string[]) =>
      Object.fromEntries(
        values
          .map((value) => [value, recorder.value(metric, { cache: 'c', [label]: value })] as const)
          .filter(([, count]) => count !== 0),
      );
    return {
      ...by('cache_requests_total', 'result', ['hit', 'miss', 'stale']),
      ...by('cache_evictions_total', 'reason', ['size', 'age', 'deleted']),
      sets: recorder.value('cache_sets_total', { cache: 'c' }),
      entries: recorder.value('cache_entries', { cache: 'c' }),
    };
  };
  return { recorder, resilience, counts };
}

const versions = [
  ['11', (options: Options) => new LRUCache<string, number>({ perf, ttlResolution: 0, ...options })],
  [
    '10',
    (options: Options) =>
      new LRUCache10<string, number>({ ttlResolution: 0, ...options }) as unknown as LRUCache<string, number>,
  ],
] as const;

describe.each(versions)('lruCache on lru-cache %s', (version, make) => {
  beforeEach(() => {
    // The older one has no clock of its own to be given.
    if (version === '10') vi.spyOn(performance, 'now').mockImplementation(perf.now);
  });

  it('counts hits, misses, what is set, and what it lets go of when it is full', () => {
    const { recorder, resilience, counts } = watching();
    const cache = make({ max: 2 });
    resilience.watch(cache, { name: 'c' });
    cache.set('a', 1).set('b', 2).set('b', 3).set('c', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 3, 4]);
    expect(counts()).toEqual({ hit: 2, miss: 1, sets: 4, size: 1, entries: 2 });
    expect(recorder.value('cache_limit_entries', { cache: 'c' })).toBe(2);
    expect(recorder.value('cache_size_bytes', { cache: 'c' })).toBeUndefined();
  });

  it('counts what was there before as entries, and never as set', () => {
    const { resilience, counts } = watching();
    const cache = make({ max: 3 });
    cache.set('a', 1);
    resilience.watch(cache, { name: 'c' });
    expect(counts()).toEqual({ sets: 0, entries: 1 });
  });

  it('counts what is deleted, cleared, popped and loaded', () => {
    const { resilience, counts } = watching();
    const cache = make({ max: 5 });
    resilience.watch(cache, { name: 'c' });
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1);
    expect([cache.delete('a'), cache.delete('a'), cache.pop()]).toEqual([true, false, 1]);
    cache.set('c', undefined);
    expect(counts()).toEqual({ sets: 4, deleted: 2, size: 1, entries: 1 });
    const dump = cache.dump();
    cache.clear();
    cache.load([...dump, ['x', { value: 9 }]]);
    expect(counts()).toEqual({ sets: 4, deleted: 3, size: 1, entries: 2 });
  });

  it('counts what has become too old, whenever that is found', () => {
    const { resilience, counts } = watching();
    const cache = make({ max: 5, ttl: 100 });
    resilience.watch(cache, { name: 'c' });
    for (const key of ['a', 'b', 'c']) cache.set(key, 1);
    nowMs += 101;
    expect(cache.get('a')).toBeUndefined();
    cache.set('d', 1);
    cache.purgeStale();
    expect(counts()).toEqual({ miss: 1, sets: 4, age: 3, entries: 1 });
  });

  it('tells a stale value from a fresh one', () => {
    const { resilience, counts } = watching();
    const cache = make({ max: 5, ttl: 100, allowStale: true, noDeleteOnStaleGet: true });
    resilience.watch(cache, { name: 'c' });
    cache.set('a', 1);
    const status: LRUCache.Status<string, number> = {};
    expect(cache.get('a')).toBe(1);
    nowMs += 101;
    expect([cache.get('a'), cache.get('a', { status }), cache.get('b')]).toEqual([1, 1, undefined]);
    expect(status.returnedStale).toBe(true);
    expect(counts()).toEqual({ hit: 1, stale: 2, miss: 1, sets: 1, entries: 1 });
  });

  it('counts by size where entries have one, also those that do not fit', () => {
    const { recorder, resilience, counts } = watching();
    const cache = make({ maxSize: 10, sizeCalculation: (value) => value });
    resilience.watch(cache, { name: 'c' });
    cache.set('a', 4).set('b', 4).set('c', 9).set('d', 11).set('c', 12);
    expect(counts()).toEqual({ sets: 3, size: 3, entries: 0 });
    cache.set('e', 7);
    recorder.collect();
    expect(recorder.value('cache_size_bytes', { cache: 'c' })).toBe(7);
    expect(recorder.value('cache_limit_entries', { cache: 'c' })).toBeUndefined();
  });

  it('measures loads, and counts those who wait for one that is under way', async () => {
    const { recorder, resilience, counts } = watching();
    const gates = new Map<string, PromiseWithResolvers<number | undefined>>();
    const cache = make({
      max: 5,
      fetchMethod: (key) => {
        const gate = Promise.withResolvers<number | undefined>();
        gates.set(key, gate);
        return gate.promise;
      },
    });
    resilience.watch(cache, { name: 'c' });
    const waiting = [cache.fetch('a'), cache.fetch('a'), cache.fetch('a'), cache.fetch('b')];
    expect(recorder.value('cache_active_loads', { cache: 'c' })).toBe(2);
    nowMs += 250;
    gates.get('a')!.resolve(1);
    gates.get('b')!.resolve(undefined);
    expect(await Promise.all(waiting)).toEqual([1, 1, 1, undefined]);
    expect(await cache.fetch('a')).toBe(1);
    expect(counts()).toEqual({ hit: 1, miss: 4, sets: 1, entries: 1 });
    expect(recorder.value('cache_shared_loads_total', { cache: 'c' })).toBe(2);
    expect(recorder.value('cache_active_loads', { cache: 'c' })).toBe(0);
    expect(recorder.observations('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toEqual([
      0.25, 0.25,
    ]);
  });

  it('measures a load that fails, and counts its place as no eviction', async () => {
    const { recorder, resilience, counts } = watching();
    const cache = make({ max: 5, fetchMethod: () => Promise.reject(new Error('database is down')) });
    resilience.watch(cache, { name: 'c' });
    await expect(cache.fetch('a')).rejects.toThrow('database is down');
    expect(counts()).toEqual({ miss: 1, sets: 0, entries: 0 });
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'failure' })).toBe(1);
  });

  it('measures the load behind a stale answer, which goes on after it', async () => {
    const { recorder, resilience, counts } = watching();
    let loads = 0;
    const cache = make({ max: 5, ttl: 100, allowStale: true, fetchMethod: async () => ++loads });
    resilience.watch(cache, { name: 'c' });
    await cache.fetch('a');
    nowMs += 101;
    expect(await cache.fetch('a')).toBe(1);
    await new Promise(setImmediate);
    expect(await cache.fetch('a')).toBe(2);
    expect(await cache.fetch('a', { forceRefresh: true })).toBe(2);
    await new Promise(setImmediate);
    expect(counts()).toMatchObject({ hit: 1, stale: 1, entries: 1 });
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toBe(3);
  });

  it('leaves a status of the caller in its place', async () => {
    const { resilience, counts } = watching();
    const cache = make({ max: 5, fetchMethod: async () => 1 });
    resilience.watch(cache, { name: 'c' });
    const status: LRUCache.Status<string, number> = {};
    await cache.fetch('a', { status });
    expect(status.fetch).toBe('miss');
    const setStatus: LRUCache.Status<string, number> = {};
    cache.set('b', 1, { status: setStatus });
    expect(setStatus.set).toBe('add');
    expect(counts()).toMatchObject({ miss: 1, entries: 2 });
  });

  it('works with a cache that is changed while it lets go of an entry', () => {
    const { resilience, counts } = watching();
    const gone: string[] = [];
    const cache: LRUCache<string, number> = make({
      max: 3,
      disposeAfter: (_value, key, reason) => {
        gone.push(`${key} ${reason}`);
        if (key === 'a') cache.set('again', 1);
      },
    });
    resilience.watch(cache, { name: 'c' });
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1);
    expect(gone).toEqual(['a evict', 'b evict']);
    expect(counts()).toEqual({ sets: 5, size: 2, entries: 3 });
  });

  it('leaves the cache as it was', () => {
    const { recorder, resilience } = watching();
    const cache = make({ max: 2 });
    const before = Reflect.ownKeys(cache);
    const handle = resilience.watch(cache, { name: 'c' });
    expect(Reflect.ownKeys(cache)).not.toEqual(before);
    const { get } = cache;
    handle.dispose();
    expect(Reflect.ownKeys(cache)).toEqual(before);
    cache.set('a', 1);
    expect(get.call(cache, 'a')).toBe(1);
    expect(recorder.page()).toEqual({});
  });

  it('stays out of the way where somebody wrapped meanwhile, and counts once when it is watched again', () => {
    const { recorder, resilience, counts } = watching();
    const cache = make({ max: 2 });
    const handle = resilience.watch(cache, { name: 'c' });
    const wrapped = cache.get.bind(cache);
    const theirs: LRUCache<string, number>['get'] = (...args) => wrapped(...args);
    cache.get = theirs;
    handle.dispose();
    expect(cache.get).toBe(theirs);
    cache.set('a', 1);
    expect(cache.get('a')).toBe(1);
    expect(recorder.page()).toEqual({});
    resilience.watch(cache, { name: 'c' });
    expect(cache.get('a')).toBe(1);
    expect(counts()).toEqual({ hit: 1, sets: 0, entries: 1 });
  });

  it('counts exactly what happened in 10,000 random operations', () => {
    const { resilience, counts } = watching();
    const model = { hit: 0, miss: 0, sets: 0, size: 0, age: 0, deleted: 0 };
    const reasons = {
      evict: 'size',
      expire: 'age',
      delete: 'deleted',
      set: undefined,
      fetch: undefined,
    } as const;
    const cache = make({
      max: 50,
      ttl: 400,
      dispose: (_value, _key, reason) => {
        const counted = reasons[reason];
        if (counted) model[counted]++;
      },
    });
    resilience.watch(cache, { name: 'c' });
    const operations = fc.sample(
      fc.record({
        what: fc.nat(99),
        key: fc.nat(120).map(String),
        stepMs: fc.nat(12),
        scrapes: fc.boolean(),
      }),
      { numRuns: 10_000, seed: 5 },
    );
    for (const { what, key, stepMs, scrapes } of operations) {
      nowMs += stepMs;
      if (scrapes) counts();
      if (what < 50) {
        if (cache.get(key) === undefined) model.miss++;
        else model.hit++;
      } else if (what < 90) {
        cache.set(key, 1);
        model.sets++;
      } else if (what < 96) cache.delete(key);
      else if (what < 98) cache.purgeStale();
      else if (what < 99) {
        cache.pop();
      } else cache.clear();
    }
    expect(Object.values(model).every((count) => count > 20)).toBe(true);
    expect(counts()).toEqual({ ...model, entries: cache.size });
  });
});

describe('lruCache', () => {
  it('counts a memo as a hit or as a load', () => {
    const { recorder, resilience, counts } = watching();
    const cache = new LRUCache<string, number>({
      max: 2,
      memoMethod: (key) => {
        nowMs += 500;
        return key.length;
      },
    });
    resilience.watch(cache, { name: 'c' });
    expect(['a', 'a', 'bb', 'ccc'].map((key) => cache.memo(key))).toEqual([1, 1, 2, 3]);
    expect(cache.memo('ccc', { forceRefresh: true })).toBe(3);
    expect(counts()).toEqual({ hit: 1, miss: 4, sets: 4, size: 1, entries: 2 });
    expect(recorder.observations('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
  });

  it('counts a fetch that must not come to nothing', async () => {
    const { resilience, counts } = watching();
    const cache = new LRUCache<string, number>({
      max: 2,
      fetchMethod: async (key) => (key === 'a' ? 1 : undefined),
    });
    resilience.watch(cache, { name: 'c' });
    expect(await cache.forceFetch('a')).toBe(1);
    await expect(cache.forceFetch('b')).rejects.toThrow('undefined');
    expect(counts()).toEqual({ miss: 2, sets: 1, entries: 1 });
  });

  it('counts fetches in random order exactly, with loads that overlap, fail and come to nothing', async () => {
    const { recorder, resilience, counts } = watching();
    const begun: { key: string; settle: () => void }[] = [];
    let [evicted, succeeded, failed] = [0, 0, 0];
    const results = fc.sample(fc.nat(9), { numRuns: 4000, seed: 2 });
    const cache = new LRUCache<string, number>({
      max: 1000,
      dispose: (_value, _key, reason) => void (evicted += reason === 'evict' ? 1 : 0),
      fetchMethod: (key) =>
        new Promise((resolve, reject) => {
          const result = results.pop()!;
          const settle = () => {
            if (result === 0) reject(new Error('failed'));
            else resolve(result === 1 ? undefined : 1);
            if (result === 0) failed++;
            else succeeded++;
          };
          begun.push({ key, settle });
        }),
    });
    resilience.watch(cache, { name: 'c' });
    const model = { hit: 0, miss: 0, shared: 0 };
    const operations = fc.sample(
      fc.record({ key: fc.nat(900).map(String), ends: fc.nat(5).map((at) => (at === 0 ? 1 : 0)) }),
      { numRuns: 3000, seed: 4 },
    );
    const underWay = new Set<string>();
    for (const { key, ends } of operations) {
      if (underWay.has(key)) {
        model.miss++;
        model.shared++;
      } else if (cache.has(key)) model.hit++;
      else {
        model.miss++;
        underWay.add(key);
      }
      cache.fetch(key).catch(() => {});
      for (let at = 0; at < ends; at++) {
        const next = begun.shift();
        if (next === undefined) break;
        next.settle();
        await new Promise(setImmediate);
        underWay.delete(next.key);
      }
    }
    for (const { settle } of begun) settle();
    await new Promise(setImmediate);
    expect(model.shared).toBeGreaterThan(10);
    expect(evicted).toBe(0);
    const { sets, ...rest } = counts();
    expect(rest).toEqual({ hit: model.hit, miss: model.miss, entries: cache.size });
    expect(sets).toBe(cache.size);
    expect(recorder.value('cache_shared_loads_total', { cache: 'c' })).toBe(model.shared);
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'success' })).toBe(succeeded);
    expect(recorder.value('cache_load_duration_seconds', { cache: 'c', outcome: 'failure' })).toBe(failed);
    expect(recorder.value('cache_active_loads', { cache: 'c' })).toBe(0);
  });

  it.each([
    ['nothing', undefined],
    ['the class', LRUCache],
    ['the options', { max: 1 }],
    ['a Map', new Map()],
  ])('does not take %s for a cache', (_, thing) => {
    expect(lruCache.recognises(thing)).toBe(false);
  });
});
