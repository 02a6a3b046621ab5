import { defineRule } from '../finding.ts';

export const grafanaTokenRefused = defineRule({
  code: 'grafana-token-refused',
  when: 'Grafana does not know the token, or it may not see data sources',
  check: ({ grafana }) =>
    grafana?.list.kind === 'answer' && (grafana.list.status === 401 || grafana.list.status === 403)
      ? [
          {
            part: 'grafana',
            seen: `Grafana answers ${grafana.list.status} to the question for its data sources`,
            fix: 'make a token of a service account that has the role Admin, or Viewer with datasources:read and datasources:query',
          },
        ]
      : [],
});
