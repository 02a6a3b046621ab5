import { totalOf, totalsBy } from '../exposition.ts';
import { defineRule } from '../finding.ts';
import { listAt, textAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const alertsNotDelivered = defineRule({
  code: 'alerts-not-delivered',
  when: 'Prometheus has an Alertmanager and its alerts do not get there; a note where that was earlier',
  check({ prometheus, alertmanager }) {
    if (prometheus === undefined || alertmanager === undefined) return [];
    const urls = listAt(jsonIn(prometheus.alertmanagers), 'data', 'activeAlertmanagers').map((each) =>
      textAt(each, 'url'),
    );
    const name = 'prometheus_notifications_errors_total';
    const total = totalOf(prometheus.after, name) ?? 0;
    const more = total - (totalOf(prometheus.before, name) ?? 0);
    const sent = totalsBy(prometheus.after, 'prometheus_notifications_sent_total', 'alertmanager');
    const accepted = [...sent.values()].some((each) => each > total);
    if (total === 0 || urls.length === 0) return [];
    return [
      {
        part: 'alertmanager',
        severity: more > 0 || !accepted ? 'fault' : 'note',
        seen: `${total} alerts for ${urls.join(', ')} failed since the start of Prometheus`,
        fix: 'correct alerting.alertmanagers of Prometheus: the host as Prometheus knows it, the path that a proxy adds',
      },
    ];
  },
});
