import type { Panel, Target } from './dashboard.ts';
import { withFilters } from './adhoc-filters.ts';
import { interpolateQuery } from './fill-query.ts';
import { rawFormat } from './formats.ts';
import { type Scope, interpolate } from './interpolate.ts';
import { intervalMs, intervalText, rateIntervalMs, stepMs } from './interval.ts';
import { asNumber, asText, asTexts } from './json.ts';

/** What is asked for one query of a panel, with nothing left to fill in. */
export type Plan =
  | {
      readonly source: 'prometheus';
      readonly refId: string;
      readonly expr: string;
      readonly range: boolean;
      readonly instant: boolean;
      readonly format: 'time_series' | 'table' | 'heatmap';
      readonly legend: string;
      readonly exemplars: boolean;
      readonly stepMs: number;
    }
  | {
      readonly source: 'loki';
      readonly refId: string;
      readonly expr: string;
      readonly kind: 'logs' | 'range' | 'instant';
      readonly maxLines: number;
      readonly legend: string;
      readonly stepMs: number;
    }
  | {
      readonly source: 'tempo';
      readonly refId: string;
      readonly kind: 'search' | 'metrics' | 'service-map';
      readonly query: string;
      readonly selectors: readonly string[];
      readonly limit: number;
      readonly table: 'traces' | 'spans';
      readonly stepMs: number;
    }
  | { readonly source: 'unknown'; readonly refId: string; readonly reason: string };

/** What the time of a panel is, and how wide it is. */
export interface Timing {
  readonly startMs: number;
  readonly endMs: number;
  /** At most so many points, usually its width [px]. */
  readonly points: number;
  /** Between two scrapes [ms]. */
  readonly scrapeMs: number;
}

/** Grafana's variables of time, for a query with points so far apart. */
export function timeVariables(
  { startMs, endMs, scrapeMs }: Timing,
  step: number,
): Readonly<Record<string, string>> {
  const rangeMs = endMs - startMs;
  return {
    __interval: intervalText(step),
    __interval_ms: String(step),
    __rate_interval: intervalText(rateIntervalMs(step, scrapeMs)),
    __rate_interval_ms: String(rateIntervalMs(step, scrapeMs)),
    __auto: intervalText(step),
    __range: `${Math.round(rangeMs / 1000)}s`,
    __range_s: String(Math.round(rangeMs / 1000)),
    __range_ms: String(rangeMs),
    __from: String(startMs),
    __to: String(endMs),
  };
}

/** The step of a panel's query: its own least one, or that of the panel, or that of the scrapes. */
function stepOf(
  panel: Pick<Panel, 'interval' | 'maxDataPoints'>,
  target: Target,
  timing: Timing,
  scope: Scope,
): number {
  const own = intervalMs(interpolate(asText(target.raw['interval']), scope, rawFormat));
  const ofPanel = intervalMs(interpolate(panel.interval, scope, rawFormat));
  const least = own ?? ofPanel ?? (target.source === 'prometheus' ? timing.scrapeMs : 1000);
  const factor = Math.max(1, asNumber(target.raw['intervalFactor']) ?? 1);
  return (
    stepMs(timing.endMs - timing.startMs, panel.maxDataPoints ?? timing.points, Math.max(1000, least)) *
    factor
  );
}

export function planTarget(panel: Panel, target: Target, timing: Timing, scope: Scope): Plan {
  const { raw, refId, source } = target;
  const step = stepOf(panel, target, timing, scope);
  const variables = timeVariables(timing, step);
  const own: Scope = {
    variable: scope.variable,
    builtIn: (name, path) => variables[name] ?? scope.builtIn?.(name, path),
  };
  switch (source) {
    case 'prometheus': {
      const isInstant = raw['instant'] === true;
      const format = asText(raw['format']);
      return {
        source,
        refId,
        expr: withFilters(
          interpolateQuery(asText(raw['expr']), own, 'regex'),
          scope.filters?.(source) ?? [],
          source,
        ),
        // A file that names neither asks for both, as long as it is not said otherwise.
        range: raw['range'] === true || !isInstant,
        instant: isInstant,
        format: format === 'table' || format === 'heatmap' ? format : 'time_series',
        legend: interpolate(asText(raw['legendFormat']), own, rawFormat),
        exemplars: raw['exemplar'] === true,
        stepMs: step,
      };
    }
    case 'loki': {
      const filters = scope.filters?.(source) ?? [];
      const expr = withFilters(interpolateQuery(asText(raw['expr']), own, 'regex'), filters, source);
      const isInstant = raw['queryType'] === 'instant' || raw['instant'] === true;
      return {
        source,
        refId,
        expr,
        kind: /^\s*\{/.test(expr) ? 'logs' : isInstant ? 'instant' : 'range',
        maxLines: Math.min(1000, asNumber(raw['maxLines']) ?? 100),
        legend: interpolate(asText(raw['legendFormat']), own, rawFormat),
        stepMs: intervalMs(interpolate(asText(raw['step']), own, rawFormat)) ?? step,
      };
    }
    case 'tempo':
      return planTempo(target, own, step);
    case '':
      return { source: 'unknown', refId, reason: 'the query names no data source' };
    default:
      return {
        source: 'unknown',
        refId,
        reason: `the data source "${source}" is none of Prometheus, Loki and Tempo`,
      };
  }
}

function planTempo({ raw, refId }: Target, scope: Scope, step: number): Plan {
  const type = asText(raw['queryType'], 'traceql');
  const query = interpolateQuery(asText(raw['query']), scope, 'pipe');
  const map = raw['serviceMapQuery'];
  const base = {
    source: 'tempo',
    refId,
    query,
    selectors: [],
    limit: asNumber(raw['limit']) ?? 20,
    table: raw['tableType'] === 'spans' ? 'spans' : 'traces',
    stepMs: step,
  } as const;
  if (type === 'serviceMap') {
    const selectors = (typeof map === 'string' ? [map] : asTexts(map)).map((each) =>
      interpolateQuery(each, scope, 'regex'),
    );
    return { ...base, kind: 'service-map', selectors };
  }
  if (type !== 'traceql') {
    return { source: 'unknown', refId, reason: `the query type "${type}" of Tempo is not known here` };
  }
  const isMetrics =
    /\|\s*(?:rate|count_over_time|quantile_over_time|histogram_over_time|(?:min|max|avg|sum)_over_time|compare|topk|bottomk)\s*\(/.test(
      query,
    );
  return { ...base, kind: isMetrics ? 'metrics' : 'search' };
}
