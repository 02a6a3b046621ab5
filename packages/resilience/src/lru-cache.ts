export { lruCache } from './caches/lru-cache.ts';
export type { LruCacheLike } from './caches/lru-shape.ts';
export { cacheLoader, watchableLoader } from './caches/cache-loader.ts';
export type { WatchableLoader } from './caches/cache-loader.ts';
