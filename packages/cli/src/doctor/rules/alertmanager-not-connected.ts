import { defineRule } from '../finding.ts';
import { listAt, textAt } from '../json-at.ts';
import { isOk, jsonIn } from '../probe.ts';

export const alertmanagerNotConnected = defineRule({
  code: 'alertmanager-not-connected',
  when: 'Prometheus sends its alerts to no Alertmanager, or cannot',
  check({ prometheus, alertmanager }) {
    if (prometheus === undefined || alertmanager === undefined || !isOk(prometheus.alertmanagers)) return [];
    const json = jsonIn(prometheus.alertmanagers);
    const dropped = listAt(json, 'data', 'droppedAlertmanagers').map((each) => textAt(each, 'url'));
    if (listAt(json, 'data', 'activeAlertmanagers').length > 0) return [];
    return [
      {
        part: 'alertmanager',
        seen: `Prometheus has no Alertmanager to send alerts to${dropped.length > 0 ? `; relabelling drops ${dropped.join(', ')}` : ''}`,
        fix: `add it: alerting: { alertmanagers: [{ static_configs: [{ targets: ['${new URL(alertmanager.url).host}'] }] }] }`,
      },
    ];
  },
});
