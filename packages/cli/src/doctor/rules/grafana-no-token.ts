import { defineRule } from '../finding.ts';

export const grafanaNoToken = defineRule({
  code: 'grafana-no-token',
  when: 'A note: without a token, Grafana is asked for its health alone',
  check: ({ grafana }) =>
    grafana?.hasToken === false && grafana.ready.kind === 'answer'
      ? [
          {
            part: 'grafana',
            severity: 'note',
            seen: 'there is no token for Grafana, so that its data sources are left out',
            fix: 'set GRAFANA_TOKEN, or name the file that holds it with --grafana-token-file',
          },
        ]
      : [],
});
