import { defineRule } from '../finding.ts';
import { isTrueAt } from '../json-at.ts';
import { isOk, jsonIn } from '../probe.ts';

export const prometheusTargetAbsent = defineRule({
  code: 'prometheus-target-absent',
  when: 'No scrape job of Prometheus has the service',
  check({ app, prometheus }) {
    if (prometheus === undefined || !isOk(prometheus.targets) || app.page.length === 0) return [];
    if (prometheus.target !== undefined || prometheus.dropped.length > 0) return [];
    // It sends its metrics by itself, and need not be scraped.
    if (isTrueAt(jsonIn(app.status), 'config', 'metrics', 'push')) return [];
    const { host } = new URL(app.url);
    return [
      {
        part: 'prometheus',
        seen: `none of the ${prometheus.targetCount} targets of Prometheus is the service at ${host}`,
        fix: `add it: scrape_configs: [{ job_name: ${app.name ?? 'service'}, static_configs: [{ targets: ['${host}'] }] }]; from a container, the host is host.docker.internal`,
      },
    ];
  },
});
