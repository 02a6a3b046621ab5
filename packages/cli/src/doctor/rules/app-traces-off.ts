import { defineRule } from '../finding.ts';
import { isTrueAt, listAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appTracesOff = defineRule({
  code: 'app-traces-off',
  when: 'OTEL_TRACES_EXPORTER keeps traces in the process',
  check({ app, tempo }) {
    const traces = valueAt(jsonIn(app.status), 'config', 'traces');
    if (traces === undefined || tempo === undefined) return [];
    if (isTrueAt(traces, 'enabled') && listAt(traces, 'exporters').includes('otlp')) return [];
    return [
      {
        part: 'app',
        seen: `traces go to ${listAt(traces, 'exporters').join(', ') || 'nowhere'}`,
        fix: 'take OTEL_TRACES_EXPORTER away, or set it to otlp',
      },
    ];
  },
});
