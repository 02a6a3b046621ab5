import { readFileSync } from 'node:fs';
import {
  DASHBOARD_RESULTS,
  type DashboardCosts,
  dashboardColumns,
  dashboardRows,
} from './load/dashboard-table.ts';
import type { RequestPathResults } from './load/request-table.ts';
import { RESULTS, requestColumns, requestRows } from './load/request-table.ts';
import { SIZE_RESULTS, type SizeResult, sizeColumns, sizeRows } from './load/size-table.ts';
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

interface LocalCosts {
  readonly machine: string;
  readonly readyMs: number;
  readonly idleMegabytes: number;
  readonly fewSeriesMegabytes: number;
  readonly fewSeriesPeakMegabytes: number;
  readonly fullPeakMegabytes: number;
  readonly fullMegabytes: number;
  readonly fullHeapMegabytes: number;
  readonly rates: Readonly<Record<string, { readonly perSecond: number; readonly longestBlockMs: number }>>;
}

/** What the embedded stack costs, as `pnpm bench local` measured it last. */
export function localCostTable(): string {
  const costs = read(new URL('../packages/local/bench/local.json', import.meta.url)) as LocalCosts;
  const rows = [
    ['from the start of the process to the first answer', `${costs.readyMs} ms`],
    ['resident memory at rest, empty', `${costs.idleMegabytes} MB`],
    [
      'the same with 1,000 series of 100 samples, 100,000 log lines and 10,000 traces of five spans',
      `${costs.fewSeriesMegabytes} MB; at most ${costs.fewSeriesPeakMegabytes} while they came in`,
    ],
    [
      'the same with 100,000 series',
      `${costs.fullMegabytes} MB, of which the heap is ${costs.fullHeapMegabytes} MB; at most ${costs.fullPeakMegabytes} while they came in`,
    ],
    ...Object.entries(costs.rates).map(([kind, { perSecond, longestBlockMs }]) => [
      `${kind} taken in, as fast as they go`,
      `${perSecond.toLocaleString('en-US')} a second; the event loop stood still for ${longestBlockMs} ms at most`,
    ]),
  ];
  return `${table(['what', 'measured'], rows)}\n\n${costs.machine}; one run, one core for the stack and one for what sends.`;
}

/** What is installed, ours beside the usual parts. */
export function sizeTable(): string {
  const results = read(SIZE_RESULTS) as readonly SizeResult[];
  return table(sizeColumns, sizeRows(results));
}
