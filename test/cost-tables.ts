import { readFileSync } from 'node:fs';
import {
  DASHBOARD_RESULTS,
  type DashboardCosts,
  dashboardColumns,
  dashboardRows,
} from './load/dashboard-table.ts';
import type { RequestPathResults } from './load/request-table.ts';
import { RESULTS, requestColumns, requestRows } from './load/request-table.ts';
import { START_RESULTS, type StartResults, startColumns, startRows } from './load/start-table.ts';
import { table } from './markdown.ts';

function read(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What observing a request costs, as `pnpm bench request-path` measured it last. */
export function requestCostTable(): string {
  const { machine, rounds, results } = read(RESULTS) as RequestPathResults;
  const note =
    `${machine}; ${rounds} launches of each, slices of load in turn, medians of those between two calm slices of the ` +
    'service alone.';
  return `${table(requestColumns, requestRows(results))}\n\n${note}`;
}

/** What it adds to a start, as `pnpm bench start` measured it last. */
export function startCostTable(): string {
  const { machine, rounds, results } = read(START_RESULTS) as StartResults;
  return `${table(startColumns, startRows(results))}\n\n${machine}; ${rounds} starts of each, in turn; medians.`;
}

/** What opening a dashboard asks of Prometheus, as `pnpm bench dashboards` measured it last. */
export function dashboardCostTable(): string {
  const { machine, rangeSeconds, stepSeconds, results } = read(DASHBOARD_RESULTS) as DashboardCosts;
  const note = `${machine}; one service of three, ${rangeSeconds} s in steps of ${stepSeconds} s.`;
  return `${table(dashboardColumns, dashboardRows(results))}\n\n${note}`;
}
