import { defineRule } from '../finding.ts';
import { isTrueAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appMetricsOff = defineRule({
  code: 'app-metrics-off',
  when: 'OTEL_METRICS_EXPORTER takes the page away, or the page fails',
  check({ app, prometheus }) {
    const metrics = valueAt(jsonIn(app.status), 'config', 'metrics');
    if (metrics === undefined || prometheus === undefined || isTrueAt(metrics, 'push')) return [];
    if (!isTrueAt(metrics, 'page')) {
      return [
        {
          part: 'app',
          seen: 'the service has no page of metrics',
          fix: 'take OTEL_METRICS_EXPORTER away, or set it to prometheus',
        },
      ];
    }
    if (app.metrics.kind !== 'answer' || app.metrics.status === 200) return [];
    return [
      {
        part: 'app',
        seen: `${app.url}/metrics is answered by ${app.metrics.status}`,
        fix: 'see the log of the service: it says why the page could not be written',
      },
    ];
  },
});
