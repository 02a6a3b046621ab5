import { selector } from './promql.ts';

/** Alerts of the chosen services that fire now; Prometheus writes one series for each. */
export function firingAlerts(matchers: Readonly<Record<string, string>> = { job: '=~$service' }): string {
  return selector('ALERTS', { alertstate: '=firing', severity: '!=none', ...matchers });
}
