import type { MetricDefinition } from './metric.ts';
import { healthMetrics } from './metrics/health.ts';
import { httpMetrics } from './metrics/http.ts';
import { limitMetrics } from './metrics/limits.ts';
import { policyMetrics } from './metrics/policies.ts';
import { processMetrics } from './metrics/process.ts';
import { runtimeMetrics } from './metrics/runtime.ts';
import { selfMetrics } from './metrics/self.ts';

/** Every metric by its name in Prometheus, family after family. */
export const metrics = {
  ...httpMetrics,
  ...runtimeMetrics,
  ...processMetrics,
  ...healthMetrics,
  ...policyMetrics,
  ...limitMetrics,
  ...selfMetrics,
};

/** The families in the order in which documents show them. Names are unique across them; a test holds that. */
export const metricFamilies = [
  { title: 'HTTP', metrics: httpMetrics },
  { title: 'Runtime', metrics: runtimeMetrics },
  { title: 'Process', metrics: processMetrics },
  { title: 'Health', metrics: healthMetrics },
  { title: 'Breakers, retries, bulkheads', metrics: policyMetrics },
  { title: 'Rate limiters, caches, pools', metrics: limitMetrics },
  { title: 'Telemetry about the telemetry', metrics: selfMetrics },
] as const;

/** The name of a catalogued metric. */
export type MetricName = keyof typeof metrics;

/**
 * One metric of the catalogue with its literal types.
 *
 * @param name its name in Prometheus
 * @example metric('rate_limit_requests_total').labels // readonly ['limiter', 'decision']
 */
export function metric<Name extends MetricName>(name: Name): (typeof metrics)[Name] & MetricDefinition {
  return metrics[name];
}
