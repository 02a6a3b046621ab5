import { defineRule } from '../finding.ts';

export const prometheusTargetDropped = defineRule({
  code: 'prometheus-target-dropped',
  when: 'relabel_configs drop the service from the targets',
  check({ prometheus }) {
    if (prometheus === undefined || prometheus.target !== undefined || prometheus.dropped.length === 0)
      return [];
    return [
      {
        part: 'prometheus',
        seen: `Prometheus discovers ${prometheus.dropped[0]} and its relabel_configs drop it`,
        fix: 'look at Status > Service discovery in Prometheus: a rule keep or drop, or an annotation that is missing',
      },
    ];
  },
});
