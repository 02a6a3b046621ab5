import { defineRule } from '../finding.ts';

/** Scrapes that may be missing before it counts. */
const MOST_INTERVALS = 3;

export const prometheusScrapeStale = defineRule({
  code: 'prometheus-scrape-stale',
  when: 'The last scrape of the service is long ago, although it is a target',
  check({ nowMs, prometheus }) {
    const target = prometheus?.target?.target;
    if (target?.health !== 'up' || target.lastScrapeMs === undefined) return [];
    const skewMs = (prometheus?.ready.kind === 'answer' ? prometheus.ready.skewMs : undefined) ?? 0;
    const agoMs = nowMs + skewMs - target.lastScrapeMs;
    if (agoMs < MOST_INTERVALS * target.intervalMs + 5000) return [];
    return [
      {
        part: 'prometheus',
        seen: `Prometheus scraped ${target.scrapeUrl} ${Math.round(agoMs / 1000)} s ago, and does so every ${target.intervalMs / 1000} s`,
        fix: 'see whether Prometheus is short of CPU or hangs on its disk',
      },
    ];
  },
});
