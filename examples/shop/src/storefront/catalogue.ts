import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Sightline } from '@sightline/bootstrap';
import { watchableLoader } from '@sightline/resilience/lru-cache';
import type { Incident } from '../incidents.ts';
import { type Product, products } from './products.ts';

/** What the shop sells, as it is asked for. */
export interface Catalogue {
  list(): Promise<readonly Product[]>;
  /** Resolves to undefined when there is no such product. */
  find(id: string): Promise<Product | undefined>;
  suffer(incident: Incident): void;
}

/** How long the catalogue takes to answer, as it lives elsewhere [ms]. */
const READ_MS = 3;
/** Under this key the list is kept; no product is called so. */
const LIST = '*';

/** Reads through a cache that is a little too small, and gives out what is stale while it reads anew. */
export function createCatalogue(watch: Sightline['watch']): Catalogue {
  let readMs = READ_MS;
  let flushing: NodeJS.Timeout | undefined;
  const read = watchableLoader(async (key: string): Promise<readonly Product[]> => {
    await delay(readMs);
    return products.filter(({ id }) => key === LIST || id === key);
  });
  const cache = new LRUCache<string, readonly Product[]>({
    max: 5,
    ttl: 500,
    allowStale: true,
    // Whoever waits for what is thrown away meanwhile gets it all the same.
    ignoreFetchAbort: true,
    fetchMethod: (key) => read(key),
  });
  watch(cache, { name: 'catalogue' });
  // Apart from the cache, which counts its loads itself: what is read twice at a time after it was thrown away.
  watch(read, { name: 'catalogue-reads' });

  /** What is too old goes as such, then the rest. */
  function flush(): void {
    cache.purgeStale();
    cache.clear();
  }

  return {
    list: async () => (await cache.fetch(LIST)) ?? [],
    async find(id) {
      const [product] = (await cache.fetch(id === LIST ? '' : id)) ?? [];
      return product;
    },
    suffer(next) {
      clearInterval(flushing);
      readMs = next.kind === 'flushing' ? next.readMs : READ_MS;
      if (next.kind === 'flushing') flushing = setInterval(flush, next.everyMs).unref();
    },
  };
}
