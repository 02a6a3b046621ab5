export { pgPool, pgPoolWatcher } from './pools/pg.ts';
export type { PgPoolLike } from './pools/pg.ts';
export type { PoolWatchOptions } from './pools/pool-options.ts';
