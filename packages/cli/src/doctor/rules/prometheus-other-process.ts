import { defineRule } from '../finding.ts';
import { isSameStart } from '../gather/prometheus.ts';

export const prometheusOtherProcess = defineRule({
  code: 'prometheus-other-process',
  when: 'Prometheus scrapes another process at the address of the service',
  check({ app, prometheus }) {
    const found = prometheus?.target;
    if (found?.foundBy !== 'address' || found.target.health !== 'up') return [];
    const [start, own] = [prometheus?.scrapedStartSeconds, app.startSeconds];
    const [there, here] = [iso(start), iso(own)];
    if (there === undefined || here === undefined || isSameStart(start, own)) return [];
    return [
      {
        part: 'prometheus',
        seen: `${found.target.scrapeUrl} is scraped, and it is a process that started at ${there}, not the one here of ${here}`,
        fix: 'two services have the port, or the one here was started again a moment ago: run the doctor once more, then give each a port of its own',
      },
    ];
  },
});

/** Nothing for what is no time: a sample may be NaN. */
function iso(seconds = Number.NaN): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
