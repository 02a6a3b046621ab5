import { type Front, isScrape, startedLater } from './front.ts';
import type { Keeper } from './keeper.ts';

/** Fronts of the service by their names, each scraped by a job that has a fault. */
export type ScrapedFronts = ReadonlyMap<string, Front>;

/** Each shows the page of the service as that of a process of its own, to Prometheus and to the doctor. */
export async function startScrapedFronts({ front }: Keeper, adminUrl: string): Promise<ScrapedFronts> {
  const scraped = new Map<string, Front>();
  const names = ['down', 'dropped', 'absent', 'limited', 'relabelled', 'slow', 'other', 'stamped'] as const;
  await Promise.all(
    names.map(async (name, index) => {
      const asOwn = startedLater(100 * (index + 1));
      const asOther = startedLater(5000);
      let stamp = Date.now();
      const started = await front({
        to: adminUrl,
        change(text, request) {
          if (!request.url?.startsWith('/metrics')) return text;
          if (!isScrape(request)) return asOwn(text);
          if (name === 'other') return asOther(text);
          if (name !== 'stamped') return asOwn(text);
          // Every scrape brings a sample that is older than the last one.
          stamp -= 1000;
          return asOwn(text).replace(
            /(?=# EOF)|$/,
            `planted_total 1 ${stamp / (text.includes('# EOF') ? 1000 : 1)}\n`,
          );
        },
        answer(request, response) {
          if (name !== 'slow' || !isScrape(request)) return false;
          // It hangs until the scrape gives up.
          request.once('close', () => response.destroy());
          return true;
        },
      });
      scraped.set(name, started);
    }),
  );
  return scraped;
}

/** Long enough for a busy machine, where every scrape would be one that takes too long. */
export const unhurried = { scrape_interval: '3s', scrape_timeout: '3s' };

/** Jobs of Prometheus, each with a fault. */
export function faultyJobs(scraped: ScrapedFronts): readonly object[] {
  const job = (name: string, more: object): object => ({
    job_name: name,
    static_configs: [{ targets: [scraped.get(name)?.host] }],
    ...more,
  });
  return [
    job('down', { metrics_path: '/nothing', ...unhurried }),
    job('dropped', { relabel_configs: [{ source_labels: ['__address__'], regex: '.*', action: 'drop' }] }),
    job('limited', { sample_limit: 10, ...unhurried }),
    job('relabelled', {
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'nodejs_.*', action: 'keep' }],
      ...unhurried,
    }),
    job('slow', { scrape_interval: '1s', scrape_timeout: '200ms' }),
    job('other', unhurried),
  ];
}
