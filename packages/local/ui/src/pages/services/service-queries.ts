import { stepFor } from '../../api/prometheus.ts';

const SPARK_POINTS = 60;
/** Over more than this a number is not that of now [s]. */
export const MAX_WINDOW_SECONDS = 300;

/** The step between two points, and the window of a rate, which has to reach over some scrapes. */
export function resolutionOf(
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  points = SPARK_POINTS,
): { readonly stepSeconds: number; readonly windowSeconds: number } {
  const stepSeconds = stepFor(startMs, endMs, points);
  return { stepSeconds, windowSeconds: Math.max(60, 4 * stepSeconds) };
}

const HTTP = 'http_server_request_duration_seconds';
const SPANS = 'traces_spanmetrics';
/** What the service itself answered: its server spans, or what it took from a queue. */
const ENTRY = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';

/** Rate, errors and durations, a series each for every value of `by`. */
export interface RedQueries {
  readonly rate: string;
  readonly errorRatio: string;
  readonly p50: string;
  readonly p99: string;
}

/**
 * Of the requests that services measured themselves.
 *
 * @param by labels to keep: `job`, `http_route`
 * @param matchers without braces: `job="shop"`
 */
export function httpQueries(window: string, by: string, matchers = ''): RedQueries {
  const also = matchers === '' ? '' : `, ${matchers}`;
  const all = `sum by (${by}) (rate(${HTTP}_count{${matchers}}[${window}]))`;
  const failed = `sum by (${by}) (rate(${HTTP}_count{http_response_status_code=~"5.."${also}}[${window}]))`;
  const quantile = (share: number): string =>
    `histogram_quantile(${share}, sum by (${by}, le) (rate(${HTTP}_bucket{${matchers}}[${window}])))`;
  return { rate: all, errorRatio: ratio(failed, all), p50: quantile(0.5), p99: quantile(0.99) };
}

/** The same of spans, for services that send nothing else. */
export function spanQueries(window: string, by: string, matchers = ''): RedQueries {
  const also = matchers === '' ? '' : `, ${matchers}`;
  const all = `sum by (${by}) (rate(${SPANS}_calls_total{${ENTRY}${also}}[${window}]))`;
  const failed = `sum by (${by}) (rate(${SPANS}_calls_total{${ENTRY}, status_code="STATUS_CODE_ERROR"${also}}[${window}]))`;
  const quantile = (share: number): string =>
    `histogram_quantile(${share}, sum by (${by}, le) (rate(${SPANS}_latency_bucket{${ENTRY}${also}}[${window}])))`;
  return { rate: all, errorRatio: ratio(failed, all), p50: quantile(0.5), p99: quantile(0.99) };
}

/** None failed is 0, none came is nothing. */
function ratio(part: string, all: string): string {
  return `(${part} or ${all} * 0) / (${all} > 0)`;
}
