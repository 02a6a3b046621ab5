import type { DashboardDefinition } from '../define-dashboard.ts';
import { type DashboardName, dashboardUids } from '../links.ts';
import type { ResolvedDashboardOptions } from '../options.ts';
import type { PanelContext } from '../panels/context.ts';
import type { Panel } from '../panels/panel.ts';
import type { Scope } from '../queries/promql.ts';
import { type DataSourceType, type Variable, dataSourceVariable } from '../variables.ts';

/** One of our dashboards, from the options. */
export type Board = (options: ResolvedDashboardOptions) => DashboardDefinition;

/** What all of our dashboards have in common. */
export function common(
  name: DashboardName,
  { refresh, runbookBaseUrl }: ResolvedDashboardOptions,
): Pick<DashboardDefinition, 'uid' | 'tags' | 'timeRange' | 'refresh' | 'runbookBaseUrl'> {
  return { uid: dashboardUids[name], tags: ['nodejs'], timeRange: '1h', refresh, runbookBaseUrl };
}

export function contextOf(scope: Scope, { thresholds }: ResolvedDashboardOptions): PanelContext {
  return { scope, thresholds };
}

/** Data sources first, then the rest: what the linter of Grafana asks for. */
export function variables(
  sources: readonly DataSourceType[],
  others: readonly Variable[],
): readonly Variable[] {
  return [...sources.map(dataSourceVariable), ...others];
}

/** Panels without their links to the dashboard that they stand on. */
export function withoutLinksTo(name: DashboardName, panels: readonly Panel[]): readonly Panel[] {
  const own = `/d/${dashboardUids[name]}?`;
  return panels.map((panel) => {
    const links = panel.links?.filter(({ url }) => !url.startsWith(own));
    return links === undefined ? panel : Object.assign({}, panel, { links });
  });
}
