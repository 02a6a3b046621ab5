import { metric, type MetricName } from '@sightline/conventions';
import type { FamilyDefinition } from '../family.ts';

type Aggregate = NonNullable<FamilyDefinition['aggregate']>;

/**
 * How the numbers of several processes or threads become one; what is not listed is added up.
 *
 * Quantiles cannot be merged and a mean would hide the one event loop that stalls, so the worst one stands for all. The
 * mean utilization of all loops follows from `nodejs_eventloop_time_seconds_total`, which adds up.
 */
const aggregates: { readonly [Name in MetricName]?: Aggregate } = {
  nodejs_eventloop_delay_min_seconds: 'min',
  nodejs_eventloop_delay_max_seconds: 'max',
  nodejs_eventloop_delay_mean_seconds: 'mean',
  nodejs_eventloop_delay_stddev_seconds: 'max',
  nodejs_eventloop_delay_p50_seconds: 'mean',
  nodejs_eventloop_delay_p90_seconds: 'max',
  nodejs_eventloop_delay_p99_seconds: 'max',
  nodejs_eventloop_utilization_ratio: 'max',
  nodejs_version_info: 'first',
  // The page is that of the service: it began with its oldest process, and a replaced worker is no restart of it.
  process_start_time_seconds: 'min',
};

/** The catalogue's definition of a runtime or process metric, as a registry takes it. */
export function runtimeDefinition(name: MetricName): FamilyDefinition {
  const { type, unit, help, labels, seriesBound, boundaries } = metric(name);
  const aggregate = aggregates[name];
  return {
    name,
    type,
    unit,
    help,
    labels,
    seriesBound,
    ...(boundaries && { boundaries }),
    ...(aggregate && { aggregate }),
  };
}
