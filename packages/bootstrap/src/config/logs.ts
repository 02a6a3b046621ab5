import type { ErrorParts } from '@sightline/errors';
import type { Branch, Destination, LoggerOptions } from '@sightline/logger';
import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import type { logsOptionsSchema } from './options.ts';
import type { OtlpConfig, OtlpConfigOf } from './otlp.ts';
import { defaultRecordKeys } from '../otlp/log-record.ts';
import type { RecordKeys, RecordLimits } from '../otlp/log-record.ts';
import { batchConfig, recordLimits, withoutNone } from './traces.ts';
import type { BatchConfig } from './traces.ts';

export interface LogsConfig {
  /** Whether lines are written to standard output. */
  readonly stdout: boolean;
  /** Whether those are for people; `auto`: on a terminal. */
  readonly pretty: 'auto' | boolean;
  /** Where lines go besides. */
  readonly destinations: readonly (Destination | Branch)[];
  /** Whether records are sent over OTLP. */
  readonly push: boolean;
  readonly otlp: OtlpConfig;
  readonly batch: BatchConfig;
  readonly limits: RecordLimits;
  /** What lines call their message and their error. */
  readonly keys: RecordKeys;
  /** For `createLogger`, which reads `LOG_LEVEL` itself. */
  readonly logger: LoggerOptions;
}

export function logsConfig(
  read: EnvironmentReader,
  options: z.output<typeof logsOptionsSchema>,
  otlp: OtlpConfigOf,
): LogsConfig {
  const words = read.words('OTEL_LOGS_EXPORTER', { words: ['otlp', 'console', 'none'] });
  const hasTransport = options.logger?.transport !== undefined;
  const push =
    !hasTransport &&
    (options.exporters?.includes('otlp') ?? (words !== undefined && withoutNone(words).includes('otlp')));
  const format = options.format ?? read.word('SIGHTLINE_LOG_FORMAT', { words: ['json', 'pretty'] });
  const batch = batchConfig(read, 'BLRP', 1000, options.batch ?? {});
  return {
    // `none` there means that OpenTelemetry sends nothing; a service that says nothing at all is not what is meant.
    stdout: !hasTransport && (options.exporters?.includes('stdout') ?? true),
    pretty: format === undefined ? 'auto' : format === 'pretty',
    destinations: options.destinations,
    push,
    otlp: otlp('logs', options, push, batch.exportTimeoutMs),
    batch,
    limits: recordLimits(read),
    keys: recordKeys(options.logger),
    logger: { ...options.logger, ...(options.level !== undefined && { level: options.level }) },
  };
}

/** The logger falls back to its own where one cannot be. */
function recordKeys(logger: Pick<LoggerOptions, 'messageKey' | 'errorKey'> = {}): RecordKeys {
  const { message, error } = defaultRecordKeys;
  return { message: keyOr(logger.messageKey, message), error: keyOr(logger.errorKey, error) };
}

function keyOr(given: unknown, otherwise: string): string {
  return typeof given === 'string' && given !== '' ? given : otherwise;
}

/** A transport of pino takes each line away from whatever else was asked for. */
export function transportProblem(
  { logger, exporters, destinations }: z.output<typeof logsOptionsSchema>,
  exportersInEnvironment: string | undefined,
): ErrorParts | undefined {
  if (logger?.transport === undefined) return undefined;
  const isPushed = exporters?.includes('otlp') ?? exportersInEnvironment?.includes('otlp') ?? false;
  const without = [
    ...(isPushed ? ['OTLP'] : []),
    ...(exporters?.includes('stdout') === true ? ['stdout'] : []),
    ...(destinations.length > 0 ? ['logs.destinations'] : []),
  ];
  if (without.length === 0) return undefined;
  return {
    problem: `logs.logger.transport takes all lines, and ${without.join(', ')} would get none`,
    expected: 'a transport of pino, or what Sightline writes to',
    fix: 'leave the transport out and name file() or loki() in logs.destinations, or leave the others out',
  };
}
