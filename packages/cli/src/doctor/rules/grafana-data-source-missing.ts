import { defineRule } from '../finding.ts';
import { isOk } from '../probe.ts';

const wanted = ['prometheus', 'loki', 'tempo'] as const;

export const grafanaDataSourceMissing = defineRule({
  code: 'grafana-data-source-missing',
  when: 'Grafana has no data source for a server that is there',
  check(facts) {
    const { grafana } = facts;
    if (grafana === undefined || !isOk(grafana.list)) return [];
    return wanted
      .filter((type) => facts[type] !== undefined && !grafana.dataSources.some((each) => each.type === type))
      .map((type) => ({
        part: 'grafana',
        seen: `Grafana has no data source of the type ${type}`,
        fix: 'mount dashboards/provisioning/datasources into /etc/grafana/provisioning/datasources, and start Grafana again',
      }));
  },
});
