import { selector } from './promql.ts';

const ofServices = { deployment_environment_name: '=~$environment', job: '=~$service' } as const;
/** The servers of the stack are in no environment. */
export const ofServers = { job: '=~$service' } as const;

/** An alert of an objective with a query of one's own may have no job: then the service that it was named after, if any. */
const ofNoJob = { ...ofServices, job: '=', service: '=~$service|' } as const;

/** Alerts that fire now, those of the chosen services in the chosen environments; Prometheus writes one series for each. */
export function firingAlerts(matchers: Readonly<Record<string, string>> = ofServices): string {
  return selector('ALERTS', { alertstate: '=firing', severity: '!=none', ...matchers });
}

/** Those, and alerts that are of no service: nobody else would show them. */
export function allFiringAlerts(): string {
  return `(${firingAlerts()} or ${firingAlerts(ofNoJob)})`;
}
