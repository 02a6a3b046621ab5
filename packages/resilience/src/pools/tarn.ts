import { hasMethods, type Loose, numberOf } from '../shape.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { acquireSite } from './acquire-site.ts';
import { createPoolMeter, type PoolNumbers } from './pool-meter.ts';
import { type PoolWatchOptions, resolvePoolOptions, type ResolvedPoolWatchOptions } from './pool-options.ts';

type Listener = (...args: readonly unknown[]) => void;

/** A pool of tarn: the one within Knex, for example. */
export interface TarnPoolLike {
  readonly max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  on(event: string, listener: Listener): unknown;
  removeListener(event: string, listener: Listener): unknown;
}

/**
 * Watches pools of tarn, where the defaults do not fit: `watch(pool, { name, as: tarnPoolWatcher({ keepSites: true }) })`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`
 */
export function tarnPoolWatcher(options: PoolWatchOptions = {}): Watcher<TarnPoolLike> {
  const resolved = resolvePoolOptions('tarnPoolWatcher', options);
  return {
    kind: 'pool',
    supports: 'Pool of tarn',
    recognises: isTarnPool,
    watch: (pool, context) => watchPool(pool, context, resolved),
  };
}

/** Watches pools of tarn, with the defaults. */
export const tarnPool: Watcher<TarnPoolLike> = tarnPoolWatcher();

function isTarnPool(thing: unknown): thing is TarnPoolLike & Loose {
  return (
    hasMethods(
      thing,
      'acquire',
      'release',
      'numUsed',
      'numFree',
      'numPendingAcquires',
      'on',
      'removeListener',
    ) && numberOf(thing['max']) !== undefined
  );
}

interface Waiting {
  readonly startMs: number;
  readonly site: string | undefined;
}

/** Most requests that are followed while they wait. */
const MAX_WAITING = 10_000;

function watchPool(
  pool: TarnPoolLike,
  context: WatchContext,
  options: ResolvedPoolWatchOptions,
): Watching<TarnPoolLike> {
  const meter = createPoolMeter(context, options);
  const opened = context.counter('pool_opened_connections_total');
  const closed = context.counter('pool_closed_connections_total');
  /** The requests that wait, by their event numbers. */
  const waiting = new Map<unknown, Waiting>();

  function onRequest(eventId: unknown): void {
    if (waiting.size >= MAX_WAITING) return;
    // Told within the call of `acquire`, whose caller is the site.
    waiting.set(eventId, {
      startMs: meter.nowMs(),
      site: meter.keepSites ? acquireSite(onRequest) : undefined,
    });
  }

  function endOf(eventId: unknown): Waiting {
    const request = waiting.get(eventId) ?? { startMs: meter.nowMs(), site: undefined };
    waiting.delete(eventId);
    return request;
  }

  const listeners: Readonly<Record<string, Listener>> = {
    acquireRequest: onRequest,
    acquireSuccess(eventId, resource) {
      const { startMs, site } = endOf(eventId);
      meter.acquired(resource, startMs, site);
    },
    acquireFail: (eventId, error) => meter.refused(error, endOf(eventId).startMs),
    release: (resource) => meter.returned(resource),
    createSuccess: () => opened.add(1),
    createFail: (_eventId, error) => meter.failed(error),
    destroySuccess: () => closed.add(1),
    destroyFail: () => closed.add(1),
  };
  const all = Object.entries(listeners);
  for (const [event, listener] of all) pool.on(event, listener);
  return {
    dispose(it) {
      for (const [event, listener] of all) it.removeListener(event, listener);
    },
    collect: (it) => meter.collect(numbersOf(it)),
    status: (it) => meter.status(numbersOf(it)),
    awaitsCall: meter.awaitsCall,
  };
}

function numbersOf(pool: TarnPoolLike): PoolNumbers {
  return { used: pool.numUsed(), idle: pool.numFree(), waiting: pool.numPendingAcquires(), limit: pool.max };
}
