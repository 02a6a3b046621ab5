import { defineRule } from '../finding.ts';
import { stepOf } from '../facts.ts';

export const prometheusMetricsDropped = defineRule({
  code: 'prometheus-metrics-dropped',
  when: 'metric_relabel_configs drop what the dashboards need',
  check(facts) {
    const { prometheus } = facts;
    const target = prometheus?.target?.target;
    if (prometheus === undefined || target?.health !== 'up') return [];
    const { scrapedSamples = 0, keptSamples = 0 } = prometheus;
    if (keptSamples >= scrapedSamples) return [];
    const step =
      stepOf(facts, 'metric', 'app', 'prometheus') ?? stepOf(facts, 'metric', 'doctor', 'prometheus');
    // Some are dropped on purpose everywhere; what was planted must come through.
    if (step?.found ?? prometheus.target?.foundBy === 'series') return [];
    return [
      {
        part: 'prometheus',
        seen: `of ${scrapedSamples} samples of ${target.scrapeUrl}, metric_relabel_configs leave ${keptSamples}, and not what was looked for`,
        fix: 'let the rules keep http_server_*, process_* and what the dashboards name',
      },
    ];
  },
});
