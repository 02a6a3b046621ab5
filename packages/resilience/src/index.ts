export type { HistoryEntry } from './history.ts';
export { resilienceOptionsSchema, watchOptionsSchema } from './options.ts';
export type { ResilienceOptions, ResolvedResilienceOptions, WatchOptions } from './options.ts';
export { createResilience } from './resilience.ts';
export type { Resilience, ResilienceParts, ResilienceStatus, WatchHandle } from './resilience.ts';
export type {
  CounterSeries,
  FamilyDefinition,
  GaugeSeries,
  HealthContribution,
  HealthResult,
  HealthSink,
  HistogramSeries,
  LogSink,
  MetricSink,
} from './sinks.ts';
export type { Composition, Transition, WatchContext, Watcher, Watching } from './watcher.ts';
