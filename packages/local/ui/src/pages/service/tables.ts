import type { Exemplar, Labels, Series } from '../../api/prometheus.ts';
import type { RedQueries } from '../services/service-queries.ts';

/** One row of rate, errors and durations; undefined where nothing is known. */
export interface TableRow {
  readonly labels: Labels;
  readonly rate: number;
  readonly errorRatio: number | undefined;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export interface RouteRow extends TableRow {
  /** As the table calls it: `POST /orders`. */
  readonly name: string;
  /** The slowest measured request of it that has a trace. */
  readonly slowest: { readonly traceId: string; readonly seconds: number } | undefined;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name, value]) => name !== '__name__' && value !== '')
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Asks for the columns and joins them by their labels: those that fail most first, then the busiest. */
export async function redTable(
  queries: RedQueries,
  ask: (query: string) => Promise<readonly Series[]>,
): Promise<readonly TableRow[]> {
  const [rate, errorRatio, p50, p99] = await Promise.all([
    ask(queries.rate),
    ask(queries.errorRatio),
    ask(queries.p50),
    ask(queries.p99),
  ]);
  return joinColumns(rate, errorRatio, p50, p99);
}

function column(series: readonly Series[]): ReadonlyMap<string, number> {
  return new Map(series.map(({ labels, values }) => [keyOf(labels), values[0] ?? Number.NaN]));
}

export function joinColumns(
  rate: readonly Series[],
  errorRatio: readonly Series[],
  p50: readonly Series[],
  p99: readonly Series[],
): readonly TableRow[] {
  const columns = [column(errorRatio), column(p50), column(p99)] as const;
  const at = (place: 0 | 1 | 2, key: string): number | undefined => {
    const value = columns[place].get(key);
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  return rate
    .map(({ labels, values }): TableRow => {
      const key = keyOf(labels);
      return {
        labels,
        rate: values[0] ?? 0,
        errorRatio: at(0, key),
        p50: at(1, key),
        p99: at(2, key),
      };
    })
    .toSorted((one, other) => errorStep(other) - errorStep(one) || other.rate - one.rate);
}

/** Whole percents: rows do not change places for less. */
function errorStep({ errorRatio = 0 }: TableRow): number {
  return Math.floor(errorRatio * 100);
}

/** Routes with their names, and the slowest request of each that an exemplar remembers. */
export function routeRows(rows: readonly TableRow[], exemplars: readonly Exemplar[]): readonly RouteRow[] {
  const slowest = new Map<string, RouteRow['slowest'] & {}>();
  for (const { labels, seriesLabels, value } of exemplars) {
    const traceId = labels['trace_id'] ?? labels['traceID'] ?? '';
    const name = routeName(seriesLabels);
    if (/^[0-9a-f]{16,32}$/i.test(traceId) && value > (slowest.get(name)?.seconds ?? -1))
      slowest.set(name, { traceId, seconds: value });
  }
  return rows.map((row) => {
    const name = routeName(row.labels);
    return { ...row, name, slowest: slowest.get(name) };
  });
}

function routeName(labels: Labels): string {
  if (labels['span_name'] !== undefined) return labels['span_name'];
  const route = labels['http_route'] ?? '';
  return `${labels['http_request_method'] ?? ''} ${route === '' ? '(no route)' : route}`.trim();
}
