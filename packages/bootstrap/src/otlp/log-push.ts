import type { Resource } from '@opentelemetry/resources';
// Not the global one, which tests of a service may replace for a while: a timer of theirs that never runs would be the last one.
import { setTimeout } from 'node:timers';
import type { ExportProblem } from './export-problems.ts';
import { createRecordMaker } from './log-record.ts';
import type { RecordKeys, RecordLimits } from './log-record.ts';
import type { SyncPost } from './send-sync.ts';
import type { ExportStats } from './sender.ts';
import { createSignalExport } from './signal-export.ts';
import type { OtlpTarget } from './target.ts';

export interface LogPushOptions {
  /** Without secrets. */
  readonly resource: Resource;
  readonly target: OtlpTarget;
  /** `OTEL_BLRP_MAX_QUEUE_SIZE`. */
  readonly maxQueueSize: number;
  /** `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`. */
  readonly maxExportBatchSize: number;
  /** `OTEL_BLRP_SCHEDULE_DELAY` [ms]. */
  readonly scheduleDelayMs: number;
  readonly limits: RecordLimits;
  /** Default: those of pino. */
  readonly keys?: RecordKeys;
  readonly onProblem: (problem: ExportProblem) => void;
}

/** Sends finished log lines to a collector. */
export interface LogPush {
  /** Takes one line of the logger, censored already. Never throws; what there is no room for is counted as `full`. */
  write(line: string): void;
  stats(): ExportStats;
  /** Resolves when all lines are delivered, or at the deadline. Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes and ends; later lines are counted as lost. Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  /** Takes out all that waits, for `sendSync`; nothing is sent afterwards. */
  drain(): readonly SyncPost[];
}

/** A batch that reaches it is sent although it has room for more lines [UTF-16 code units]. */
const MAX_BATCH_LENGTH = 1_048_576;

/** @throws {TypeError} when the URL of the target is none */
export function createLogPush(options: LogPushOptions): LogPush {
  const { resource, target, maxQueueSize, scheduleDelayMs, onProblem } = options;
  const out = createSignalExport({ signal: 'logs', target, resource, maxItems: maxQueueSize, onProblem });
  const recordOf = createRecordMaker(resource.attributes, options.limits, options.keys);
  const batchSize = Math.max(1, Math.min(options.maxExportBatchSize, maxQueueSize));
  let lines: string[] = [];
  let length = 0;
  let timerRuns = false;

  const seal = (): void => {
    if (lines.length === 0) return;
    const observedMs = Date.now();
    const records = lines.map((line) => recordOf(line, observedMs));
    lines = [];
    length = 0;
    out.enqueue(records, records.length);
  };

  return {
    write(line) {
      if (!out.sender.hasRoom(lines.length + 1)) {
        out.sender.countDropped('full', 1);
        return;
      }
      lines.push(line);
      length += line.length;
      if (lines.length >= batchSize || length >= MAX_BATCH_LENGTH) {
        seal();
      } else if (!timerRuns) {
        timerRuns = true;
        setTimeout(() => {
          timerRuns = false;
          seal();
        }, scheduleDelayMs).unref();
      }
    },
    stats() {
      const stats = out.sender.stats();
      return { ...stats, queued: stats.queued + lines.length };
    },
    flush(deadlineMs) {
      seal();
      return out.sender.flush(deadlineMs);
    },
    shutdown(deadlineMs) {
      seal();
      return out.sender.shutdown(deadlineMs);
    },
    drain() {
      seal();
      return out.drain();
    },
  };
}
