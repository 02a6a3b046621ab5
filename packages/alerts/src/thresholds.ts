import { requestBoundaries, thresholds as shared } from '@sightline/conventions';
import * as z from 'zod';

/** A share, 0 to 1, without its ends: 0 would fire always and 1 never. */
const ratio = z.number().gt(0).lt(1);
const count = z.int().min(1).max(1_000_000_000);
const seconds = z.number().gt(0).max(86_400);
/** A quantile of a duration is never over the last bound of the buckets, so that nothing would ever fire at it or above. */
const longest = Math.max(...requestBoundaries);
const quantile = z
  .number()
  .gt(0)
  .lt(longest, { error: `less than ${longest}, the last bound of the buckets` });

export const thresholdsSchema = z.strictObject({
  /** Share of 5xx among the answers of a service. One in twenty is seen by every visitor of a few pages. */
  errorRatio: ratio.default(shared.errorRatio),
  /** The same for one route. Higher, because a route has less traffic, so that its share swings more. */
  routeErrorRatio: ratio.default(shared.routeErrorRatio),
  /** Requests in five minutes below which no share is judged: of 20 requests, one error is the 5 % of `errorRatio`. */
  minRequests: count.default(20),
  /** The 99th percentile of the duration of a service [s]. People leave a page after a few seconds; 5 is past that. */
  latencyP99Seconds: quantile.default(shared.latencyP99Seconds),
  /** The 95th percentile of one route [s]. Half of the above: it is the busy routes that are asked for twice. */
  routeLatencyP95Seconds: quantile.default(shared.routeLatencyP95Seconds),
  /** The 95th percentile of the calls to one dependency [s]. A caller that waits longer has no time left of its own 2.5. */
  dependencyLatencyP95Seconds: quantile.default(shared.dependencyLatencyP95Seconds),
  /** Share of the calls to one dependency that fail. At half of them, retries no longer help. */
  dependencyErrorRatio: ratio.default(shared.dependencyErrorRatio),
  /** Refusals of a rate limiter in a minute. One every second is no client that slipped, but one in a loop, or many. */
  limitedPerMinute: count.default(shared.limitedPerMinute),
  /** Openings of one breaker in 15 minutes. Three say that the dependency comes back and fails again. */
  breakerOpenings: count.default(shared.breakerOpenings),
  /** Share of the connections of a pool that is in use while requests wait. Pools never stand at exactly all of them. */
  poolUsedRatio: ratio.default(shared.poolUsedRatio),
  /** Hit ratio of a cache, as a share of what it was in the day before. Half of it sends a multiple of the misses on. */
  cacheHitRatioLeft: ratio.default(0.5),
  /** Hit ratio of the day before, below which a cache is not judged: such a cache holds nothing back anyway. */
  cacheHitRatioBefore: ratio.default(0.2),
  /** Look-ups in five minutes below which a cache is not judged. A hundred give a ratio to within a tenth. */
  minCacheLookups: count.default(100),
  /** The 99th percentile of the delay of the event loop [s]. A quarter second stands on top of every request. */
  eventLoopDelaySeconds: seconds.default(shared.eventLoopDelaySeconds),
  /** The longest delay of the event loop [s]. In two seconds a probe with its usual timeout of one has failed. */
  eventLoopBlockedSeconds: seconds.default(shared.eventLoopBlockedSeconds),
  /** Share of the time in which the event loop works. Above 0.9, queues grow faster than they empty. */
  eventLoopUtilizationRatio: ratio.default(shared.eventLoopUtilizationRatio),
  /** Share of the time that goes into garbage collection. A tenth is what a heap near its limit starts with. */
  gcTimeRatio: ratio.default(shared.gcTimeRatio),
  /** Share of its real limit that the heap takes. From 0.8 on V8 gives up as soon as its collections free too little. */
  heapUsedRatio: ratio.default(shared.heapUsedRatio),
  /** How far the trend of the heap is drawn [s]. Four hours are time to act before the night. */
  heapTrendSeconds: seconds.default(14_400),
  /** Share of its limit below which no trend of the heap is judged. A service that has just started always grows. */
  heapTrendFromRatio: ratio.default(0.5),
  /** Growth of the memory of a process within an hour [bytes]. Warming up takes some 60 MiB, a busy hour no more. */
  memoryGrowthBytes: count.default(128 * 2 ** 20),
  /** Multiple of its memory that a process will take in four hours, as it grew. At twice, no limit was set for it. */
  memoryTrendRatio: z.number().gt(1).max(100).default(2),
  /** Share of the file descriptors that are open. At the limit, no connection is accepted. */
  fileDescriptorRatio: ratio.default(shared.fileDescriptorRatio),
  /** Starts of one instance in an hour. A deploy is one, and a rollback makes it two. */
  restartsPerHour: count.default(shared.restartsPerHour),
  /** Starts of one instance in 10 minutes that make a crash loop. The kubelet's back-off leaves room for three to four. */
  crashLoopRestarts: count.default(3),
  /** How much higher the error ratio of a new version is than that of the service before. Two in a hundred are no noise. */
  deployErrorRatioIncrease: ratio.default(0.02),
  /** Multiple of the 95th percentile that the service had before. Warming up makes it a third slower, not twice. */
  deployLatencyRatio: z.number().gt(1).max(100).default(2),
  /** Least difference to that percentile [s]; twice of very little is very little. */
  deployLatencyIncreaseSeconds: seconds.default(0.1),
  /** Time since the last export that succeeded [s]. Exports are tried every few seconds; five minutes are many. */
  exportSilenceSeconds: seconds.default(shared.exportSilenceSeconds),
  /** Share of the space for log lines on disk. What is left is the time to bring the far side back. */
  spoolUsedRatio: ratio.default(shared.spoolUsedRatio),
  /** Share of a disk that is free. Below a tenth, the compaction of a block may not fit. */
  diskFreeRatio: ratio.default(shared.diskFreeRatio),
  /**
   * Time that a certificate has left [s]. Renewal begins with a third of its life left, 15 days of the shortest that are
   * usual; in 14 there is time to see why it fails.
   */
  certificateLeftSeconds: z
    .number()
    .gt(0)
    .max(366 * 86_400)
    .default(shared.certificateLeftSeconds),
  /** Share of its memory limit that a server of the stack takes. The kernel ends it at 1. */
  stackMemoryRatio: ratio.default(shared.stackMemoryRatio),
  /** Error lines with one fingerprint in 5 minutes. Ten a minute is more than a retry loop of one user makes. */
  errorLogsPerFingerprint: count.default(shared.errorLogsPerFingerprint),
  /** Multiple of the error lines with one fingerprint in the hour before. A spike is what was not so before. */
  errorLogsIncreaseRatio: z.number().gt(1).max(1000).default(3),
  /** Lines with a fingerprint that was not there in the day before. One may be an accident; five are a fault. */
  newFingerprintLines: count.default(5),
  /** Audit records of failures in 5 minutes. A few are typing errors; ten are a script or someone who guesses. */
  auditFailures: count.default(10),
  /** Lines in the hour before, below which silence says nothing. One a minute is what an idle service may write. */
  minLogLinesBefore: count.default(60),
  /** Censored values a second. One a second is a field that someone has begun to log, not an accident. */
  redactedPerSecond: z.number().gt(0).max(1_000_000).default(shared.redactedPerSecond),
  /** Multiple of what was censored in the hour before. Headers are censored all day; thrice as much is something new. */
  redactedIncreaseRatio: z.number().gt(1).max(1000).default(3),
});
