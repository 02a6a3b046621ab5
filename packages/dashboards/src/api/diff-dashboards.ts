import type { DashboardDefinition } from '../define-dashboard.ts';
import { dashboardJson } from '../grafana/dashboard-json.ts';
import { type Change, changes, pushMessage } from './content.ts';
import type { GrafanaClient } from './grafana-client.ts';

/** How one dashboard in Grafana differs from ours. */
export interface DashboardDiff {
  readonly uid: string;
  readonly title: string;
  readonly state: 'missing' | 'same' | 'different';
  /** At most a hundred. */
  readonly changes: readonly Change[];
}

/**
 * Compares dashboards with what Grafana has. Writes nothing.
 *
 * What Grafana writes itself (id, version, schema version) is no difference, nor what it made of what the last push gave.
 *
 * @param client of `createGrafanaClient`
 * @param definitions what `dashboards` or `defineDashboard` gave
 * @throws {SightlineError} what the client rejects with
 */
export async function diffDashboards(
  client: GrafanaClient,
  definitions: readonly DashboardDefinition[],
): Promise<readonly DashboardDiff[]> {
  return Promise.all(
    definitions.map(async (definition): Promise<DashboardDiff> => {
      const about = { uid: definition.uid, title: definition.title };
      const ours = { ...dashboardJson(definition) };
      const stored = await client.dashboard(definition.uid);
      if (stored === undefined) return { ...about, state: 'missing', changes: [] };
      const found = stored.newestMessage === pushMessage(ours) ? [] : changes(stored.json, ours);
      return { ...about, state: found.length === 0 ? 'same' : 'different', changes: found };
    }),
  );
}
