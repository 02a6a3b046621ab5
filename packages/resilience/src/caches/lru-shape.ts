import { hasMethods, type Loose, numberOf } from '../shape.ts';

/** What lru-cache writes into the object that is given as `status`, as far as it is used here. */
export interface LruStatus {
  get?: string;
  set?: string;
  fetch?: string;
  memo?: string;
  returnedStale?: boolean;
}

/** Options of any of its methods, as far as they are used here. */
export interface LruOptions {
  readonly allowStale?: boolean;
  readonly status?: LruStatus | undefined;
  readonly forceRefresh?: boolean;
}

/** A cache of lru-cache 10 or 11. */
export interface LruCacheLike {
  readonly size: number;
  /** 0 for none. */
  readonly max: number;
  readonly maxSize: number;
  readonly calculatedSize: number;
  readonly allowStale: boolean;
  get(key: unknown, options?: LruOptions): unknown;
  set(key: unknown, value: unknown, options?: LruOptions): unknown;
  delete(key: unknown): boolean;
  clear(): void;
  pop(): unknown;
  peek(key: unknown, options?: LruOptions): unknown;
  load(entries: unknown): void;
  fetch(key: unknown, options?: LruOptions): Promise<unknown>;
  forceFetch?(key: unknown, options?: LruOptions): Promise<unknown>;
  memo?(key: unknown, options?: LruOptions): unknown;
}

const methods = ['get', 'set', 'delete', 'clear', 'pop', 'peek', 'load', 'fetch', 'purgeStale'] as const;

export function isLruCache(thing: unknown): thing is LruCacheLike & Loose {
  return (
    hasMethods(thing, ...methods) &&
    (['size', 'max', 'calculatedSize'] as const).every((name) => numberOf(thing[name]) !== undefined)
  );
}
