import type * as Dashboards from '@sightline/dashboards';

/**
 * What makes dashboards, on demand: with the SDK of Grafana, loading it takes longer than everything else of a command
 * that does not need it.
 */
export function loadDashboards(): Promise<typeof Dashboards> {
  return import('@sightline/dashboards');
}

/** The names that a command takes for dashboards of this version. */
export async function dashboardNames(): Promise<readonly string[]> {
  return Object.keys((await loadDashboards()).dashboardUids);
}
