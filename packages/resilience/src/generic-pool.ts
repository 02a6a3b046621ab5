export { genericPool, genericPoolWatcher } from './pools/generic-pool.ts';
export type { GenericPoolLike } from './pools/generic-pool.ts';
export type { PoolWatchOptions } from './pools/pool-options.ts';
export { poolShape } from './pools/pool-shape.ts';
export type { PoolShape } from './pools/pool-shape.ts';
export { tarnPool, tarnPoolWatcher } from './pools/tarn.ts';
export type { TarnPoolLike } from './pools/tarn.ts';
