import { alertList } from '../links.ts';
import { firingAlerts, ofServers } from '../queries/alert-state.ts';
import { maybeEmpty } from './no-data.ts';
import { type Panel, now } from './panel.ts';

/** Alerts about telemetry. */
export function stackAlertsPanel(): Panel {
  return {
    view: 'table',
    title: 'Which alerts of the stack fire?',
    description: 'Alerts of the chosen servers. Click one for its text and its runbook.',
    unit: 'none',
    queries: [
      {
        ...now(`max by (alertname, severity, job, instance) (${firingAlerts(ofServers)})`),
        labelsOnly: true,
      },
    ],
    noData:
      'No alert fires. If none ever does: load alerts/prometheus/stack.yml as a rule file into Prometheus.',
    expects: maybeEmpty.alerts,
    columns: { alertname: 'Alert', severity: 'Severity', job: 'Server', instance: 'Instance' },
    valueLinks: [alertList],
    width: 24,
    height: 6,
  };
}
