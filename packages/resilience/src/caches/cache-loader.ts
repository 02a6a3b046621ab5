import { createMark } from '../mark.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { createLoadMeter, type LoadMeter } from './load-meter.ts';

/** A function that gets what a cache does not have, by the key, and that `watch` can watch. */
export type WatchableLoader<Parameters extends readonly unknown[], Value> = (
  ...parameters: Parameters
) => Promise<Value>;

type AnyLoader = (...parameters: readonly never[]) => Promise<unknown>;

interface Loading {
  meter: LoadMeter | undefined;
  /** How many loads of a key are under way; no more keys than loads. */
  readonly underWay: Map<unknown, number>;
}

const loadings = createMark<Loading>('watchable-loader');

/**
 * Makes a function that loads into a cache one that can be watched: how long it takes, and how often it loads what is
 * being loaded already, which is what a stampede is made of. It does the same as before.
 *
 * @param load its first parameter is the key
 * @example const loadProduct = watchableLoader((id: string) => database.product(id));
 */
export function watchableLoader<const Parameters extends readonly unknown[], Value>(
  load: (...parameters: Parameters) => Promise<Value> | Value,
): WatchableLoader<Parameters, Value> {
  const loading: Loading = { meter: undefined, underWay: new Map() };

  async function loader(...parameters: Parameters): Promise<Value> {
    const { meter, underWay } = loading;
    const [key] = parameters;
    const before = underWay.get(key) ?? 0;
    underWay.set(key, before + 1);
    if (before > 0) meter?.overlapped();
    const end = meter?.begin();
    let isSuccess = false;
    try {
      const value = await load(...parameters);
      isSuccess = true;
      return value;
    } finally {
      end?.(isSuccess);
      const left = underWay.get(key)! - 1;
      if (left > 0) underWay.set(key, left);
      else underWay.delete(key);
    }
  }

  loadings.set(loader, loading);
  return loader;
}

/** Watches what `watchableLoader` made; it may have the name of the cache that it loads into. */
export const cacheLoader: Watcher<AnyLoader> = {
  kind: 'cache_loader',
  supports: 'a function that watchableLoader made',
  recognises: (thing): thing is AnyLoader => typeof thing === 'function' && loadings.get(thing) !== undefined,
  watch(loader: AnyLoader, context: WatchContext): Watching<AnyLoader> {
    const meter = createLoadMeter(context);
    loadings.get(loader)!.meter = meter;
    return {
      dispose(it) {
        const mine = loadings.get(it)!;
        if (mine.meter === meter) mine.meter = undefined;
      },
      status: () => ({ activeLoads: meter.activeCount() }),
    };
  },
};
