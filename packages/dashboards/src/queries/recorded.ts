import { type Scope, aggregate, selector } from './promql.ts';

/**
 * The series that the rules in `alerts/prometheus/` record and panels read. They are computed once for everybody, so
 * that a dashboard of all services costs a few series for each.
 */
export const recordedSeries = {
  requests: 'job:http_server_requests:rate5m',
  errorRatio: 'job:http_server_errors:ratio_rate5m',
  p99: 'job:http_server_duration_seconds:p99_5m',
  heapUsed: 'instance:v8js_heap_used:ratio',
  sloEvents: 'slo:sli_events:rate5m',
  sloErrors: 'slo:sli_errors:rate5m',
  objective: 'slo:objective:ratio',
  budgetRemaining: 'slo:error_budget_remaining:ratio',
  budgetSpentByRoute: 'slo:error_budget_spent_by_route:ratio',
  errors5m: 'slo:sli_error:ratio_rate5m',
  errors1h: 'slo:sli_error:ratio_rate1h',
  errors6h: 'slo:sli_error:ratio_rate6h',
  errors1d: 'slo:sli_error:ratio_rate1d',
  errors3d: 'slo:sli_error:ratio_rate3d',
} as const;
export type RecordedSeries = keyof typeof recordedSeries;

/** A recorded series in the scope. */
export function recorded(
  scope: Scope,
  name: RecordedSeries,
  matchers: Readonly<Record<string, string>> = {},
): string {
  return selector(recordedSeries[name], { ...scope.matchers, ...matchers });
}

/** A recorded series, the worst of each service. */
export function worst(scope: Scope, name: RecordedSeries): string {
  return aggregate('max', ['job'], recorded(scope, name));
}

/** How many times as fast as it may the budget is spent: 1 is just right. */
export function burnRate(
  scope: Scope,
  window: 'errors5m' | 'errors1h' | 'errors6h' | 'errors1d' | 'errors3d',
): string {
  const errors = aggregate('max', ['job', 'slo'], recorded(scope, window));
  const objective = aggregate('max', ['slo'], selector(recordedSeries.objective));
  return `${errors} / on (slo) group_left () (1 - ${objective})`;
}

/** Share of the events that were good, over the last day. */
export function achieved(scope: Scope): string {
  return `1 - ${aggregate('max', ['job', 'slo'], recorded(scope, 'errors1d'))}`;
}
