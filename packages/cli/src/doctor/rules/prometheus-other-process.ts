import { defineRule } from '../finding.ts';
import { isSameStart } from '../gather/prometheus.ts';

export const prometheusOtherProcess = defineRule({
  code: 'prometheus-other-process',
  when: 'Prometheus scrapes another process at the address of the service',
  check({ app, prometheus }) {
    const found = prometheus?.target;
    if (found?.foundBy !== 'address' || found.target.health !== 'up') return [];
    const start = prometheus?.scrapedStartSeconds;
    if (start === undefined || app.startSeconds === undefined || isSameStart(start, app.startSeconds))
      return [];
    return [
      {
        part: 'prometheus',
        seen: `${found.target.scrapeUrl} is scraped, and it is a process that started at ${iso(start)}, not the one here of ${iso(app.startSeconds)}`,
        fix: 'two services have the port, or the one here was started again a moment ago: run the doctor once more, then give each a port of its own',
      },
    ];
  },
});

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
