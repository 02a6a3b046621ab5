import { type Board } from './boards/board.ts';
import { dependenciesBoard } from './boards/dependencies.ts';
import { fleetBoard } from './boards/fleet.ts';
import { kubernetesBoard } from './boards/kubernetes.ts';
import { logsBoard } from './boards/logs.ts';
import { rateLimitsBoard } from './boards/rate-limits.ts';
import { resilienceBoard } from './boards/resilience.ts';
import { routesBoard } from './boards/routes.ts';
import { runtimeBoard } from './boards/runtime.ts';
import { serviceBoard } from './boards/service.ts';
import { sloBoard } from './boards/slo.ts';
import { stackBoard } from './boards/stack.ts';
import { telemetryBoard } from './boards/telemetry.ts';
import { tracesBoard } from './boards/traces.ts';
import type { DashboardDefinition } from './define-dashboard.ts';
import type { DashboardName } from './links.ts';
import type { DashboardOptions } from './options.ts';
import { resolveDashboardOptions } from './resolve-options.ts';

/** In the order in which documents show them. */
const boards: Readonly<Record<DashboardName, Board>> = {
  fleet: fleetBoard,
  service: serviceBoard,
  routes: routesBoard,
  runtime: runtimeBoard,
  dependencies: dependenciesBoard,
  resilience: resilienceBoard,
  rateLimits: rateLimitsBoard,
  logs: logsBoard,
  traces: tracesBoard,
  slo: sloBoard,
  kubernetes: kubernetesBoard,
  telemetry: telemetryBoard,
  stack: stackBoard,
};

/**
 * Every dashboard.
 *
 * @param options thresholds, where the runbooks are, how often to read again
 * @returns what `dashboardJson`, `dashboardResource` and `pushDashboards` take, by name
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong
 */
export function dashboards(options?: DashboardOptions): Readonly<Record<DashboardName, DashboardDefinition>> {
  const resolved = resolveDashboardOptions(options);
  return Object.fromEntries(Object.entries(boards).map(([name, board]) => [name, board(resolved)])) as Record<
    DashboardName,
    DashboardDefinition
  >;
}
