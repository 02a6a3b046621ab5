import { defineRule } from '../finding.ts';
import { valueAt } from '../json-at.ts';
import { isOk } from '../probe.ts';

export const grafanaNoAlertState = defineRule({
  code: 'grafana-no-alert-state',
  when: 'Grafana shows no state of alerts: no data source for Alertmanager, or one that does not manage alerts',
  check({ grafana, alertmanager }) {
    if (grafana === undefined || alertmanager === undefined || !isOk(grafana.list)) return [];
    const has = grafana.dataSources.some(({ type }) => type === 'alertmanager');
    const prometheus = grafana.dataSources.filter(({ type }) => type === 'prometheus');
    const off = prometheus.find(({ jsonData }) => valueAt(jsonData, 'manageAlerts') === false);
    if (has && off === undefined) return [];
    return [
      {
        part: 'grafana',
        seen: has
          ? `the data source ${off?.name} has manageAlerts: false, so that Grafana shows none of its rules`
          : 'Grafana has no data source of the type alertmanager, so that it shows neither alerts nor silences',
        fix: has
          ? 'set manageAlerts: true, and alertmanagerUid to that of the data source of Alertmanager'
          : 'provision it as dashboards/provisioning/datasources does, with jsonData.implementation: prometheus',
      },
    ];
  },
});
