export { clusterSource, serveClusterSnapshots } from './aggregation/cluster.ts';
export type { PeerSource, PeerSourceOptions } from './aggregation/peer-source.ts';
export { serveThreadSnapshots, threadSource } from './aggregation/threads.ts';
export { appRegistrySource } from './app-registries/app-registry-source.ts';
export { registryOf } from './app-registries/registry-like.ts';
export type { RegistryLike } from './app-registries/registry-like.ts';
export { catalogueDefinition } from '@sightline/conventions';
export { observeRuntime } from './runtime/observe-runtime.ts';
export type {
  BusinessCounter,
  BusinessGauge,
  BusinessHistogram,
  BusinessMetrics,
  LabelArguments,
  LabelsOf,
} from './business/business-metrics.ts';
export type { BusinessDefinition, BusinessHistogramDefinition } from './business/definition.ts';
export { createMetrics } from './create-metrics.ts';
export type { Metrics, MetricsPage } from './create-metrics.ts';
export type {
  CounterSeries,
  Exemplar,
  Family,
  FamilyDefinition,
  FamilySnapshot,
  GaugeSeries,
  HistogramSeries,
  Registry,
  SeriesSnapshot,
  TraceRef,
} from './family.ts';
export { metricsOptionsSchema } from './options.ts';
export type { MetricsOptions, ResolvedMetricsOptions } from './options.ts';
export { instrumentName } from './otel/instrument-name.ts';
export type {
  ActiveCounts,
  ActiveRequests,
  MeasuredClientRequest,
  MeasuredClientRequestKind,
  MeasuredRequest,
  MeasuredRequestKind,
  MeasuringSink,
} from './request-metrics.ts';
export type { Source, SourceOptions } from './sources.ts';
