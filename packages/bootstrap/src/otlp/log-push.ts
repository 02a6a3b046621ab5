import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { AttributeName, LogFieldName } from '@sightline/conventions';
import type { ExportProblem } from './export-problems.ts';
import { keyValues, nanosText, otlpValue } from './otlp-message.ts';
import type { OtlpMessage } from './otlp-message.ts';
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

/** Source: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const INFO = 9;
const SEVERITY: ReadonlyMap<string, number> = new Map([
  ['trace', 1],
  ['debug', 5],
  ['info', INFO],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
]);

/** A field of the app's may be called `time` as well: what no line can be from is not taken for one [ms since 1970]. */
const YEAR_2000_MS = 946_684_800_000;
const YEAR_2200_MS = 7_258_118_400_000;

/** The levels of pino as numbers. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Fields that have a place of their own in a record, or that the resource says. */
const TAKEN: ReadonlySet<string> = new Set<LogFieldName | 'err'>([
  'time',
  'level',
  'msg',
  'trace_id',
  'span_id',
  'trace_flags',
  'service',
  'environment',
  'version',
  'pid',
  'hostname',
  'err',
]);

function recordOf(line: string, observedMs: number): OtlpMessage {
  const observedTimeUnixNano = nanosText(observedMs);
  const fields = parsed(line);
  if (fields === undefined) {
    return {
      timeUnixNano: observedTimeUnixNano,
      body: { stringValue: line.trimEnd() },
      observedTimeUnixNano,
    };
  }
  const level = levelOf(fields['level']);
  const flags = text(fields['trace_flags']) ?? '';
  const time = fields['time'];
  const isTime = typeof time === 'number' && time >= YEAR_2000_MS && time < YEAR_2200_MS;
  return {
    timeUnixNano: isTime ? nanosText(time) : observedTimeUnixNano,
    severityNumber: SEVERITY.get(level) ?? INFO,
    severityText: level,
    body: otlpValue(fields['msg'] ?? ''),
    attributes: keyValues({ ...exceptionOf(fields['err']), ...othersOf(fields) }),
    ...(/^[0-9a-f]{2}$/.test(flags) ? { flags: Number.parseInt(flags, 16) } : {}),
    ...idOf('traceId', fields['trace_id'], /^[0-9a-f]{32}$/),
    ...idOf('spanId', fields['span_id'], /^[0-9a-f]{16}$/),
    observedTimeUnixNano,
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function levelOf(level: unknown): string {
  if (typeof level === 'string') return level;
  return typeof level === 'number' ? (LEVELS[Math.floor(level / 10) - 1] ?? 'info') : 'info';
}

function exceptionOf(error: unknown): Attributes {
  if (typeof error !== 'object' || error === null) return error === undefined ? {} : { err: error };
  const { type, message, stack, ...rest } = error as Record<string, unknown>;
  const parts = {
    'exception.type': text(type),
    'exception.message': text(message),
    'exception.stacktrace': text(stack),
  } satisfies Partial<Record<AttributeName, string | undefined>>;
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), ...(Object.keys(rest).length > 0 ? { err: rest } : {}) };
}

function othersOf(fields: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !TAKEN.has(key)));
}

function idOf(name: string, value: unknown, form: RegExp): OtlpMessage {
  return typeof value === 'string' && form.test(value) ? { [name]: value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
