import { defineRule } from '../finding.ts';

const wanted = ['prometheus', 'loki', 'tempo', 'alertmanager'] as const;

export const grafanaDataSourceUid = defineRule({
  code: 'grafana-data-source-uid',
  when: 'The data source of a server has another uid than links, alerts and dashboards go by',
  check: ({ grafana }) =>
    wanted.flatMap((type) => {
      const ofType = grafana?.dataSources.filter((each) => each.type === type) ?? [];
      if (ofType.length === 0 || ofType.some(({ uid }) => uid === type)) return [];
      return [
        {
          part: 'grafana' as const,
          seen: `the data source ${ofType[0]?.name} has the uid ${ofType[0]?.uid}, and dashboards go by ${type}`,
          fix: `provision it with uid: ${type}; one that was made by hand keeps its uid`,
        },
      ];
    }),
});
