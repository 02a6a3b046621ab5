import type { Attribute, TraceSpan } from '../../api/trace-json.ts';
import type { Params } from '../../state/location.ts';
import { quoted } from '../quote.ts';
import { jobMatcher } from '../service-name.ts';
import { operationQuery } from './write-traceql.ts';

/** Where something about a span is to be seen, as `href` takes it. */
export interface SpanLink {
  readonly name: string;
  readonly path: string;
  readonly params: Params;
}

/** What lies around a trace of a few milliseconds still says something [ms]. */
const AROUND_MS = 300_000;

/** Minutes around a trace, as parameters of an address; the end is not before the start whatever the clocks say. */
export function momentsAround(
  startMs: number,
  durationMs: number,
): { readonly from: string; readonly to: string } {
  return {
    from: String(Math.floor(startMs - AROUND_MS)),
    to: String(Math.ceil(startMs + durationMs + AROUND_MS)),
  };
}

function valueOf(attributes: readonly Attribute[], key: string): string | undefined {
  return attributes.find((each) => each.key === key)?.text;
}

/** The lines of a trace, or of one span of it, in LogQL. */
export function linesQuery(traceId: string, spanId?: string): string {
  const query = `{service_name=~".+"} | trace_id="${traceId.replaceAll(/[^\da-f]/gi, '')}"`;
  return spanId === undefined ? query : `${query} | span_id="${spanId.replaceAll(/[^\da-f]/gi, '')}"`;
}

/**
 * How often and how long what this span did is done: the route's own metrics where it served HTTP, else the numbers over
 * spans that Tempo makes.
 */
export function metricQueries({ service, name, kind, attributes }: TraceSpan): readonly string[] {
  const route = valueOf(attributes, 'http.route');
  if (kind === 'server' && route !== undefined) {
    const selector = `{${jobMatcher(service)},http_route=${quoted(route)}}`;
    const metric = 'http_server_request_duration_seconds';
    return [
      `sum by (http_response_status_code) (rate(${metric}_count${selector}[1m]))`,
      `histogram_quantile(0.95, sum by (le) (rate(${metric}_bucket${selector}[1m])))`,
    ];
  }
  const selector = `{service=${quoted(service)},span_name=${quoted(name)}}`;
  return [
    `sum by (status_code) (rate(traces_spanmetrics_calls_total${selector}[1m]))`,
    `histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket${selector}[1m])))`,
  ];
}

/** From a span to everything else that is known about it. */
export function spanLinks(
  span: TraceSpan,
  {
    traceId,
    startMs,
    durationMs,
  }: { readonly traceId: string; readonly startMs: number; readonly durationMs: number },
): readonly SpanLink[] {
  const around = momentsAround(startMs, durationMs);
  return [
    {
      name:
        valueOf(span.attributes, 'http.route') === undefined
          ? 'Metrics of the operation'
          : 'Metrics of the route',
      path: '/explore',
      params: { query: metricQueries(span), ...around },
    },
    { name: 'Its log lines', path: '/logs', params: { query: linesQuery(traceId, span.id), ...around } },
    { name: 'Same operation', path: '/traces', params: { query: operationQuery(span), ...around } },
    { name: 'Service', path: `/service/${encodeURIComponent(span.service)}`, params: around },
  ];
}
