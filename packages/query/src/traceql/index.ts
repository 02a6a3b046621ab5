export type {
  Attributes,
  AttributeValue,
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
  Trace,
} from './model.ts';
export type { TimeRangeNs, TraceSource } from './source.ts';
export { createMemoryTraces } from './memory/memory-traces.ts';
export type { MemoryTraces, MemoryTracesOptions, MemoryTracesStats } from './memory/memory-traces.ts';
export { parseTraceql } from './syntax/parse.ts';
export type { Query } from './syntax/ast.ts';
export { searchTraces } from './search.ts';
export type { SearchOptions, SearchResponse } from './search.ts';
export type { SpanSearchResult, SpansetSearchResult, TraceSearchResult } from './search-result.ts';
export type { AnyValue, KeyValue } from './run/any-value.ts';
export { queryTraceMetrics, queryTraceMetricsInstant } from './metrics/query-range.ts';
export type { InstantOptions, MetricsResponse, RangeOptions } from './metrics/query-range.ts';
export { instantJson, rangeJson } from './metrics/series-result.ts';
export type { ExemplarResult, MetricSeriesResult, RangeSeriesJson } from './metrics/series-result.ts';
export { tagNames } from './tags/tag-names.ts';
export type { TagNamesOptions, TagNamesResponse, TagScope } from './tags/tag-names.ts';
export { tagValues } from './tags/tag-values.ts';
export type { TagValue, TagValuesOptions, TagValuesResponse } from './tags/tag-values.ts';
export type { TagOptions } from './tags/matching-spans.ts';
export type { QueryOptions } from './run/budget.ts';
export { createServiceGraph, serviceGraph } from './generator/service-graph.ts';
export type { ServiceGraph, ServiceGraphOptions } from './generator/service-graph.ts';
export { createSpanMetrics, spanMetrics } from './generator/span-metrics.ts';
export type { SpanMetrics, SpanMetricsOptions } from './generator/span-metrics.ts';
export { generatedSamples } from './generator/metric-store.ts';
export type {
  GeneratedHistogram,
  GeneratedMetric,
  GeneratedNumber,
  GeneratedSample,
} from './generator/metric-store.ts';
