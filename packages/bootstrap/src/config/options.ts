import type { Instrumentation } from '@opentelemetry/instrumentation';
import { healthOptionsSchema } from '@sightline/health';
import { httpClientOptionsSchema, httpServerOptionsSchema } from '@sightline/http';
import { isBranch, isDestination } from '@sightline/logger';
import type { Branch, Destination, LoggerOptions } from '@sightline/logger';
import { metricsOptionsSchema as registryOptionsSchema } from '@sightline/metrics';
import { redactOptionsSchema } from '@sightline/redact';
import * as z from 'zod';
import type { Plugin } from '../plugin.ts';
import { httpUrl, isHeaderName, isHeaderValue } from './environment.ts';
import { samplerNames } from '../traces/sampler.ts';
import { logExporters, metricExporters, traceExporters } from './words.ts';
import type { debugPaths } from './words.ts';

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInstrumentation(value: unknown): boolean {
  return isObject(value) && 'enable' in value && typeof value.enable === 'function';
}

function isPlugin(value: unknown): boolean {
  return isObject(value) && 'name' in value && typeof value.name === 'string' && value.name !== '';
}

function takesLines(value: unknown): boolean {
  return isDestination(value) || isBranch(value);
}

const text = z.string().min(1).max(255);
const attributeValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).readonly(),
  z.array(z.number()).readonly(),
  z.array(z.boolean()).readonly(),
]);

export const serviceOptionsSchema = z.strictObject({
  /** Name of the service. Default: `OTEL_SERVICE_NAME`, `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, or the name in the nearest package.json. */
  name: text.optional(),
  /** Version of the service. Default: `service.version` of `OTEL_RESOURCE_ATTRIBUTES`, or the version in that package.json. */
  version: text.optional(),
  /** The group that the service belongs to. Default: `service.namespace` of `OTEL_RESOURCE_ATTRIBUTES`. */
  namespace: text.optional(),
  /** Where it runs, such as `production`. Default: `deployment.environment.name` of `OTEL_RESOURCE_ATTRIBUTES`. `NODE_ENV` is not read: staging has `production` there, too. */
  environment: text.optional(),
  /** Tells this process from the others of the service. Default: namespace, pod and container in Kubernetes, a random UUID elsewhere and in each further process of a container. */
  instanceId: text.optional(),
});

export const otlpOptionsSchema = z.strictObject({
  /** Where it is sent. In `otlp` the base URL, to which `/v1/traces`, `/v1/metrics` and `/v1/logs` are added; at a signal the whole URL. Default: `OTEL_EXPORTER_OTLP_ENDPOINT`, or `http://localhost:4318`. */
  endpoint: z
    .string()
    .refine((url) => httpUrl(url) !== undefined, { error: 'an http or https URL' })
    .optional(),
  /** Headers of each export. Default: `OTEL_EXPORTER_OTLP_HEADERS`. */
  headers: z
    .record(
      z.string().refine(isHeaderName, { error: 'the name of a header' }),
      z.string().refine(isHeaderValue, { error: 'the value of a header, in one line' }),
    )
    .optional(),
  /** How it is written. `grpc` is for traces, where `@opentelemetry/exporter-trace-otlp-grpc` is installed beside the service. Default: `OTEL_EXPORTER_OTLP_PROTOCOL`, or `http/protobuf`. */
  protocol: z.enum(['http/protobuf', 'http/json', 'grpc']).optional(),
  /** How it is compressed. Default: `OTEL_EXPORTER_OTLP_COMPRESSION`, or `none`. */
  compression: z.enum(['gzip', 'none']).optional(),
  /** Longest attempt [ms], or the `OTEL_BSP_EXPORT_TIMEOUT`, `OTEL_METRIC_EXPORT_TIMEOUT` or `OTEL_BLRP_EXPORT_TIMEOUT` of the signal where that is shorter; what fails is tried again for two minutes. Default: `OTEL_EXPORTER_OTLP_TIMEOUT`, or 10000. */
  timeoutMs: z.int().min(1).max(600_000).optional(),
});

export const samplerOptionsSchema = z.strictObject({
  /** Which traces are recorded. Default: `parentbased_traceidratio` beside a ratio, else `OTEL_TRACES_SAMPLER`, or `parentbased_always_on`. */
  type: z.enum(samplerNames).optional(),
  /** Share of traces for the types with `traceidratio`, 0 to 1. Default: `OTEL_TRACES_SAMPLER_ARG`, or 1. */
  ratio: z.number().min(0).max(1).optional(),
});

const biasOptionsSchema = z.strictObject({
  /** Whether a trace that the sampler left out is kept when it ends in an error. */
  errors: z.boolean().default(true),
  /** Whether it is kept when its request took longer than the threshold of its route. */
  slow: z.boolean().default(true),
});

const spanLimitsOptionsSchema = z.strictObject({
  /** Attributes of one span. Default: `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, or 128. */
  attributeCount: z.int().min(0).optional(),
  /** Characters of one attribute. Default: `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, or 16384. */
  attributeValueLength: z.int().min(0).optional(),
  /** Events of one span. Default: `OTEL_SPAN_EVENT_COUNT_LIMIT`, or 128. */
  eventCount: z.int().min(0).optional(),
  /** Links of one span. Default: `OTEL_SPAN_LINK_COUNT_LIMIT`, or 128. */
  linkCount: z.int().min(0).optional(),
});

export const batchOptionsSchema = z.strictObject({
  /** Most that waits; what comes then is dropped and counted. Default: `OTEL_BSP_MAX_QUEUE_SIZE` or `OTEL_BLRP_MAX_QUEUE_SIZE`, or 2048. */
  maxQueueSize: z.int().min(1).max(1_000_000).optional(),
  /** Most in one export. Default: `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` or `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, or 512. */
  maxExportBatchSize: z.int().min(1).max(1_000_000).optional(),
  /** Time between exports [ms]. Default: `OTEL_BSP_SCHEDULE_DELAY`, or 5000; `OTEL_BLRP_SCHEDULE_DELAY`, or 1000. */
  scheduleDelayMs: z.int().min(0).max(3_600_000).optional(),
});

export const tracesOptionsSchema = z.strictObject({
  /** Where traces go besides the span processors of plug-ins; an empty list: nowhere, and without those nothing is recorded. Default: `OTEL_TRACES_EXPORTER`, or `otlp`. */
  exporters: z.array(z.enum(traceExporters)).readonly().optional(),
  /** Which traces are recorded. */
  sampler: samplerOptionsSchema.optional(),
  /** What is kept although the sampler said no. It has no say where the sampler records nothing at all. */
  bias: biasOptionsSchema.prefault({}),
  /** Bounds of one span. */
  limits: spanLimitsOptionsSchema.optional(),
  /** How spans wait and leave. */
  batch: batchOptionsSchema.optional(),
  ...otlpOptionsSchema.shape,
});

export const metricsOptionsSchema = z.strictObject({
  /** `prometheus` is the page of the admin server, `otlp` pushes; an empty list: neither. Default: the page, and what `OTEL_METRICS_EXPORTER` names. */
  exporters: z.array(z.enum(metricExporters)).readonly().optional(),
  /** Whether the event loop, the garbage collector, memory and the process are measured. */
  runtime: z.boolean().default(true),
  /** Most label sets of a metric, by its name on the page, in place of what its definition says; where it is more, each label may have as many values. */
  seriesBounds: registryOptionsSchema.shape.seriesBounds,
  /** Time between pushes [ms]. Default: `OTEL_METRIC_EXPORT_INTERVAL`, or 60000. */
  intervalMs: z.int().min(100).max(86_400_000).optional(),
  ...otlpOptionsSchema.shape,
});

export const logsOptionsSchema = z.strictObject({
  /** `stdout` writes JSON lines, `otlp` sends them; an empty list: neither. Default: `stdout`, and what `OTEL_LOGS_EXPORTER` names. */
  exporters: z.array(z.enum(logExporters)).readonly().optional(),
  /** Where lines go besides: `file()`, `loki()` or a `Destination` of the service's own, with a least level of its own as `{ destination, level }`. */
  destinations: z
    .array(
      z.custom<Destination | Branch>(
        takesLines,
        'file(), loki(), or { destination, level } with a level of pino',
      ),
    )
    .readonly()
    .default([]),
  /** Of the lines on standard output: JSON, or text for people. Default: `SIGHTLINE_LOG_FORMAT`, or text on a terminal and JSON elsewhere. */
  format: z.enum(['json', 'pretty']).optional(),
  /** Lowest level that is written. Default: `LOG_LEVEL`, or `info`. */
  level: text.optional(),
  /** The other options of `createLogger`, which checks them; see `@sightline/logger`. */
  logger: z.custom<Omit<LoggerOptions, 'level'>>(isObject, 'an object').optional(),
  /** How log records for `otlp` wait and leave. */
  batch: batchOptionsSchema.optional(),
  ...otlpOptionsSchema.shape,
});

export const debugOptionsSchema = z.strictObject({
  /** Whether `/debug/cpuprofile` answers. Default: `cpuprofile` in `SIGHTLINE_ADMIN_DEBUG`. */
  cpuProfile: z.boolean().optional(),
  /** Whether `/debug/heapsnapshot` answers. Default: `heapsnapshot` in `SIGHTLINE_ADMIN_DEBUG`. */
  heapSnapshot: z.boolean().optional(),
});

export const adminOptionsSchema = z.strictObject({
  /** False: no port is opened; `sightline.admin.handler` can still be mounted. Default: true, unless `SIGHTLINE_ADMIN_DISABLED=true`. */
  enabled: z.boolean().optional(),
  /** Address to listen on. Default: `OTEL_EXPORTER_PROMETHEUS_HOST`, or `0.0.0.0`. */
  host: text.optional(),
  /** Port to listen on; 0 picks a free one. Default: `OTEL_EXPORTER_PROMETHEUS_PORT`, or 9464. */
  port: z.int().min(0).max(65_535).optional(),
  /** Opens the guarded paths from elsewhere than this machine, as `authorization: Bearer …`. Default: `SIGHTLINE_ADMIN_TOKEN`. */
  token: z
    .string()
    .refine(isToken, { error: 'a text of 16 to 512 visible ASCII characters without blanks' })
    .optional(),
  /** What is off unless it is asked for. */
  debug: debugOptionsSchema.optional(),
});

/** What is known here anyway is left out. */
const healthOptions = healthOptionsSchema.omit({
  version: true,
  serviceName: true,
  strict: true,
  onProblem: true,
});

export const shutdownOptionsSchema = z.strictObject({
  /** Longest flush [ms]. The signal goes on then, whatever is left. */
  deadlineMs: z.int().min(0).max(600_000).default(5000),
  /** Whether a signal that ends the process drains the servers first. Default: true, unless `SIGHTLINE_DRAIN_DISABLED=true`. */
  drain: z.boolean().optional(),
  /** How long requests are still taken after readiness began to fail [ms]. Default: `SIGHTLINE_DRAIN_DELAY_MS`, or 5000 in Kubernetes and 0 elsewhere. */
  drainDelayMs: z.int().min(0).max(600_000).optional(),
  /** How long what is being answered has then [ms]; what is left is destroyed and counted. Default: `SIGHTLINE_DRAIN_DEADLINE_MS`, or 10000; on a terminal 1000. */
  drainDeadlineMs: z.int().min(0).max(600_000).optional(),
  /** Longest hook of consumers, pools and telemetry [ms], unless the hook says otherwise. */
  hookTimeoutMs: z.int().min(1).max(600_000).default(3000),
});

/** Whether `propagation` was given decides what it is. */
const httpOptionsSchema = httpServerOptionsSchema.extend({
  propagation: httpServerOptionsSchema.shape.propagation.unwrap().optional(),
});

export const startOptionsSchema = z.strictObject({
  /** What the service is. */
  service: serviceOptionsSchema.optional(),
  /** More attributes of the resource. Default: `OTEL_RESOURCE_ATTRIBUTES`, whose others stay. */
  resourceAttributes: z.record(z.string().min(1), attributeValue).default({}),
  /** Where everything is sent, unless a signal says otherwise. */
  otlp: otlpOptionsSchema.optional(),
  /** Traces. */
  traces: tracesOptionsSchema.prefault({}),
  /** Metrics. */
  metrics: metricsOptionsSchema.prefault({}),
  /** Logs. */
  logs: logsOptionsSchema.prefault({}),
  /** How requests are observed; see `@sightline/http`. With propagators other than those of W3C, `propagation` is `api` unless it is given. */
  http: httpOptionsSchema.prefault({}),
  /** How requests that go out are observed; see `@sightline/http`. */
  httpClient: httpClientOptionsSchema.prefault({}),
  /** The server of `/metrics`, `/status` and their like. */
  admin: adminOptionsSchema.prefault({}),
  /** Checks and probes; see `@sightline/health`. */
  health: healthOptions.prefault({}),
  /** The end of the process: how long each part of it may take. */
  shutdown: shutdownOptionsSchema.prefault({}),
  /** What is censored besides the built-in rules; see `@sightline/redact`. */
  redact: redactOptionsSchema.optional(),
  /** What is added; see below. */
  plugins: z.array(z.custom<Plugin>(isPlugin, 'an object with a name')).readonly().default([]),
  /** OpenTelemetry instrumentations, besides those that are found. */
  instrumentations: z
    .array(z.custom<Instrumentation>(isInstrumentation, 'an instrumentation of OpenTelemetry'))
    .readonly()
    .default([]),
});

/** What a caller of `start` writes. */
export type StartOptions = z.input<typeof startOptionsSchema>;
/** Checked; what is missing is filled in from the environment next. */
export type CheckedStartOptions = Readonly<z.output<typeof startOptionsSchema>>;

/** Whether it can be a bearer token: long enough not to be guessed, and sent as it is. */
export function isToken(token: string): boolean {
  return /^[\u0021-\u007e]{16,512}$/.test(token);
}

/** The words of `SIGHTLINE_ADMIN_DEBUG`, as the options spell them. */
export const debugOptionOf: Readonly<
  Record<(typeof debugPaths)[number], keyof z.output<typeof debugOptionsSchema>>
> = {
  cpuprofile: 'cpuProfile',
  heapsnapshot: 'heapSnapshot',
};
