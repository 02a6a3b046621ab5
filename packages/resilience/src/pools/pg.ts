import { hasMethods, isThenable, type Loose, numberOf } from '../shape.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { watchAcquire } from './acquire-hook.ts';
import { acquireSite } from './acquire-site.ts';
import { createPoolMeter, type PoolMeter, type PoolNumbers } from './pool-meter.ts';
import { type PoolWatchOptions, resolvePoolOptions, type ResolvedPoolWatchOptions } from './pool-options.ts';
import { watchRelease } from './watch-release.ts';

type Listener = (...args: readonly unknown[]) => void;
type Connect = (this: never, ...args: never[]) => unknown;

/** A pool of pg, or of anything with its events. */
export interface PgPoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly connect: Connect;
  readonly options?: { readonly max?: number };
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/**
 * Watches pools of pg, where the defaults do not fit: `watch(pool, { name, as: pgPoolWatcher({ keepSites: true }) })`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 */
export function pgPoolWatcher(options: PoolWatchOptions = {}): Watcher<PgPoolLike> {
  const resolved = resolvePoolOptions('pgPoolWatcher', options);
  return {
    kind: 'pool',
    supports: 'Pool of pg',
    recognises: isPgPool,
    watch: (pool, context) => watchPool(pool, context, resolved),
  };
}

/** Watches pools of pg, with the defaults. */
export const pgPool: Watcher<PgPoolLike> = pgPoolWatcher();

function isPgPool(thing: unknown): thing is PgPoolLike & Loose {
  return (
    hasMethods(thing, 'connect', 'query', 'on', 'off') &&
    (['totalCount', 'idleCount', 'waitingCount'] as const).every(
      (name) => numberOf(thing[name]) !== undefined,
    )
  );
}

function watchPool(
  pool: PgPoolLike,
  context: WatchContext,
  options: ResolvedPoolWatchOptions,
): Watching<PgPoolLike> {
  const poolMeter = createPoolMeter(context, options);
  /** pg-pool before 3.6 does not; there each connection has to tell by itself. */
  let tellsOfRelease = false;
  const meter: PoolMeter = {
    ...poolMeter,
    acquired(client, startMs, site) {
      const isSeenAgain = tellsOfRelease || watchRelease(client, poolMeter.returned);
      poolMeter.acquired(isSeenAgain ? client : undefined, startMs, site);
    },
  };
  const opened = context.counter('pool_opened_connections_total');
  const closed = context.counter('pool_closed_connections_total');
  const onConnect: Listener = () => opened.add(1);
  const onRemove: Listener = (client) => {
    closed.add(1);
    meter.returned(client);
  };
  const onRelease: Listener = (_error, client) => {
    tellsOfRelease = true;
    meter.returned(client);
  };
  pool.on('connect', onConnect);
  pool.on('remove', onRemove);
  pool.on('release', onRelease);
  const unwrap = wrapMethod(pool, 'connect', (original) => connectHook(original, meter));
  return {
    dispose(it) {
      unwrap(it);
      it.off('release', onRelease);
      it.off('remove', onRemove);
      it.off('connect', onConnect);
    },
    collect: (it) => meter.collect(numbersOf(it)),
    status: (it) => meter.status(numbersOf(it)),
    awaitsCall: meter.awaitsCall,
  };
}

function numbersOf({ totalCount, idleCount, waitingCount, options }: PgPoolLike): PoolNumbers {
  return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount, limit: options?.max };
}

/** `query` of the pool comes by here as well, with a callback. */
function connectHook(original: Connect, meter: PoolMeter): Connect {
  return function connect(this: never, ...args: never[]) {
    const startMs = meter.nowMs();
    const site = meter.keepSites ? acquireSite(connect) : undefined;
    const callback: unknown = args[0];
    if (typeof callback !== 'function') {
      const result = original.apply(this, args);
      return isThenable(result) ? watchAcquire(result, meter, startMs, site) : result;
    }
    function onConnected(this: unknown, ...results: readonly unknown[]): unknown {
      const [error, client] = results;
      if (error) {
        meter.refused(error, startMs);
        return Reflect.apply(callback as Listener, this, results);
      }
      const release = releaseOf(client);
      meter.acquired(client, startMs, site);
      // The third is what gives it back as well, in place of which there may be another by now.
      const watched = releaseOf(client);
      const given =
        watched === release ? results : results.map((each) => (each === release ? watched : each));
      return Reflect.apply(callback as Listener, this, given);
    }
    return original.call(this, onConnected as never);
  };
}

function releaseOf(client: unknown): unknown {
  return hasMethods(client, 'release') ? client['release'] : undefined;
}
