import { totalsBy } from '../exposition.ts';
import { defineRule, type Found } from '../finding.ts';

const fixes: Readonly<Record<string, string>> = {
  rate_limited: 'raise overrides.defaults.ingestion.rate_limit_bytes and burst_size_bytes, or sample',
  trace_too_large: 'raise overrides.defaults.global.max_bytes_per_trace, or end traces that never end',
  live_traces_exceeded: 'raise overrides.defaults.ingestion.max_traces_per_user',
};

export const tempoRefused = defineRule({
  code: 'tempo-refused',
  when: 'Tempo throws spans away; a note where that was earlier',
  check({ tempo }) {
    if (tempo === undefined) return [];
    const name = 'tempo_discarded_spans_total';
    const before = totalsBy(tempo.before, name, 'reason');
    return [...totalsBy(tempo.after, name, 'reason')].flatMap(([reason, total]): readonly Found[] => {
      const more = total - (before.get(reason) ?? 0);
      if (total === 0) return [];
      return [
        {
          part: 'tempo',
          severity: more > 0 ? 'fault' : 'note',
          seen: `Tempo threw ${total} spans away (${reason})${more > 0 ? `, ${more} while this ran` : ', none while this ran'}`,
          fix: fixes[reason] ?? 'see its log for the reason',
        },
      ];
    });
  },
});
