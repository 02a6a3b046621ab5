import { foreign, foreignRate } from './foreign.ts';
import { type Scope, aggregate, share } from './promql.ts';

/** Spans of the chosen services, as Tempo counts them for Prometheus. */
const spanScope: Scope = { matchers: { service: '=~$service' }, range: '$__rate_interval' };
const BY = ['service', 'span_name'] as const;
/** Named otherwise than those of OpenTelemetry, and the same in all of Tempo's releases. */
const CALLS = 'traces_spanmetrics_calls_total';

/** Spans a second, by service and name. */
export function spanMetricRate(): string {
  return foreignRate(spanScope, CALLS, BY);
}

/** Share of the spans that failed, by service and name. */
export function failedSpanRatio(): string {
  return share(foreignRate(spanScope, CALLS, BY, { status_code: '=STATUS_CODE_ERROR' }), spanMetricRate());
}

/** The names with the longest spans: the 95th percentile of each [s]. */
export function slowestSpans(count: number): string {
  const buckets = foreign(spanScope, 'traces_spanmetrics_latency_bucket');
  const rates = aggregate('sum', ['le', ...BY], `rate(${buckets}[${spanScope.range}])`);
  return `topk(${count}, histogram_quantile(0.95, ${rates}))`;
}
