import type { RequestFigures, RouteFigures, ServiceFigures } from './figures.ts';
import { fit, formatRatio, formatSeconds } from './format.ts';
import { paint } from './paint.ts';

/** A service with its figures, if there are any yet. */
export interface WatchedService {
  readonly name: 'storefront' | 'orders' | 'payments';
  readonly figures: ServiceFigures | undefined;
}

/** Widths of the columns behind the name. */
const COLUMNS = { rate: 8, errors: 8, p50: 9, p99: 9, active: 8, loop: 9, memory: 8 } as const;
type Column = keyof typeof COLUMNS;

const MIN_NAME = 24;
const MAX_NAME = 60;

/** From here on figures are shown as alarming. */
const ALARMING = { errorRatio: 0.01, p99Seconds: 0.25 } as const;

/**
 * Rates, errors and latencies of each service and its routes.
 *
 * @param width characters in a line
 * @param height lines at most; routes with the fewest requests are left out
 */
export function renderTable(services: readonly WatchedService[], width: number, height: number): string[] {
  const columns = columnsFor(width);
  const free = width - columns.reduce((sum, column) => sum + COLUMNS[column], 0);
  const nameWidth = Math.min(free, MAX_NAME);
  const shown = busiestRoutes(services, height - 1 - services.length);
  const head = fit('', nameWidth) + columns.map((column) => column.padStart(COLUMNS[column])).join('');
  const rows = services.flatMap(({ name, figures }) => {
    if (figures === undefined) return [paint[name](fit(name, nameWidth)) + paint.quiet('waiting')];
    return [
      paint[name](fit(name, nameWidth)) + cells(columns, figures),
      ...figures.routes
        .filter((route) => shown.has(route))
        .map(
          (route) =>
            paint.quiet(fit(`  ${route.method} ${route.route || '(no route)'}`, nameWidth)) +
            cells(columns, route),
        ),
    ];
  });
  return [paint.quiet(head), ...rows].slice(0, height);
}

function columnsFor(width: number): readonly Column[] {
  const all = Object.keys(COLUMNS) as Column[];
  const leastImportant: readonly Column[] = ['memory', 'loop', 'active'];
  return leastImportant.reduce<readonly Column[]>((columns, column) => {
    const needed = columns.reduce((sum, each) => sum + COLUMNS[each], MIN_NAME);
    return needed > width ? columns.filter((each) => each !== column) : columns;
  }, all);
}

function busiestRoutes(services: readonly WatchedService[], count: number): ReadonlySet<RouteFigures> {
  const routes = services
    .flatMap(({ figures }) => figures?.routes ?? [])
    .filter(({ perSecond }) => perSecond > 0)
    .toSorted((one, other) => other.perSecond - one.perSecond);
  return new Set(routes.slice(0, Math.max(count, 0)));
}

function cells(columns: readonly Column[], figures: RequestFigures & Partial<ServiceFigures>): string {
  return columns
    .map((column) => {
      const text = cell(column, figures).padStart(COLUMNS[column]);
      return isAlarming(column, figures) ? paint.bad(text) : text;
    })
    .join('');
}

function cell(column: Column, figures: RequestFigures & Partial<ServiceFigures>): string {
  const { active, loopDelaySeconds, residentBytes } = figures;
  const cellOf: Readonly<Record<Column, () => string>> = {
    rate: () => `${figures.perSecond.toFixed(1)}/s`,
    errors: () => formatRatio(figures.errorRatio),
    p50: () => formatSeconds(figures.p50Seconds),
    p99: () => formatSeconds(figures.p99Seconds),
    active: () => (active === undefined ? '' : String(active)),
    loop: () => (loopDelaySeconds === undefined ? '' : formatSeconds(loopDelaySeconds)),
    memory: () => (residentBytes === undefined ? '' : `${Math.round(residentBytes / 2 ** 20)} MB`),
  };
  return cellOf[column]();
}

function isAlarming(column: Column, { errorRatio, p99Seconds }: RequestFigures): boolean {
  return (
    (column === 'errors' && errorRatio >= ALARMING.errorRatio) ||
    (column === 'p99' && p99Seconds >= ALARMING.p99Seconds)
  );
}
