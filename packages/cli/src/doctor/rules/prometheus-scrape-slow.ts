import { defineRule } from '../finding.ts';
import { targetError } from './target-error.ts';

export const prometheusScrapeSlow = defineRule({
  code: 'prometheus-scrape-slow',
  when: 'The page takes longer than the scrape may',
  check(facts) {
    const { kind, target } = targetError(facts);
    if (kind !== 'too-slow' || target === undefined) return [];
    return [
      {
        part: 'prometheus',
        seen: `the scrape of ${target.scrapeUrl} takes too long: ${target.lastError}`,
        fix: 'see sightline_scrape_duration_seconds and the event loop of the service, and whether a firewall swallows the connection; else raise scrape_timeout',
      },
    ];
  },
});
