import { defineRule } from '../finding.ts';
import { isTrueAt, numberAt, textAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appSampledAway = defineRule({
  code: 'app-sampled-away',
  when: 'The sampler keeps no trace, or only failed and slow ones, or (a note) one of many',
  check({ app }) {
    const traces = valueAt(jsonIn(app.status), 'config', 'traces');
    const sampler = textAt(traces, 'sampler', 'name') ?? '';
    const ratio = numberAt(traces, 'sampler', 'ratio') ?? 1;
    if (!isTrueAt(traces, 'enabled')) return [];
    const byRatio = sampler.includes('traceidratio');
    const kept = [
      ...(isTrueAt(traces, 'bias', 'errors') ? ['failed'] : []),
      ...(isTrueAt(traces, 'bias', 'slow') ? ['slow'] : []),
    ].join(' and ');
    if (sampler.includes('always_off') || (byRatio && ratio === 0)) {
      return [
        {
          part: 'app',
          seen: `the sampler ${sampler}${byRatio ? ' with the share 0' : ''} keeps ${kept === '' ? 'no trace that begins here' : `of the traces that begin here the ${kept} ones alone`}`,
          fix: 'set OTEL_TRACES_SAMPLER=parentbased_always_on, or OTEL_TRACES_SAMPLER=parentbased_traceidratio and a share in OTEL_TRACES_SAMPLER_ARG',
        },
      ];
    }
    if (!byRatio || ratio >= 1) return [];
    return [
      {
        part: 'app',
        severity: 'note',
        seen: `the sampler ${sampler} keeps ${ratio * 100} % of the traces${kept === '' ? '' : `, and the ${kept} ones of the others`}`,
        fix: 'raise the share, OTEL_TRACES_SAMPLER_ARG, where a certain request is looked for',
      },
    ];
  },
});
