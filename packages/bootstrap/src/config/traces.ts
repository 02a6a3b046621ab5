import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import type { batchOptionsSchema, samplerOptionsSchema, tracesOptionsSchema } from './options.ts';
import type { RecordLimits } from '../otlp/log-record.ts';
import type { SpanLimits } from '../traces/limits.ts';
import { samplerNames } from '../traces/sampler.ts';
import type { SamplerSettings } from '../traces/sampler.ts';
import type { BiasSettings } from '../traces/span-pipeline.ts';
import type { BatchSettings } from '../traces/span-queue.ts';
import type { OtlpConfig, OtlpConfigOf } from './otlp.ts';
import { traceExporters } from './words.ts';

export interface TracesConfig {
  /** False when nothing takes spans: then none is recorded. */
  readonly enabled: boolean;
  readonly exporters: readonly (typeof traceExporters)[number][];
  readonly otlp: OtlpConfig;
  /** The ratio is the share of the traces that begin here, 0 to 1, whatever the name. */
  readonly sampler: Required<SamplerSettings>;
  /** What is kept although the sampler said no; both are false where the sampler records nothing at all. */
  readonly bias: Pick<BiasSettings, 'errors' | 'slow'>;
  readonly limits: SpanLimits;
  readonly batch: BatchConfig;
}

/** How items wait and leave. */
export interface BatchConfig extends BatchSettings {
  /** Longest attempt of an export [ms]; that of `OtlpConfig` is no longer. */
  readonly exportTimeoutMs: number;
}

const MAX = Number.MAX_SAFE_INTEGER;
const DEFAULT_COUNT = 128;
/** The specification has no limit; a queue of 2048 spans would have none either, then. */
const DEFAULT_VALUE_LENGTH = 16_384;

export function tracesConfig(
  read: EnvironmentReader,
  options: z.output<typeof tracesOptionsSchema>,
  otlp: OtlpConfigOf,
): TracesConfig {
  const exporters = [...new Set(options.exporters ?? exportersFromEnvironment(read))];
  const sampler = samplerConfig(read, options.sampler ?? {});
  const off = sampler.name.endsWith('always_off');
  const batch = batchConfig(read, 'BSP', 5000, options.batch ?? {});
  return {
    enabled: exporters.length > 0,
    exporters,
    otlp: otlp('traces', options, exporters.includes('otlp'), batch.exportTimeoutMs),
    sampler,
    bias: { errors: options.bias.errors && !off, slow: options.bias.slow && !off },
    limits: spanLimits(read, options.limits ?? {}),
    batch,
  };
}

function exportersFromEnvironment(read: EnvironmentReader): readonly (typeof traceExporters)[number][] {
  const words = read.words('OTEL_TRACES_EXPORTER', {
    words: [...traceExporters, 'none'],
    elsewhere: { zipkin: 'use otlp: Zipkin and what reads it take OTLP through a collector' },
  });
  return words === undefined ? ['otlp'] : withoutNone(words);
}

/** `none` is nothing, whatever stands beside it. */
export function withoutNone<Word extends string>(
  words: readonly (Word | 'none')[],
): readonly Exclude<Word, 'none'>[] {
  if (words.includes('none')) return [];
  return words.filter((word): word is Exclude<Word, 'none'> => word !== 'none');
}

function samplerConfig(
  read: EnvironmentReader,
  given: z.output<typeof samplerOptionsSchema>,
): Required<SamplerSettings> {
  const remote = 'use parentbased_traceidratio with OTEL_TRACES_SAMPLER_ARG';
  const fromCode = given.type ?? (given.ratio === undefined ? undefined : 'parentbased_traceidratio');
  const fromEnvironment =
    fromCode === undefined
      ? read.word('OTEL_TRACES_SAMPLER', {
          words: samplerNames,
          elsewhere: { jaeger_remote: remote, parentbased_jaeger_remote: remote, xray: remote },
        })
      : undefined;
  const name = fromCode ?? fromEnvironment ?? 'parentbased_always_on';
  if (name.endsWith('traceidratio')) {
    return { name, ratio: given.ratio ?? read.number('OTEL_TRACES_SAMPLER_ARG', 0, 1) ?? 1 };
  }
  const ratio = name.endsWith('always_on') ? 1 : 0;
  // A sampler that was refused has been told of, and what code says has the better of both variables.
  const isRefused = fromEnvironment === undefined && read.text('OTEL_TRACES_SAMPLER') !== undefined;
  if (fromCode === undefined && !isRefused) refuseUnreadArgument(read, name, ratio);
  return { name, ratio };
}

/** An argument that no sampler reads is the share that somebody believes in; one that says the same does no harm. */
function refuseUnreadArgument(read: EnvironmentReader, sampler: string, ratio: number): void {
  const argument = read.text('OTEL_TRACES_SAMPLER_ARG');
  if (argument === undefined || Number(argument) === ratio) return;
  read.refuse(
    'OTEL_TRACES_SAMPLER_ARG',
    `is set, and the sampler ${sampler} does not read it`,
    'a share beside OTEL_TRACES_SAMPLER=parentbased_traceidratio or traceidratio',
    'set OTEL_TRACES_SAMPLER=parentbased_traceidratio as well, or unset OTEL_TRACES_SAMPLER_ARG',
  );
}

function spanLimits(
  read: EnvironmentReader,
  given: NonNullable<z.output<typeof tracesOptionsSchema>['limits']>,
): SpanLimits {
  return {
    attributeCount:
      given.attributeCount ??
      read.integer('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ??
      read.integer('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ??
      DEFAULT_COUNT,
    attributeValueLength:
      given.attributeValueLength ??
      read.integer('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0, MAX) ??
      read.integer('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0, MAX) ??
      DEFAULT_VALUE_LENGTH,
    eventCount: given.eventCount ?? read.integer('OTEL_SPAN_EVENT_COUNT_LIMIT', 0, MAX) ?? DEFAULT_COUNT,
    linkCount: given.linkCount ?? read.integer('OTEL_SPAN_LINK_COUNT_LIMIT', 0, MAX) ?? DEFAULT_COUNT,
    attributesPerEvent: read.integer('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ?? DEFAULT_COUNT,
    attributesPerLink: read.integer('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ?? DEFAULT_COUNT,
  };
}

export function recordLimits(read: EnvironmentReader): RecordLimits {
  return {
    attributeCount:
      read.integer('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ??
      read.integer('OTEL_ATTRIBUTE_COUNT_LIMIT', 0, MAX) ??
      DEFAULT_COUNT,
    attributeValueLength:
      read.integer('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0, MAX) ??
      read.integer('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 0, MAX) ??
      DEFAULT_VALUE_LENGTH,
  };
}

/** @param family the variables: those of the batch span processor, or of the batch log record processor */
export function batchConfig(
  read: EnvironmentReader,
  family: 'BSP' | 'BLRP',
  defaultDelayMs: number,
  given: z.output<typeof batchOptionsSchema>,
): BatchConfig {
  const maxQueueSize =
    given.maxQueueSize ?? read.integer(`OTEL_${family}_MAX_QUEUE_SIZE`, 1, 1_000_000) ?? 2048;
  const sizeName = `OTEL_${family}_MAX_EXPORT_BATCH_SIZE` as const;
  const size = given.maxExportBatchSize ?? read.integer(sizeName, 1, 1_000_000) ?? 512;
  if (given.maxExportBatchSize === undefined && size > maxQueueSize && size !== 512) {
    read.refuse(sizeName, `is ${size}, more than the ${maxQueueSize} that may wait`, 'at most what may wait');
  }
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(size, maxQueueSize),
    scheduleDelayMs:
      given.scheduleDelayMs ?? read.integer(`OTEL_${family}_SCHEDULE_DELAY`, 0, 3_600_000) ?? defaultDelayMs,
    exportTimeoutMs: read.integer(`OTEL_${family}_EXPORT_TIMEOUT`, 1, 600_000) ?? 30_000,
  };
}
