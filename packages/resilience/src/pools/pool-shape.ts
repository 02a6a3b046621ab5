import { isLoose, numberOf } from '../shape.ts';
import type { Watcher } from '../watcher.ts';
import { createPoolGauges, type PoolNumbers } from './pool-meter.ts';

/** Anything that says how much it holds: what is out is `size - available`. */
export interface PoolShape {
  readonly size: number;
  readonly available: number;
  /** Requests that wait. */
  readonly pending: number;
  readonly max?: number;
}

/** Watches what is no pool of a known library, and can be looked at as one. */
export const poolShape: Watcher<PoolShape> = {
  kind: 'pool',
  supports: 'anything with the numbers size, available and pending',
  recognises: (thing): thing is PoolShape =>
    isLoose(thing) &&
    (['size', 'available', 'pending'] as const).every((name) => numberOf(thing[name]) !== undefined),
  watch(_pool, context) {
    const collect = createPoolGauges(context);
    return {
      dispose() {},
      collect: (it) => collect(numbersOf(it)),
      status: (it) => ({ ...numbersOf(it) }),
    };
  },
};

function numbersOf({ size, available, pending, max }: PoolShape): PoolNumbers {
  return { used: size - available, idle: available, waiting: pending, limit: numberOf(max) };
}
