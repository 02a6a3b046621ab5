import { defineRule, type Found } from '../finding.ts';

export const grafanaDataSourceEmpty = defineRule({
  code: 'grafana-data-source-empty',
  when: 'A server has what was sent, and its data source in Grafana does not',
  unless: ['grafana'],
  check: ({ steps, grafana }) =>
    steps.flatMap(({ at, through, found, signal, said }): readonly Found[] => {
      if (at !== 'grafana' || through === undefined || found) return [];
      const source = grafana?.dataSources.find(({ type }) => type === through);
      return [
        {
          part: 'grafana',
          seen: `the ${signal} is in ${through} and not behind the data source ${source?.name} at ${source?.url}${said ? `: ${said}` : ''}`,
          fix: `let it lead to the same ${through}, with the same tenant (X-Scope-OrgID)`,
        },
      ];
    }),
});
