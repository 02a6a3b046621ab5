/** One environment variable that is read. Code beats it, and it beats the default. */
export interface EnvironmentDefinition {
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'url' | 'list' | 'level' | 'headers';
  /** What holds when it is unset or empty; undefined when nothing does. */
  readonly default?: string;
  /** One sentence: what it sets. */
  readonly help: string;
  /** True when its value may be a secret and is therefore never shown. */
  readonly secret?: true;
}

/**
 * Every environment variable, in the order of the alphabet. Those of OpenTelemetry keep its meaning and its default:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. One of Sightline's own exists
 * only where neither OpenTelemetry nor custom has one.
 */
export const environment = {
  LOG_LEVEL: { type: 'level', default: 'info', help: 'The lowest level of log lines that are written.' },
  OTEL_ATTRIBUTE_COUNT_LIMIT: {
    type: 'integer',
    default: '128',
    help: 'Attributes of one span or log record.',
  },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: {
    type: 'integer',
    default: '16384',
    help: 'Characters of one attribute of a span or log record; the specification has no default, this one bounds memory.',
  },
  OTEL_BLRP_EXPORT_TIMEOUT: {
    type: 'integer',
    default: '30000',
    help: 'Longest export of log records, in ms.',
  },
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: { type: 'integer', default: '512', help: 'Log records in one export.' },
  OTEL_BLRP_MAX_QUEUE_SIZE: { type: 'integer', default: '2048', help: 'Log records that may wait.' },
  OTEL_BLRP_SCHEDULE_DELAY: {
    type: 'integer',
    default: '1000',
    help: 'Time between exports of log records, in ms.',
  },
  OTEL_BSP_EXPORT_TIMEOUT: { type: 'integer', default: '30000', help: 'Longest export of spans, in ms.' },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { type: 'integer', default: '512', help: 'Spans in one export.' },
  OTEL_BSP_MAX_QUEUE_SIZE: { type: 'integer', default: '2048', help: 'Spans that may wait.' },
  OTEL_BSP_SCHEDULE_DELAY: {
    type: 'integer',
    default: '5000',
    help: 'Time between exports of spans, in ms.',
  },
  OTEL_CONFIG_FILE: {
    type: 'string',
    help: 'Not supported: it is reported when it is set, and the other variables hold.',
  },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: {
    type: 'integer',
    default: '128',
    help: 'Attributes of one event of a span.',
  },
  OTEL_EXPORTER_OTLP_CERTIFICATE: {
    type: 'string',
    help: 'The file with the certificates to trust, in PEM.',
  },
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: {
    type: 'string',
    help: 'The file with the certificates of the client, in PEM.',
  },
  OTEL_EXPORTER_OTLP_CLIENT_KEY: {
    type: 'string',
    help: 'The file with the private key of the client, in PEM.',
  },
  OTEL_EXPORTER_OTLP_COMPRESSION: {
    type: 'string',
    default: 'none',
    help: 'The compression of exports: gzip or none.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    type: 'url',
    default: 'http://localhost:4318',
    help: 'The base URL that traces, metrics and logs are sent to.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    type: 'headers',
    help: 'Headers of every export, as key=value with commas between.',
    secret: true,
  },
  OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: { type: 'string', help: 'The same for logs alone.' },
  OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE: { type: 'string', help: 'The same for logs alone.' },
  OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY: { type: 'string', help: 'The same for logs alone.' },
  OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: { type: 'string', help: 'The same for logs alone.' },
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: { type: 'url', help: 'The whole URL that logs are sent to.' },
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: {
    type: 'headers',
    help: 'The same for logs alone, in place of OTEL_EXPORTER_OTLP_HEADERS.',
    secret: true,
  },
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: { type: 'string', help: 'The same for logs alone.' },
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: { type: 'integer', help: 'The same for logs alone, in ms.' },
  OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE: { type: 'string', help: 'The same for metrics alone.' },
  OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: { type: 'string', help: 'The same for metrics alone.' },
  OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: { type: 'string', help: 'The same for metrics alone.' },
  OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: { type: 'string', help: 'The same for metrics alone.' },
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: {
    type: 'string',
    default: 'explicit_bucket_histogram',
    help: 'How pushed histograms are made: only explicit_bucket_histogram.',
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: { type: 'url', help: 'The whole URL that metrics are sent to.' },
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: {
    type: 'headers',
    help: 'The same for metrics alone, in place of OTEL_EXPORTER_OTLP_HEADERS.',
    secret: true,
  },
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: { type: 'string', help: 'The same for metrics alone.' },
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: {
    type: 'string',
    default: 'cumulative',
    help: 'How pushed metrics count: only cumulative.',
  },
  OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: { type: 'integer', help: 'The same for metrics alone, in ms.' },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    type: 'string',
    default: 'http/protobuf',
    help: 'The protocol of exports: http/protobuf, http/json, or grpc for traces where its exporter is installed.',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: { type: 'integer', default: '10000', help: 'Longest export, in ms.' },
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: { type: 'string', help: 'The same for traces alone.' },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: { type: 'string', help: 'The same for traces alone.' },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: { type: 'string', help: 'The same for traces alone.' },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { type: 'string', help: 'The same for traces alone.' },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { type: 'url', help: 'The whole URL that traces are sent to.' },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: {
    type: 'headers',
    help: 'The same for traces alone, in place of OTEL_EXPORTER_OTLP_HEADERS.',
    secret: true,
  },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { type: 'string', help: 'The same for traces alone.' },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { type: 'integer', help: 'The same for traces alone, in ms.' },
  OTEL_EXPORTER_PROMETHEUS_HOST: {
    type: 'string',
    default: '0.0.0.0',
    help: 'The address that the admin server listens on; the default is not that of the specification, as a scrape comes from outside.',
  },
  OTEL_EXPORTER_PROMETHEUS_PORT: {
    type: 'integer',
    default: '9464',
    help: 'The port of the admin server; 0 picks a free one and says which.',
  },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: {
    type: 'integer',
    default: '128',
    help: 'Attributes of one link of a span.',
  },
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: {
    type: 'integer',
    default: '128',
    help: 'Attributes of one log record.',
  },
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: {
    type: 'integer',
    default: '16384',
    help: 'Characters of one attribute of a log record; the specification has no default, this one bounds memory.',
  },
  OTEL_LOGS_EXPORTER: {
    type: 'list',
    default: 'none',
    help: 'Where log records go besides the lines on standard output: otlp or none; console changes nothing.',
  },
  OTEL_LOG_LEVEL: {
    type: 'string',
    help: 'The lowest level of what OpenTelemetry says about itself and is written; without it nothing is.',
  },
  OTEL_METRICS_EXEMPLAR_FILTER: {
    type: 'string',
    default: 'trace_based',
    help: 'Which observations become exemplars: trace_based or always_off.',
  },
  OTEL_METRICS_EXPORTER: {
    type: 'list',
    default: 'prometheus',
    help: 'Where metrics go: the page is there unless it is none, and otlp pushes them as well.',
  },
  OTEL_METRIC_EXPORT_INTERVAL: {
    type: 'integer',
    default: '60000',
    help: 'Time between exports of metrics, in ms.',
  },
  OTEL_METRIC_EXPORT_TIMEOUT: {
    type: 'integer',
    default: '30000',
    help: 'Longest export of metrics, in ms.',
  },
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: {
    type: 'list',
    help: 'Instrumentations that stay off: amqplib, grpc, ioredis, kafkajs, mongodb, mysql2, pg, redis, http (requests in, and those out by node:http), undici (those out by fetch), express, fastify, koa, hono, router.',
  },
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: {
    type: 'list',
    help: 'The only instrumentations that are on, by the names of OTEL_NODE_DISABLED_INSTRUMENTATIONS.',
  },
  OTEL_NODE_RESOURCE_DETECTORS: {
    type: 'list',
    default: 'all',
    help: 'What is found out about where the process runs: serviceinstance, process, host, container, k8s, all or none.',
  },
  OTEL_PROPAGATORS: {
    type: 'list',
    default: 'tracecontext,baggage',
    help: 'How trace ids travel between services: tracecontext, baggage, none, and b3, b3multi or jaeger where their package is installed.',
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    type: 'list',
    help: 'Attributes of the service, as key=value with commas between.',
  },
  OTEL_SDK_DISABLED: {
    type: 'boolean',
    default: 'false',
    help: 'Turns everything off but the logger: no patches, no timers, and no admin server, so that probes of its port fail.',
  },
  OTEL_SERVICE_NAME: {
    type: 'string',
    default: 'unknown_service:node',
    help: 'The name of the service; it beats service.name in OTEL_RESOURCE_ATTRIBUTES. Without both, @sightline/bootstrap takes the name in the nearest package.json, or the default where there is none, and a logger by itself no name.',
  },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { type: 'integer', default: '128', help: 'Attributes of one span.' },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: {
    type: 'integer',
    default: '16384',
    help: 'Characters of one attribute of a span; the specification has no default, this one bounds memory.',
  },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { type: 'integer', default: '128', help: 'Events of one span.' },
  OTEL_SPAN_LINK_COUNT_LIMIT: { type: 'integer', default: '128', help: 'Links of one span.' },
  OTEL_TRACES_EXPORTER: { type: 'list', default: 'otlp', help: 'Where traces go: otlp, console or none.' },
  OTEL_TRACES_SAMPLER: {
    type: 'string',
    default: 'parentbased_always_on',
    help: 'Which traces are recorded: always_on, always_off, traceidratio, or one of these after parentbased_.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    type: 'number',
    default: '1',
    help: 'The share of traces, from 0 to 1, for the samplers with traceidratio; beside any other sampler, the default too, it is reported and does nothing.',
  },
  SIGHTLINE_ADMIN_DEBUG: {
    type: 'list',
    help: 'Paths of the admin server that are off by default: cpuprofile, heapsnapshot.',
  },
  SIGHTLINE_ADMIN_DISABLED: {
    type: 'boolean',
    default: 'false',
    help: 'Turns the admin server off; its paths can still be mounted.',
  },
  SIGHTLINE_ADMIN_TOKEN: {
    type: 'string',
    help: 'The bearer token that opens the guarded paths of the admin server from elsewhere, 16 characters or more.',
    secret: true,
  },
  SIGHTLINE_DRAIN_DEADLINE_MS: {
    type: 'integer',
    default: '10000',
    help: 'How long requests that are being answered have at the end, in ms; on a terminal the default is 1000.',
  },
  SIGHTLINE_DRAIN_DELAY_MS: {
    type: 'integer',
    default: '0',
    help: 'How long requests are still taken after readiness began to fail, in ms; in Kubernetes the default is 5000.',
  },
  SIGHTLINE_DRAIN_DISABLED: {
    type: 'boolean',
    default: 'false',
    help: 'Turns the drain off: a signal ends the process without waiting for requests.',
  },
  SIGHTLINE_LOG_FORMAT: {
    type: 'string',
    help: 'Of the lines on standard output: json, or pretty for people. By default pretty on a terminal, and json elsewhere.',
  },
  SIGHTLINE_STRICT: {
    type: 'boolean',
    default: 'false',
    help: 'Refuses to start on a wrong option, in place of falling back to its default.',
  },
} as const satisfies Readonly<Record<string, EnvironmentDefinition>>;

/** The name of a catalogued environment variable. */
export type EnvironmentName = keyof typeof environment;
