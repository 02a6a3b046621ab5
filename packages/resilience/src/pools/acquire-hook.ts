import { isThenable } from '../shape.ts';
import { acquireSite } from './acquire-site.ts';
import type { PoolMeter } from './pool-meter.ts';

type Acquire = (this: never, ...args: never[]) => unknown;

/** For a method that gives a promise of something of the pool. */
export function acquireHook(original: Acquire, meter: PoolMeter): Acquire {
  return function acquire(this: never, ...args: never[]) {
    const startMs = meter.nowMs();
    const site = meter.keepSites ? acquireSite(acquire) : undefined;
    const result = original.apply(this, args);
    return isThenable(result) ? watchAcquire(result, meter, startMs, site) : result;
  };
}

/** What is returned is what was derived: a rejection that nobody handles stays one. */
export function watchAcquire(
  result: PromiseLike<unknown>,
  meter: PoolMeter,
  startMs: number,
  site: string | undefined,
): PromiseLike<unknown> {
  return result.then(
    (resource) => {
      meter.acquired(resource, startMs, site);
      return resource;
    },
    (error: unknown) => {
      meter.refused(error, startMs);
      throw error;
    },
  );
}
