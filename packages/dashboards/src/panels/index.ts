export {
  breakerCallsPanel,
  breakerDurationPanel,
  breakerOpenRatioPanel,
  breakerOpeningsPanel,
  breakerRecoveryPanel,
  breakerStatePanel,
} from './breakers.ts';
export {
  cacheChurnPanel,
  cacheHitRatioPanel,
  cacheLoadPanel,
  cacheMemoryPanel,
  cacheRequestsPanel,
  cacheSizePanel,
  cacheStampedePanel,
} from './caches.ts';
export {
  activeCallsPanel,
  callErrorRatioPanel,
  callErrorsPanel,
  callLatencyPanel,
  callRatePanel,
  connectionErrorsPanel,
  connectionQueuePanel,
  connectionStatePanel,
  dependencyTablePanel,
  withDetails,
} from './dependencies.ts';
export {
  eventLoopBlockedPanel,
  eventLoopDelayPanel,
  eventLoopSpreadPanel,
  eventLoopTimePanel,
  eventLoopUtilizationPanel,
  mainThreadBlocksPanel,
} from './event-loop.ts';
export {
  addressesPanel,
  alertHistoryPanel,
  alertsPanel,
  busiestPanel,
  fleetBurnPanel,
  fleetHeadlinePanels,
  releasesPanel,
  servicesPanel,
  worstErrorsPanel,
  worstLatencyPanel,
} from './fleet.ts';
export {
  activeChecksPanel,
  checkAgePanel,
  checkChangesPanel,
  checkDurationPanel,
  checkRunsPanel,
  checksPanel,
  probesPanel,
} from './health.ts';
export {
  gcHeatmapPanel,
  gcPausesPanel,
  gcRatePanel,
  gcTimePanel,
  heapSizesPanel,
  heapSpacesPanel,
  heapUsedPanel,
} from './heap.ts';
export {
  autoscalerPanel,
  networkPanel,
  podBytesPanel,
  podCpuPanel,
  podMemoryPanel,
  podPhasesPanel,
  podsPanel,
  replicasPanel,
  throttlingPanel,
  waitingPanel,
} from './kubernetes.ts';
export { logDeliveryPanel, logLinesPanel, logVolumePanel, redactedPanel, spoolPanel } from './logger.ts';
export {
  auditPanel,
  errorLinesByRoutePanel,
  fingerprintTrendPanel,
  fingerprintsPanel,
  linesByLevelPanel,
  linesByServicePanel,
  logBytesPanel,
  newestErrorsPanel,
  slowRequestLinesPanel,
  streamPanel,
} from './logs.ts';
export {
  exportFailuresPanel,
  exportQueuePanel,
  exportSilencePanel,
  exportsPanel,
  lostItemsPanel,
  lostLinesPanel,
  lostObservationsPanel,
} from './losses.ts';
export {
  above,
  below,
  column,
  logql,
  now,
  promql,
  traceMetrics,
  traceSearch,
  withExemplars,
} from './panel.ts';
export type {
  LogQuery,
  Panel,
  PanelLink,
  PromQuery,
  Query,
  Threshold,
  TraceQuery,
  ValueTexts,
  View,
} from './panel.ts';
export {
  bulkheadCallsPanel,
  bulkheadUsedPanel,
  bulkheadWaitPanel,
  fallbacksPanel,
  retriesPanel,
  retryOutcomesPanel,
  timeoutDurationPanel,
  timeoutsPanel,
} from './policies.ts';
export {
  poolChurnPanel,
  poolFailuresPanel,
  poolQueuePanel,
  poolUsePanel,
  poolUsedPanel,
  poolWaitPanel,
} from './pools.ts';
export { cpuPanel, instanceTablePanel, memoryPanel, openFilesPanel, resourcesPanel } from './process.ts';
export {
  blockDurationPanel,
  decisionsPanel,
  limitedPerMinutePanel,
  limitedRatioPanel,
  limitedRoutesPanel,
  limiterChangesPanel,
  limiterLoadPanel,
  limiterStorePanel,
  remainingPanel,
  rulesPanel as limiterRulesPanel,
} from './rate-limits.ts';
export {
  abortsPanel,
  activeRequestsPanel,
  bodyRatePanel,
  bodySizePanel,
  errorRatioPanel,
  headlinePanels,
  latencyHeatmapPanel,
  latencyPanel,
  requestRatePanel,
  topErrorsPanel,
} from './requests.ts';
export { apdexPanel, routeErrorsPanel, routeLatencyPanel, routeRatePanel, routesPanel } from './routes.ts';
export {
  badEventsPanel,
  budgetPanel,
  fastBurnPanel,
  objectivePanel,
  objectivesPanel,
  slowBurnPanel,
  spentByRoutePanel,
} from './slo.ts';
export { stackAlertsPanel } from './stack-alerts.ts';
export {
  culpritsPanel,
  discardedPanel,
  headSeriesPanel,
  ingestItemsPanel,
  ingestPanel,
  samplesPanel,
  scrapeTimePanel,
  storagePanel,
  streamsPanel,
} from './stack-cost.ts';
export {
  alertPathPanel,
  configPanel,
  disksPanel,
  queryTimePanel,
  rulesPanel as ruleTimePanel,
  serverBytesPanel,
  serverCpuPanel,
  serverMemoryPanel,
  serversPanel,
  storageFailuresPanel,
} from './stack-servers.ts';
export {
  largestMetricsPanel,
  newSeriesPanel,
  optionProblemsPanel,
  scrapeCostPanel,
  scrapeRatePanel,
  scrapeSamplesPanel,
} from './telemetry-cost.ts';
export {
  callDurationPanel,
  failedCallsPanel,
  failedTracesPanel,
  newestTracesPanel,
  serviceMapPanel,
  slowTracesPanel,
  slowestOperationsPanel,
  spanDurationPanel,
  spanErrorsPanel,
  spanRatePanel,
} from './traces.ts';
export {
  durationComparedPanel,
  instancesPanel,
  rateComparedPanel,
  versionErrorsPanel,
  versionLatencyPanel,
  versionRatePanel,
} from './versions.ts';
