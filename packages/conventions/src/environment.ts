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
    help: 'A declarative configuration, which is read in place of the other variables.',
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
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: { type: 'url', help: 'The whole URL that logs are sent to.' },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: { type: 'url', help: 'The whole URL that metrics are sent to.' },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    type: 'string',
    default: 'http/protobuf',
    help: 'The protocol of exports: http/protobuf, http/json or grpc.',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: { type: 'integer', default: '10000', help: 'Longest export, in ms.' },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { type: 'url', help: 'The whole URL that traces are sent to.' },
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
  OTEL_LOGS_EXPORTER: { type: 'list', default: 'otlp', help: 'Where log records go: otlp, console or none.' },
  OTEL_LOG_LEVEL: {
    type: 'string',
    default: 'info',
    help: 'The lowest level of what OpenTelemetry says about itself.',
  },
  OTEL_METRICS_EXPORTER: {
    type: 'list',
    default: 'otlp',
    help: 'Where metrics go: otlp, prometheus, console or none.',
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
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: { type: 'list', help: 'Instrumentations that stay off.' },
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: { type: 'list', help: 'The only instrumentations that are on.' },
  OTEL_NODE_RESOURCE_DETECTORS: {
    type: 'list',
    default: 'all',
    help: 'What is found out about where the process runs.',
  },
  OTEL_PROPAGATORS: {
    type: 'list',
    default: 'tracecontext,baggage',
    help: 'How trace ids travel between services.',
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    type: 'list',
    help: 'Attributes of the service, as key=value with commas between.',
  },
  OTEL_SDK_DISABLED: { type: 'boolean', default: 'false', help: 'Turns the SDK of OpenTelemetry off.' },
  OTEL_SERVICE_NAME: {
    type: 'string',
    default: 'unknown_service:node',
    help: 'The name of the service; it beats service.name in OTEL_RESOURCE_ATTRIBUTES.',
  },
  OTEL_TRACES_EXPORTER: { type: 'list', default: 'otlp', help: 'Where traces go: otlp, console or none.' },
  OTEL_TRACES_SAMPLER: {
    type: 'string',
    default: 'parentbased_always_on',
    help: 'Which traces are recorded.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    type: 'string',
    help: 'What the sampler needs to know, such as the share of traces.',
  },
  SIGHTLINE_STRICT: {
    type: 'boolean',
    default: 'false',
    help: 'Refuses to start on a wrong option, in place of falling back to its default.',
  },
} as const satisfies Readonly<Record<string, EnvironmentDefinition>>;

/** The name of a catalogued environment variable. */
export type EnvironmentName = keyof typeof environment;
