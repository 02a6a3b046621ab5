/** What opening one dashboard asks of Prometheus. */
export interface DashboardCost {
  readonly title: string;
  readonly panels: number;
  /** Queries to Prometheus when it is opened. */
  readonly queries: number;
  /** Queries that closed rows hold back until somebody opens them. */
  readonly heldBack: number;
  /** Queries to Loki and Tempo when it is opened. */
  readonly otherQueries: number;
  /** Different series that the queries select. */
  readonly series: number;
  /** Samples that Prometheus reads for them. */
  readonly samples: number;
  /** Bodies of the answers, without compression. */
  readonly bytes: number;
  /** Queries to which there was an answer with data. */
  readonly answered: number;
}

/** Everything of one run, as it stands in the file. */
export interface DashboardCosts {
  readonly machine: string;
  readonly measuredAt: string;
  readonly rangeSeconds: number;
  readonly stepSeconds: number;
  readonly results: readonly DashboardCost[];
}

/** Where the figures of the README come from. */
export const DASHBOARD_RESULTS = new URL('dashboards.json', import.meta.url);

export const dashboardColumns = [
  'dashboard',
  'panels',
  'queries',
  'held back',
  'with data',
  'to Loki and Tempo',
  'series touched',
  'samples read',
  'KiB returned',
] as const;

export function dashboardRows(results: readonly DashboardCost[]): readonly (readonly string[])[] {
  return results.map((cost) => [
    cost.title,
    `${cost.panels}`,
    `${cost.queries}`,
    `${cost.heldBack}`,
    `${cost.answered}`,
    `${cost.otherQueries}`,
    `${cost.series}`,
    `${cost.samples}`,
    (cost.bytes / 1024).toFixed(0),
  ]);
}
