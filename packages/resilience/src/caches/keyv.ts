import { hasMethods, isLoose, isThenable, type Loose } from '../shape.ts';
import { createStoreState, type StoreState } from '../store-state.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';

type Listener = (event: unknown) => void;
type AnyMethod = (this: never, ...args: never[]) => unknown;

/** Where a Keyv keeps its entries. */
interface KeyvStore {
  readonly get: AnyMethod;
  readonly getMany?: AnyMethod;
}

/** A Keyv of version 6. */
export interface KeyvLike {
  readonly store: KeyvStore;
  readonly delete: AnyMethod;
  readonly deleteMany: AnyMethod;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** Watches caches of Keyv 6, whatever their store. */
export const keyv: Watcher<KeyvLike> = {
  kind: 'cache',
  supports: 'Keyv 6 of keyv',
  recognises: isKeyv,
  watch: watchKeyv,
};

function isKeyv(thing: unknown): thing is KeyvLike & Loose {
  // Keyv 5 and before tell of no look-up.
  return (
    hasMethods(thing, 'get', 'getMany', 'set', 'delete', 'deleteMany', 'on', 'off', 'emitTelemetry') &&
    hasMethods(thing['store'], 'get')
  );
}

function watchKeyv(cache: KeyvLike, context: WatchContext): Watching<KeyvLike> {
  const counts = { hit: 0, miss: 0, error: 0 };
  const requests = {
    hit: context.counter('cache_requests_total', 'hit'),
    miss: context.counter('cache_requests_total', 'miss'),
    error: context.counter('cache_requests_total', 'error'),
  };
  const sets = context.counter('cache_sets_total');
  const deleted = context.counter('cache_evictions_total', 'deleted');
  const state = createStoreState(context, 'working');
  const onDeleted = (count: number): void => deleted.add(count);
  const countLookups = (result: keyof typeof counts, count: number): void => {
    counts[result] += count;
    requests[result].add(count);
  };
  const unlisten = listen(cache, {
    'stat:hit': () => countLookups('hit', 1),
    'stat:miss': () => countLookups('miss', 1),
    'stat:set': () => sets.add(1),
  });
  const unwrapDelete = wrapMethod(cache, 'delete', (original) => deletionHook(original, true, onDeleted));
  const unwrapDeleteMany = wrapMethod(cache, 'deleteMany', (original) =>
    deletionHook(original, true, onDeleted),
  );
  const unhookStore = hookStore(cache.store, state, (count) => countLookups('error', count));
  const entries = entriesOf(cache) === undefined ? undefined : context.gauge('cache_entries');
  return {
    dispose(it) {
      unhookStore();
      unwrapDeleteMany(it);
      unwrapDelete(it);
      unlisten(it);
    },
    collect(it) {
      state.collect();
      const count = entriesOf(it);
      if (count !== undefined) entries?.set(count);
    },
    status: (it) => ({ entries: entriesOf(it), requests: { ...counts }, store: state.now() }),
    awaitsCall: state.awaitsCall,
  };
}

/** @returns takes them off again */
function listen(cache: KeyvLike, listeners: Readonly<Record<string, Listener>>): (cache: KeyvLike) => void {
  const all = Object.entries(listeners);
  for (const [event, listener] of all) cache.on(event, listener);
  return (it) => {
    for (const [event, listener] of all) it.off(event, listener);
  };
}

/** Counts what was there to be deleted; `delete` with a list goes on to `deleteMany`, which counts it. */
function deletionHook(original: AnyMethod, isMany: boolean, onDeleted: (count: number) => void): AnyMethod {
  return function deletion(this: never, ...args: never[]) {
    const result = original.apply(this, args);
    if (!isThenable(result)) return result;
    return result.then((answer) => {
      if (answer === true) onDeleted(1);
      else if (isMany && Array.isArray(answer)) onDeleted(answer.filter((each) => each === true).length);
      return answer;
    });
  };
}

/**
 * Keyv answers a look-up that failed as it does a miss, so the store is asked. An adapter that makes a miss of a failure
 * itself still emits the error.
 */
function hookStore(store: KeyvStore, state: StoreState, onFailed: (count: number) => void): () => void {
  const reference = new WeakRef(store);
  const unwraps = [wrapMethod(store, 'get', (original) => lookupHook(original, state, onFailed))];
  if (typeof store.getMany === 'function') {
    const many = store as Required<KeyvStore>;
    unwraps.push(
      wrapMethod(many, 'getMany', (original) => lookupHook(original, state, onFailed)) as (
        it: KeyvStore,
      ) => void,
    );
  }
  const onError = (error: unknown): void => state.failed(error, 'store_fails');
  const emitters = emittersOf(store).map((emitter) => new WeakRef(emitter));
  for (const emitter of emitters) emitter.deref()?.on('error', onError);
  return () => {
    const it = reference.deref();
    if (it !== undefined) for (const unwrap of unwraps.toReversed()) unwrap(it);
    for (const emitter of emitters) emitter.deref()?.off('error', onError);
  };
}

function lookupHook(original: AnyMethod, state: StoreState, onFailed: (count: number) => void): AnyMethod {
  return function lookup(this: never, ...args: never[]) {
    state.asking();
    const keys: unknown = args[0];
    function failed(error: unknown): void {
      state.answered();
      state.failed(error, 'store_fails');
      onFailed(Array.isArray(keys) ? keys.length : 1);
    }
    let result: unknown;
    try {
      result = original.apply(this, args);
    } catch (error) {
      failed(error);
      throw error;
    }
    if (!isThenable(result)) {
      state.answered();
      return result;
    }
    return result.then(
      (answer) => {
        state.answered();
        state.worked();
        return answer;
      },
      (error: unknown) => {
        failed(error);
        throw error;
      },
    );
  };
}

interface Emitter {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** Only those that somebody listens to: where nobody does, an error is to be thrown. */
function emittersOf(store: unknown): readonly Emitter[] {
  if (!hasMethods(store, 'on', 'off', 'listenerCount')) return [];
  const emitter = store as unknown as Emitter & { listenerCount(event: string): number };
  return emitter.listenerCount('error') > 0 ? [emitter] : [];
}

/** Known of a store in memory alone. */
function entriesOf({ store }: KeyvLike): number | undefined {
  const inner = isLoose(store) ? store['store'] : undefined;
  return inner instanceof Map ? inner.size : undefined;
}
