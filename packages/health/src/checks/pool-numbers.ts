import type { CheckResult } from '../check.ts';
import { hasMethods, hasNumbers } from './client-shape.ts';
import { down } from './timed-check.ts';

/** What a pool says about itself. */
export interface PoolNumbers {
  /** Resources that there are. */
  readonly size: number;
  /** Those of them that nobody uses. */
  readonly available: number;
  /** Callers that wait for one. */
  readonly pending: number;
  /** Most resources that there may be. */
  readonly max: number;
}

/** A pool of `tarn`, as `knex` has it at `knex.client.pool`. */
export interface TarnPool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** A pool of `pg`. */
export interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
}

/** Any pool whose numbers can be read: one of `generic-pool` or of its shape, of `tarn` or of `pg`. */
export type WatchedPool = PoolNumbers | TarnPool | PgPool;

/** What `pg` takes when nothing is said. */
const PG_MAX = 10;

/** @returns reads the numbers of a pool; undefined for what is no pool */
export function poolReader(pool: unknown): (() => PoolNumbers) | undefined {
  if (hasNumbers(pool, 'size', 'available', 'pending', 'max')) {
    const { size, available, pending, max } = fields(pool);
    return () => ({ size: size(), available: available(), pending: pending(), max: max() });
  }
  if (hasMethods(pool, 'numUsed', 'numFree', 'numPendingAcquires') && hasNumbers(pool, 'max')) {
    const tarn = pool as TarnPool & { readonly max: number };
    return () => ({
      size: tarn.numUsed() + tarn.numFree(),
      available: tarn.numFree(),
      pending: tarn.numPendingAcquires(),
      max: tarn.max,
    });
  }
  if (isPgPool(pool)) {
    return () => ({
      size: pool.totalCount,
      available: pool.idleCount,
      pending: pool.waitingCount,
      max: pool.options?.max ?? PG_MAX,
    });
  }
  return undefined;
}

export function isPgPool(value: unknown): value is PgPool {
  return hasNumbers(value, 'totalCount', 'idleCount', 'waitingCount');
}

function fields(pool: object): Readonly<Record<keyof PoolNumbers, () => number>> {
  const read = (key: keyof PoolNumbers) => (): number => Number(Reflect.get(pool, key));
  return { size: read('size'), available: read('available'), pending: read('pending'), max: read('max') };
}

/** Whether everything that there may be is in use. */
export function isExhausted(numbers: PoolNumbers | undefined): boolean {
  return numbers !== undefined && numbers.size >= numbers.max && numbers.available === 0;
}

/**
 * Down because there was no connection, and whether that is due to the pool or to the server.
 *
 * @param what what was seen: `no connection after 700 ms`
 * @param hint how to see what the connections do
 */
export function noConnection(numbers: PoolNumbers | undefined, what: string, hint: string): CheckResult {
  if (numbers === undefined || !isExhausted(numbers)) {
    return down(`${what}: see that the server runs and can be reached`, numbers);
  }
  const { max, pending } = numbers;
  return down(
    `the pool is exhausted, ${what}: all ${max} are in use and ${pending} callers wait; ${hint}, and whether every ` +
      'connection is released',
    numbers,
  );
}
