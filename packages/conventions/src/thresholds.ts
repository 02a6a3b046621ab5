/**
 * What is too much, where an alert and a panel must say the same: the defaults of the alert rules, and the lines in the
 * dashboards. Why each is what it is stands with the rules, in the options of `@sightline/alerts`; a test holds that the
 * two agree.
 */
export const thresholds = {
  /** Share of 5xx among the answers of a service. */
  errorRatio: 0.05,
  /** The same for one route, whose share swings more. */
  routeErrorRatio: 0.1,
  /** The 99th percentile of the duration of a service [s]. */
  latencyP99Seconds: 5,
  /** The 95th percentile of one route [s]. */
  routeLatencyP95Seconds: 2.5,
  /** The 95th percentile of the calls to one dependency [s]. */
  dependencyLatencyP95Seconds: 2,
  /** Share of the calls to one dependency that fail. */
  dependencyErrorRatio: 0.5,
  /** Refusals of a rate limiter in a minute. */
  limitedPerMinute: 60,
  /** Openings of one breaker in 15 minutes. */
  breakerOpenings: 3,
  /** Share of the connections of a pool that is in use while requests wait. */
  poolUsedRatio: 0.95,
  /** The 99th percentile of the delay of the event loop [s]. */
  eventLoopDelaySeconds: 0.25,
  /** The longest delay of the event loop [s]. */
  eventLoopBlockedSeconds: 2,
  /** Share of the time in which the event loop works. */
  eventLoopUtilizationRatio: 0.9,
  /** Share of the time that goes into garbage collection. */
  gcTimeRatio: 0.1,
  /** Share of its limit that the heap takes. */
  heapUsedRatio: 0.8,
  /** Share of the file descriptors that are open. */
  fileDescriptorRatio: 0.8,
  /** Starts of one instance in an hour. */
  restartsPerHour: 3,
  /** Time since the last export that succeeded [s]. */
  exportSilenceSeconds: 300,
  /** Share of the space for log lines on disk. */
  spoolUsedRatio: 0.8,
  /** Share of a disk that is free; less is too little. */
  diskFreeRatio: 0.1,
  /** Time that a certificate has left [s]; less is too little. */
  certificateLeftSeconds: 14 * 86_400,
  /** Share of its memory limit that a server of the stack takes. */
  stackMemoryRatio: 0.9,
  /** Error lines with one fingerprint in 5 minutes. */
  errorLogsPerFingerprint: 50,
  /** Censored values a second. */
  redactedPerSecond: 1,
} as const;

/** The name of a threshold that panels and alerts share. */
export type ThresholdName = keyof typeof thresholds;
