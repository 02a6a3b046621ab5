import { hasMethods, type Loose, numberOf } from '../shape.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { acquireHook } from './acquire-hook.ts';
import { createPoolMeter, type PoolMeter, type PoolNumbers } from './pool-meter.ts';
import { type PoolWatchOptions, resolvePoolOptions, type ResolvedPoolWatchOptions } from './pool-options.ts';

type AnyMethod = (this: never, ...args: never[]) => unknown;
type Listener = (error: unknown) => void;

/** A pool of generic-pool. */
export interface GenericPoolLike {
  readonly available: number;
  readonly borrowed: number;
  readonly pending: number;
  readonly max: number;
  readonly acquire: AnyMethod;
  readonly release: AnyMethod;
  readonly destroy: AnyMethod;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/**
 * Watches pools of generic-pool, where the defaults do not fit: `watch(pool, { name, as: genericPoolWatcher({ keepSites: true }) })`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 */
export function genericPoolWatcher(options: PoolWatchOptions = {}): Watcher<GenericPoolLike> {
  const resolved = resolvePoolOptions('genericPoolWatcher', options);
  return {
    kind: 'pool',
    supports: 'Pool of generic-pool',
    recognises: isGenericPool,
    watch: (pool, context) => watchPool(pool, context, resolved),
  };
}

/** Watches pools of generic-pool, with the defaults. */
export const genericPool: Watcher<GenericPoolLike> = genericPoolWatcher();

function isGenericPool(thing: unknown): thing is GenericPoolLike & Loose {
  return (
    hasMethods(thing, 'acquire', 'release', 'destroy', 'drain', 'on', 'off') &&
    (['available', 'borrowed', 'pending', 'max'] as const).every(
      (name) => numberOf(thing[name]) !== undefined,
    )
  );
}

function watchPool(
  pool: GenericPoolLike,
  context: WatchContext,
  options: ResolvedPoolWatchOptions,
): Watching<GenericPoolLike> {
  const meter = createPoolMeter(context, options);
  const onCreateError: Listener = (error) => meter.failed(error);
  pool.on('factoryCreateError', onCreateError);
  const unwraps = [
    wrapMethod(pool, 'acquire', (original) => acquireHook(original, meter)),
    wrapMethod(pool, 'release', (original) => returnHook(original, meter)),
    wrapMethod(pool, 'destroy', (original) => returnHook(original, meter)),
  ] as const;
  return {
    dispose(it) {
      for (const unwrap of unwraps.toReversed()) unwrap(it);
      it.off('factoryCreateError', onCreateError);
    },
    collect: (it) => meter.collect(numbersOf(it)),
    status: (it) => meter.status(numbersOf(it)),
    awaitsCall: meter.awaitsCall,
  };
}

function numbersOf({ borrowed, available, pending, max }: GenericPoolLike): PoolNumbers {
  return { used: borrowed, idle: available, waiting: pending, limit: max };
}

function returnHook(original: AnyMethod, meter: PoolMeter): AnyMethod {
  return function giveBack(this: never, ...args: never[]) {
    meter.returned(args[0]);
    return original.apply(this, args);
  };
}
