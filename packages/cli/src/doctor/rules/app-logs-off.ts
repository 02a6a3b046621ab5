import { defineRule } from '../finding.ts';
import { isTrueAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appLogsOff = defineRule({
  code: 'app-logs-off',
  when: 'Log lines go neither to stdout nor anywhere else',
  check({ app }) {
    const logs = valueAt(jsonIn(app.status), 'config', 'logs');
    if (logs === undefined || isTrueAt(logs, 'stdout') || isTrueAt(logs, 'push')) return [];
    return [
      {
        part: 'app',
        seen: 'log lines go nowhere',
        fix: 'let logs.stdout be true, or set OTEL_LOGS_EXPORTER=otlp',
      },
    ];
  },
});
