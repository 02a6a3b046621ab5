import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Sightline } from '@sightline/bootstrap';
import { type Product, products } from './products.ts';

/** What the shop sells, as it is asked for. */
export interface Catalogue {
  list(): Promise<readonly Product[]>;
  /** Resolves to undefined when there is no such product. */
  find(id: string): Promise<Product | undefined>;
}

/** How long the catalogue takes to answer, as it lives elsewhere [ms]. */
const READ_MS = 3;
/** Under this key the list is kept; no product is called so. */
const LIST = '*';

/** Reads through a cache that is a little too small, and gives out what is stale while it reads anew. */
export function createCatalogue(watch: Sightline['watch']): Catalogue {
  const cache = new LRUCache<string, readonly Product[]>({
    max: 5,
    ttl: 500,
    allowStale: true,
    fetchMethod: async (key) => {
      await delay(READ_MS);
      const found = products.filter(({ id }) => key === LIST || id === key);
      return found.length > 0 ? found : undefined;
    },
  });
  watch(cache, { name: 'catalogue' });
  return {
    list: async () => (await cache.fetch(LIST)) ?? [],
    async find(id) {
      const [product] = (await cache.fetch(id === LIST ? '' : id)) ?? [];
      return product;
    },
  };
}
