import { parseOptions } from '@sightline/errors';
import { type DashboardOptions, type ResolvedDashboardOptions, dashboardOptionsSchema } from './options.ts';

/** @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong */
export function resolveDashboardOptions(options?: DashboardOptions): ResolvedDashboardOptions {
  return parseOptions('dashboards', dashboardOptionsSchema, options);
}
