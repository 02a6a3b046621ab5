import { quoted } from '../../parts/quote.ts';
import type { RedQueries } from '../services/service-queries.ts';

/** What a service says of its own state, each an instant query. */
export function stateQueries(window: string, job: string) {
  return {
    up: `up{${job}}`,
    versions: `group by (instance, service_version, deployment_environment_name) ({__name__=~"sightline_build_info|target_info", ${job}})`,
    started: `max by (instance) (process_start_time_seconds{${job}})`,
    checks: `min by (check) (health_check_status{${job}})`,
    checkSeconds: `sum by (check) (rate(health_check_duration_seconds_sum{${job}}[${window}])) / sum by (check) (rate(health_check_duration_seconds_count{${job}}[${window}]))`,
    probes: `min by (probe) (health_probe_status{${job}})`,
    breakers: `max by (name, state) (circuit_breaker_state{${job}}) == 1`,
    breakerFailures: `sum by (name) (increase(circuit_breaker_calls_total{outcome=~"failure|timeout|rejected|fallback", ${job}}[${window}]))`,
    limited: `sum by (limiter) (rate(rate_limit_requests_total{decision="limited", ${job}}[${window}]))`,
    limiters: `sum by (limiter) (rate(rate_limit_requests_total{${job}}[${window}]))`,
    cacheHits: `sum by (cache) (rate(cache_requests_total{result="hit", ${job}}[${window}])) / (sum by (cache) (rate(cache_requests_total{${job}}[${window}])) > 0)`,
    caches: `sum by (cache) (rate(cache_requests_total{${job}}[${window}]))`,
    poolUse: `sum by (pool) (pool_connections{state="used", ${job}}) / (sum by (pool) (pool_limit_connections{${job}}) > 0)`,
    poolWaiting: `sum by (pool) (pool_waiting_requests{${job}})`,
  } as const;
}

/** What a service calls, and what calls it: by the spans of both sides. */
export function dependencyQueries(
  window: string,
  service: string,
): readonly [outgoing: RedQueries, incoming: RedQueries] {
  const side = (own: 'client' | 'server', other: 'client' | 'server'): RedQueries => {
    const by = `${other}, connection_type`;
    const matcher = `${own}=${quoted(service)}`;
    const all = `sum by (${by}) (rate(traces_service_graph_request_total{${matcher}}[${window}]))`;
    const failed = `sum by (${by}) (rate(traces_service_graph_request_failed_total{${matcher}}[${window}]))`;
    const quantile = (share: number): string =>
      `histogram_quantile(${share}, sum by (${by}, le) (rate(traces_service_graph_request_client_seconds_bucket{${matcher}}[${window}])))`;
    return {
      rate: all,
      errorRatio: `(${failed} or ${all} * 0) / (${all} > 0)`,
      p50: quantile(0.5),
      p99: quantile(0.99),
    };
  };
  return [side('client', 'server'), side('server', 'client')];
}
