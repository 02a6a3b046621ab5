export { allFiringAlerts, firingAlerts } from './alert-state.ts';
export {
  deploymentScope,
  diskFreeRatio,
  foreign,
  foreignRate,
  podCpu,
  podMemoryRatio,
  podScope,
  ruleTimeRatio,
  serverMemoryRatio,
  stackScope,
  throttledRatio,
} from './foreign.ts';
export {
  auditRecords,
  bytesByService,
  chosenStreams,
  errorLines,
  errorLinesByRoute,
  fingerprintLines,
  linesByLevel,
  linesByService,
  linesWith,
  readable as readableLines,
  slowRequests as slowRequestLines,
  streams,
  topFingerprints,
} from './logs.ts';
export type { StreamMatchers } from './logs.ts';
export {
  aggregate,
  buildInfo,
  gauge,
  gaugeBy,
  histogramRate,
  increase,
  mean,
  observationRate,
  observationsFromFirst,
  quantile,
  rate,
  selector,
  share,
  sumFromFirst,
  sumRate,
  targetLabels,
} from './promql.ts';
export type {
  CounterName,
  GaugeName,
  Grouping,
  HistogramName,
  Matchers,
  Scope,
  TargetLabel,
} from './promql.ts';
export { achieved, burnRate, recorded, recordedSeries, worst } from './recorded.ts';
export type { RecordedSeries } from './recorded.ts';
export {
  abortRatio,
  apdex,
  bodyQuantile,
  bodyRate,
  callErrorRate,
  callErrorRatio,
  callQuantile,
  callRate,
  deploys,
  durationBuckets,
  errorRate,
  errorRatio,
  errorRatioByVersion,
  meanDuration,
  meanDurationBefore,
  quantileByVersion,
  requestQuantile,
  requestRate,
  requestRateBefore,
  requestRateByVersion,
  versions,
} from './requests.ts';
export {
  attemptsPerCall,
  breakerOpenRatio,
  breakerOpenings,
  breakerState,
  bulkheadQueueRatio,
  bulkheadUsedRatio,
  cacheFullRatio,
  cacheHitRatio,
  limitedPerMinute,
  limitedRatio,
  poolUsedRatio,
  remainingShareBuckets,
  timeoutRatio,
} from './resilience.ts';
export {
  cpuRatio,
  eventLoopBusyRatio,
  gcTimeRatio,
  heapUsedRatio,
  openFilesRatio,
  restarts,
  uptimeSeconds,
} from './runtime.ts';
export { instanceScope, serviceScope, sloScope, versionScope } from './scope.ts';
export { exportSilenceSeconds, largestMetrics, lostItems, spoolUsedRatio } from './telemetry.ts';
export { failedSpanRatio, slowestSpans, spanMetricRate } from './span-metrics.ts';
export {
  callQuantiles,
  chosenRoute,
  chosenService,
  failedCalls as failedCallSpans,
  failedRequests as failedRequestSpans,
  serverSpans,
  slowRequests as slowRequestSpans,
  spanErrorRate,
  spanQuantiles,
  spanRate,
  spans,
} from './traces.ts';
export type { TraceConditions } from './traces.ts';
