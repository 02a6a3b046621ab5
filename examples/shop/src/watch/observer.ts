import type { ObservedShop } from '../observed-shop.ts';
import type { Service } from '../processes.ts';
import { parseExposition } from './exposition.ts';
import { type Scrape, type ServiceFigures, serviceFigures } from './figures.ts';

/** Figures are those of so many scrapes. */
const WINDOW_SCRAPES = 5;

/** Reads the metrics pages of services, again and again, and says what happened lately. */
export interface Observer {
  /** Reads every page once. */
  scrape(): Promise<void>;
  /** Undefined before the second scrape. */
  figures(service: Service): ServiceFigures | undefined;
}

export function createObserver({ services, page }: Pick<ObservedShop, 'services' | 'page'>): Observer {
  const scrapes = new Map<Service, Scrape[]>();

  async function scrapeOne(service: Service): Promise<void> {
    const text = await page(service, '/metrics');
    const own = scrapes.get(service) ?? [];
    own.push({ timeMs: performance.now(), samples: parseExposition(text) });
    if (own.length > WINDOW_SCRAPES) own.shift();
    scrapes.set(service, own);
  }

  return {
    scrape: async () => void (await Promise.all(services.map(scrapeOne))),
    figures(service) {
      const own = scrapes.get(service) ?? [];
      const [first] = own;
      const last = own.at(-1);
      return first === undefined || last === undefined || first === last
        ? undefined
        : serviceFigures(first, last);
    },
  };
}
