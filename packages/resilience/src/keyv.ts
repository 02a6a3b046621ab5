export { keyv } from './caches/keyv.ts';
export type { KeyvLike } from './caches/keyv.ts';
export { cacheLoader, watchableLoader } from './caches/cache-loader.ts';
export type { WatchableLoader } from './caches/cache-loader.ts';
