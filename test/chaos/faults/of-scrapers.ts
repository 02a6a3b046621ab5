import { freePort } from '../../servers/ports.ts';
import { type ScraperFault, startScraper } from '../scrapers.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const scrapers = new WeakMap<World, { stop(): void }>();
const scrapedPorts = new WeakMap<World, number>();
/** Traces as in every other row, and metrics to be scraped. */
const SCRAPED_OTEL = {
  SIGNALS: 'environment',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_LOGS_EXPORTER: 'none',
} as const;

function scraperFault(fault: ScraperFault, title: string): Fault {
  return {
    name: `scraper-${fault}`,
    group: 'Prometheus',
    title,
    on: ['sightline', 'otel', 'constant-page'],
    async prepare(world, telemetry) {
      const port = await freePort();
      scrapedPorts.set(world, port);
      const env = { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
      return { env: telemetry === 'otel' ? { ...SCRAPED_OTEL, ...env } : env };
    },
    begin: (world) => void scrapers.set(world, startScraper(scrapedPorts.get(world) ?? 0, fault)),
    end: (world) => scrapers.get(world)?.stop(),
  };
}

export const scraperFaults: readonly Fault[] = [
  scraperFault('hangs', '20 scrapers ask and do not read'),
  scraperFault('slow', '20 scrapers read slowly'),
  scraperFault('many', '50 scrapes at once, every second'),
  scraperFault('cuts', '20 scrapers go away mid-body, again and again'),
];
