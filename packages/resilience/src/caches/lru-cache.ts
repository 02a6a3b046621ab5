import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createLoadMeter, type LoadMeter } from './load-meter.ts';
import { InnerStatus, type LoadEnds, LoadStatus } from './lru-load.ts';
import { isLruCache, type LruCacheLike, type LruOptions, type LruStatus } from './lru-shape.ts';

/** Watches caches of lru-cache. */
export const lruCache: Watcher<LruCacheLike> = {
  kind: 'cache',
  supports: 'LRUCache of lru-cache',
  recognises: isLruCache,
  watch: watchCache,
};

type Result = 'hit' | 'miss' | 'stale';

interface Meter {
  readonly counts: Record<Result, number>;
  readonly lookedUp: (result: Result) => void;
  readonly sets: { add(amount: number): void };
  readonly ledger: Ledger;
  readonly loads: LoadMeter;
  readonly nowMs: () => number;
  /** While a dump is put back. */
  isRestoring: boolean;
}

type Unwrap = (cache: LruCacheLike) => void;

function watchCache(cache: LruCacheLike, context: WatchContext): Watching<LruCacheLike> {
  const meter = createMeter(cache.size, context);
  const entries = context.gauge('cache_entries');
  const limit = cache.max > 0 ? context.gauge('cache_limit_entries') : undefined;
  const sizeBytes = cache.maxSize > 0 ? context.gauge('cache_size_bytes') : undefined;
  limit?.set(cache.max);
  const unwraps = wrapCache(cache, meter);
  return {
    // The last one first, so that the object is left in the shape that it had.
    dispose: (it) => unwraps.toReversed().forEach((unwrap) => unwrap(it)),
    collect(it) {
      meter.ledger.settle(it.size, 'age');
      entries.set(it.size);
      sizeBytes?.set(it.calculatedSize);
    },
    status: (it) => ({
      entries: it.size,
      ...(limit && { limit: it.max }),
      ...(sizeBytes && { sizeBytes: it.calculatedSize }),
      requests: { ...meter.counts },
      activeLoads: meter.loads.activeCount(),
    }),
  };
}

function createMeter(size: number, context: WatchContext): Meter {
  const requests = {
    hit: context.counter('cache_requests_total', 'hit'),
    miss: context.counter('cache_requests_total', 'miss'),
    stale: context.counter('cache_requests_total', 'stale'),
  };
  const counts = { hit: 0, miss: 0, stale: 0 };
  return {
    counts,
    lookedUp(result) {
      counts[result]++;
      requests[result].add(1);
    },
    sets: context.counter('cache_sets_total'),
    ledger: createLedger(size, {
      size: context.counter('cache_evictions_total', 'size'),
      age: context.counter('cache_evictions_total', 'age'),
      deleted: context.counter('cache_evictions_total', 'deleted'),
    }),
    loads: createLoadMeter(context),
    nowMs: context.nowMs,
    isRestoring: false,
  };
}

/** No closure in here may hold the cache, as what takes the hooks off is kept, and holds them. */
function wrapCache(cache: LruCacheLike, meter: Meter): Unwrap[] {
  const ends: LoadEnds = { loads: meter.loads, onEnding: (it, isUpdated) => endLoad(it, isUpdated, meter) };
  const unwraps: Unwrap[] = [
    wrapMethod(cache, 'get', (original) => getHook(original, meter)),
    wrapMethod(cache, 'set', (original) => setHook(original, meter)),
    wrapMethod(cache, 'delete', (original) => deleteHook(original, meter)),
    wrapMethod(cache, 'clear', (original) => clearHook(original, meter)),
    wrapMethod(cache, 'pop', (original) => popHook(original, meter)),
    wrapMethod(cache, 'load', (original) => loadHook(original, meter)),
    wrapMethod(cache, 'fetch', (original) => fetchHook(original, meter, ends)),
  ];
  for (const name of ['forceFetch', 'memo'] as const) {
    if (typeof cache[name] !== 'function') continue;
    const methods = cache as Required<LruCacheLike>;
    if (name === 'memo')
      unwraps.push(wrapMethod(methods, name, (original) => memoHook(original, meter)) as Unwrap);
    else unwraps.push(wrapMethod(methods, name, (original) => fetchHook(original, meter, ends)) as Unwrap);
  }
  return unwraps;
}

function getHook(original: LruCacheLike['get'], meter: Meter): LruCacheLike['get'] {
  return function get(this: LruCacheLike, key, options) {
    if (options?.status instanceof InnerStatus) return original.call(this, key, options);
    if (options?.allowStale ?? this.allowStale) return getStale.call(this, original, meter, key, options);
    const value = original.call(this, key, options);
    meter.lookedUp(value === undefined ? 'miss' : 'hit');
    return value;
  };
}

/** Only the status says whether what came was stale. */
function getStale(
  this: LruCacheLike,
  original: LruCacheLike['get'],
  meter: Meter,
  key: unknown,
  options: LruOptions | undefined,
): unknown {
  const status = options?.status ?? {};
  const value = original.call(this, key, { ...options, status });
  meter.lookedUp(value === undefined ? 'miss' : status.returnedStale === true ? 'stale' : 'hit');
  return value;
}

function setHook(original: LruCacheLike['set'], meter: Meter): LruCacheLike['set'] {
  const { ledger, sets } = meter;
  return function set(this: LruCacheLike, key, value, options) {
    if (meter.isRestoring || isInnerSet(value, options)) return original.call(this, key, value, options);
    const status: LruStatus = options?.status ?? {};
    ledger.settle(this.size, 'age');
    const result = original.call(this, key, value, options ? { ...options, status } : { status });
    if (status.set === 'add') ledger.added(1);
    ledger.settle(this.size, 'size');
    if (status.set !== 'miss') sets.add(1);
    return result;
  };
}

/** What a load or a memo puts there is counted with them, and `undefined` is a way to delete. */
function isInnerSet(value: unknown, options: LruOptions | undefined): boolean {
  return (
    value === undefined ||
    options?.status instanceof InnerStatus ||
    (value instanceof Promise && '__staleWhileFetching' in value)
  );
}

function deleteHook(original: LruCacheLike['delete'], { ledger }: Meter): LruCacheLike['delete'] {
  return function deleteEntry(this: LruCacheLike, key) {
    ledger.settle(this.size, 'age');
    const isDeleted = original.call(this, key);
    if (isDeleted) ledger.deleted(1);
    return isDeleted;
  };
}

function clearHook(original: LruCacheLike['clear'], { ledger }: Meter): LruCacheLike['clear'] {
  return function clear(this: LruCacheLike) {
    const before = this.size;
    ledger.settle(before, 'age');
    original.call(this);
    ledger.deleted(before - this.size);
  };
}

function popHook(original: LruCacheLike['pop'], { ledger }: Meter): LruCacheLike['pop'] {
  return function pop(this: LruCacheLike) {
    ledger.settle(this.size, 'age');
    const value = original.call(this);
    ledger.settle(this.size, 'size');
    return value;
  };
}

/** A dump that comes back is not set by the code; version 10 does it with `set`. */
function loadHook(original: LruCacheLike['load'], meter: Meter): LruCacheLike['load'] {
  return function load(this: LruCacheLike, entries) {
    meter.isRestoring = true;
    try {
      original.call(this, entries);
    } finally {
      meter.isRestoring = false;
      meter.ledger.reset(this.size);
    }
  };
}

type Fetch = LruCacheLike['fetch'];

/** Whether the cache loads is decided before the call returns, and written into the status. */
function fetchHook(original: Fetch, meter: Meter, ends: LoadEnds): Fetch {
  const { ledger, loads } = meter;
  return function fetch(this: LruCacheLike, key, options) {
    const own = options?.status === undefined ? new LoadStatus(ends, this) : undefined;
    const status: LruStatus = own ?? options?.status ?? {};
    ledger.settle(this.size, 'age');
    const promise = original.call(this, key, { ...options, status });
    if (status.fetch === 'miss') ledger.added(1);
    ledger.settle(this.size, 'size');
    meter.lookedUp(fetchResult(status));
    if (status.fetch === 'inflight' && status.returnedStale !== true) loads.shared();
    else if (status.fetch === 'miss' || status.fetch === 'stale' || status.fetch === 'refresh') own?.begin();
    return promise;
  };
}

/** Without a method to fetch with, it is a mere look-up. */
function fetchResult(status: LruStatus): Result {
  if (status.returnedStale === true) return 'stale';
  return status.fetch === 'hit' || (status.fetch === 'get' && status.get === 'hit') ? 'hit' : 'miss';
}

/** Called before the cache does what it does at the end of a load: put the value there, or take the place away. */
function endLoad(cache: LruCacheLike, isUpdated: boolean, { ledger, sets }: Meter): void {
  ledger.settle(cache.size, 'age');
  if (isUpdated) {
    ledger.forgive(-1);
    sets.add(1);
    return;
  }
  ledger.forgive(1);
  queueMicrotask(() => {
    ledger.settle(cache.size, 'size');
    ledger.forgive(-1);
  });
}

type Memo = Required<LruCacheLike>['memo'];

function memoHook(original: Memo, meter: Meter): Memo {
  const { ledger, loads, sets } = meter;
  return function memo(this: LruCacheLike, key, options) {
    const status = new InnerStatus();
    const wasThere = this.peek(key, { allowStale: true }) !== undefined;
    const startMs = meter.nowMs();
    ledger.settle(this.size, 'age');
    const value = original.call(this, key, { ...options, status });
    if (options?.status) Object.assign(options.status, status);
    // Version 10 says of the look-up alone what it was.
    const isHit =
      status.memo === undefined
        ? status.get === 'hit' && options?.forceRefresh !== true
        : status.memo === 'hit';
    meter.lookedUp(isHit ? 'hit' : 'miss');
    if (isHit) return value;
    if (!wasThere) ledger.added(1);
    ledger.settle(this.size, 'size');
    sets.add(1);
    loads.took(meter.nowMs() - startMs);
    return value;
  };
}
