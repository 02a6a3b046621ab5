import type { LoggerOptions } from '@sightline/logger';
import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import type { logsOptionsSchema } from './options.ts';
import type { OtlpConfig, OtlpConfigOf } from './otlp.ts';
import type { RecordLimits } from '../otlp/log-record.ts';
import { batchConfig, recordLimits, withoutNone } from './traces.ts';
import type { BatchConfig } from './traces.ts';

export interface LogsConfig {
  /** Whether lines are written to standard output. */
  readonly stdout: boolean;
  /** Whether records are sent over OTLP. */
  readonly push: boolean;
  readonly otlp: OtlpConfig;
  readonly batch: BatchConfig;
  readonly limits: RecordLimits;
  /** For `createLogger`, which reads `LOG_LEVEL` itself. */
  readonly logger: LoggerOptions;
}

export function logsConfig(
  read: EnvironmentReader,
  options: z.output<typeof logsOptionsSchema>,
  otlp: OtlpConfigOf,
): LogsConfig {
  const words = read.words('OTEL_LOGS_EXPORTER', { words: ['otlp', 'console', 'none'] });
  const push =
    options.exporters?.includes('otlp') ?? (words !== undefined && withoutNone(words).includes('otlp'));
  const batch = batchConfig(read, 'BLRP', 1000, options.batch ?? {});
  return {
    // `none` there means that OpenTelemetry sends nothing; a service that says nothing at all is not what is meant.
    stdout: options.exporters?.includes('stdout') ?? true,
    push,
    otlp: otlp('logs', options, push, batch.exportTimeoutMs),
    batch,
    limits: recordLimits(read),
    logger: { ...options.logger, ...(options.level !== undefined && { level: options.level }) },
  };
}
