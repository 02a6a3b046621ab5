/** What a search looks at: conditions in TraceQL, joined by `&&`. */
export type TraceConditions = readonly string[];

/**
 * What the variables of a dashboard leave: values that are escaped for a regular expression, between backticks, where TraceQL
 * takes the backslashes of it as they are.
 */
export const chosenService: TraceConditions = ['resource.service.name =~ `${service:regex}`'];
/** What has no route matches no pattern, so that "All", which stands for `.*`, is told apart from a choice. */
export const chosenRoute: TraceConditions = [
  ...chosenService,
  '(span.http.route =~ `${route:regex}` || `${route:regex}` = `.*`)',
];

/** Where a request counts as slow in a search, as for the links of the alerts. */
const SLOW = 'duration > 1s';

/** Spans that meet all conditions. */
export function spans(conditions: TraceConditions): string {
  return `{ ${conditions.join(' && ')} }`;
}

/** Incoming requests. */
export function serverSpans(conditions: TraceConditions = chosenService): string {
  return spans([...conditions, 'kind = server']);
}

/** Incoming requests that failed. */
export function failedRequests(conditions: TraceConditions = chosenService): string {
  return spans([...conditions, 'kind = server', 'status = error']);
}

/** Incoming requests that were slow. */
export function slowRequests(conditions: TraceConditions = chosenService): string {
  return spans([...conditions, 'kind = server', SLOW]);
}

/** Outgoing calls that failed. */
export function failedCalls(conditions: TraceConditions = chosenService): string {
  return spans([...conditions, 'kind = client', 'status = error']);
}

/** Spans a second, by their names. */
export function spanRate(conditions: TraceConditions = chosenService): string {
  return `${serverSpans(conditions)} | rate() by (span.http.route)`;
}

/** Failed spans a second, by service. */
export function spanErrorRate(conditions: TraceConditions = chosenService): string {
  return `${spans([...conditions, 'status = error'])} | rate() by (resource.service.name)`;
}

/** Quantiles of the duration of incoming requests, by route. */
export function spanQuantiles(
  quantileRatios: readonly number[],
  conditions: TraceConditions = chosenService,
): string {
  return `${serverSpans(conditions)} | quantile_over_time(duration, ${quantileRatios.join(', ')}) by (span.http.route)`;
}

/** Whose downstream calls are slow: quantiles of client spans by what they call. */
export function callQuantiles(
  quantileRatios: readonly number[],
  conditions: TraceConditions = chosenService,
): string {
  const calls = spans([...conditions, 'kind = client']);
  return `${calls} | quantile_over_time(duration, ${quantileRatios.join(', ')}) by (span.server.address)`;
}
