import type { Scope } from '../queries/promql.ts';
import { instanceScope } from '../queries/scope.ts';
import type { DashboardOptions, ResolvedDashboardOptions } from '../options.ts';
import { resolveDashboardOptions } from '../resolve-options.ts';

/** What every panel is made from: what it looks at, and where a value is too much. */
export interface PanelContext {
  readonly scope: Scope;
  readonly thresholds: ResolvedDashboardOptions['thresholds'];
}

/**
 * The context of panels in a dashboard of one's own.
 *
 * @param scope what they look at; by default what the variables of a dashboard leave
 * @param options thresholds, as for `dashboards`
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for wrong options
 */
export function panelContext(scope: Scope = instanceScope, options?: DashboardOptions): PanelContext {
  return { scope, thresholds: resolveDashboardOptions(options).thresholds };
}
