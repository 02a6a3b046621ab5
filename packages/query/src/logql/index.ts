export { logqlResultToJson } from './api-json.ts';
export type { JsonLogqlValue } from './api-json.ts';
export { createLogqlEngine } from './engine.ts';
export type { InstantLogql, LogqlEngine, RangeLogql } from './engine.ts';
export type { ResultEntry, ResultStream } from './evaluate/log-evaluator.ts';
export { createLogLists } from './lists/log-lists.ts';
export type { ListRange, LogLists, LogStats, Volume, VolumeQuery, VolumeSeries } from './lists/log-lists.ts';
export { createLogDetections } from './detect/log-detections.ts';
export type { DetectedField, DetectedLabel, DetectionRange, LogDetections } from './detect/log-detections.ts';
export { findLogPatterns, findSharedLogPatterns } from './patterns/log-patterns.ts';
export type {
  LogPattern,
  PatternLines,
  PatternOptions,
  PatternQuery,
  SharedLogPattern,
} from './patterns/log-patterns.ts';
export type { Direction, LogEntry, LogIndex, LogSelection, LogSource, LogStream } from './log-source.ts';
export { createMemoryLogs, memoryLogsOptionsSchema } from './memory-logs.ts';
export type { MemoryLogs, MemoryLogsCounts, MemoryLogsOptions, PushedEntry } from './memory-logs.ts';
export { logqlOptionsSchema } from './options.ts';
export type { LogqlOptions } from './options.ts';
export type { LogqlResult } from './result.ts';
export type { LogQuery, LogSelector, MetricExpression, Stage } from './syntax/ast.ts';
export { formatLogql } from './syntax/format-query.ts';
export { parseLogql } from './syntax/parse-query.ts';
export { formatLabels } from './values/format-labels.ts';
export { nanosecondsFromMs } from './values/nanoseconds.ts';
