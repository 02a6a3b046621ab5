import { defineRule } from '../finding.ts';
import { isTrueAt, numberAt, textAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appSampledAway = defineRule({
  code: 'app-sampled-away',
  when: 'The sampler keeps no trace, or (a note) one of many',
  check({ app }) {
    const traces = valueAt(jsonIn(app.status), 'config', 'traces');
    const sampler = textAt(traces, 'sampler', 'name') ?? '';
    const ratio = numberAt(traces, 'sampler', 'ratio') ?? 1;
    if (!isTrueAt(traces, 'enabled')) return [];
    const byRatio = sampler.includes('traceidratio');
    if (sampler.includes('always_off') || (byRatio && ratio === 0)) {
      return [
        {
          part: 'app',
          seen: `the sampler ${sampler}${byRatio ? ' with the share 0' : ''} keeps no trace that begins here`,
          fix: 'set OTEL_TRACES_SAMPLER=parentbased_always_on, or traceidratio with a share in OTEL_TRACES_SAMPLER_ARG',
        },
      ];
    }
    if (!byRatio || ratio >= 1) return [];
    return [
      {
        part: 'app',
        severity: 'note',
        seen: `the sampler ${sampler} keeps ${ratio * 100} % of the traces`,
        fix: 'raise OTEL_TRACES_SAMPLER_ARG where a certain request is looked for',
      },
    ];
  },
});
