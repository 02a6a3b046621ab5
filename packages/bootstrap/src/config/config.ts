import type { Attributes } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { SightlineError, resolveOptions } from '@sightline/errors';
import type { Environment, ErrorParts } from '@sightline/errors';
import type { HttpServerOptions } from '@sightline/http';
import type { LoggerOptions } from '@sightline/logger';
import type { RedactOptions } from '@sightline/redact';
import { readTextFile } from '../resource/read-text-file.ts';
import type { Plugin } from '../plugin.ts';
import { adminConfig } from './admin.ts';
import type { AdminConfig } from './admin.ts';
import { createEnvironmentReader } from './environment.ts';
import type { EnvironmentReader } from './environment.ts';
import { startOptionsSchema } from './options.ts';
import type { CheckedStartOptions, StartOptions } from './options.ts';
import { otlpConfigs } from './otlp.ts';
import type { OtlpConfig, OtlpConfigOf, ReadText } from './otlp.ts';
import { problemsError } from './problem.ts';
import { loadFromService, propagatorsFromEnvironment } from './propagators.ts';
import type { LoadPackage } from './propagators.ts';
import { batchConfig, recordLimits, tracesConfig, withoutNone } from './traces.ts';
import type { BatchConfig, RecordLimits, TracesConfig } from './traces.ts';
import { diagnosticLevels, metricExporters, resourceDetectors } from './words.ts';
import type { DiagnosticLevel, PropagatorName, ResourceDetector } from './words.ts';

/** Everything that was decided at the start: code, then environment, then default. Frozen. */
export interface Config {
  /** False when `OTEL_SDK_DISABLED=true`. */
  readonly enabled: boolean;
  /** Whether a wrong value refuses to start. */
  readonly strict: boolean;
  readonly resource: {
    /** What options and environment say; what is found out comes below it. */
    readonly attributes: Attributes;
    readonly detectors: readonly ResourceDetector[];
  };
  readonly traces: TracesConfig;
  readonly metrics: MetricsConfig;
  readonly logs: LogsConfig;
  readonly propagators: readonly PropagatorName[];
  readonly instrumentations: {
    /** Short names, such as `pg`; undefined: all that are found. */
    readonly only: readonly string[] | undefined;
    /** Short names. */
    readonly without: readonly string[];
    /** Those that the caller brings. */
    readonly added: readonly Instrumentation[];
  };
  /** For the recorder of `@sightline/http`. */
  readonly http: HttpServerOptions;
  readonly admin: AdminConfig;
  readonly shutdown: { readonly deadlineMs: number };
  readonly redact: RedactOptions | undefined;
  readonly plugins: readonly Plugin[];
  /** How much OpenTelemetry says about itself. */
  readonly diagnosticLevel: DiagnosticLevel;
  /** What was wrong, in words that hold no secret; the defaults are in its place. */
  readonly problems: readonly string[];
}

export interface MetricsConfig {
  /** False when neither the page nor a push is wanted. */
  readonly enabled: boolean;
  /** Whether `/metrics` is served. */
  readonly page: boolean;
  /** Whether metrics are pushed over OTLP. */
  readonly push: boolean;
  readonly otlp: OtlpConfig;
  readonly runtime: boolean;
  readonly exemplars: boolean;
  /** Time between pushes [ms]. */
  readonly intervalMs: number;
  /** Longest push [ms]. */
  readonly exportTimeoutMs: number;
}

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

/** Where configuration comes from besides the options; all of it the process's own unless a test says otherwise. */
export interface ConfigSources {
  readonly env?: Environment;
  readonly readText?: ReadText;
  readonly loadPackage?: LoadPackage;
  /** Told once, with everything that is wrong in one error. Default: a warning of the process. */
  readonly onProblem?: (error: SightlineError) => void;
}

/**
 * Decides everything once, at the start.
 *
 * @returns frozen
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong, when `SIGHTLINE_STRICT=true`; without it
 *   what is wrong is reported, and its default holds
 */
export function loadConfig(options: StartOptions = {}, sources: ConfigSources = {}): Config {
  const { env = process.env, readText = readTextFile, loadPackage = loadFromService } = sources;
  const problems: ErrorParts[] = [];
  const read = createEnvironmentReader(env, (problem) => problems.push(problem));
  const strict = read.boolean('SIGHTLINE_STRICT') ?? false;
  const checked = checkedOptions(options, (problem) => problems.push(problem));
  if (read.text('OTEL_CONFIG_FILE') !== undefined) {
    read.refuse(
      'OTEL_CONFIG_FILE',
      'is set, and configuration files are not read',
      'the other variables, which hold, or options in code',
      'unset OTEL_CONFIG_FILE, and set what it says as variables',
    );
  }
  refuseOther(read, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'cumulative');
  refuseOther(read, 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'explicit_bucket_histogram');
  const { traces, metrics, logs } = checked;
  const otlp = otlpConfigs(read, readText, checked.otlp);
  const propagators = propagatorsFromEnvironment(read, loadPackage);
  const decided: Omit<Config, 'problems'> = {
    enabled: !(read.boolean('OTEL_SDK_DISABLED') ?? false),
    strict,
    resource: { attributes: givenAttributes(read, checked), detectors: detectors(read) },
    traces: tracesConfig(read, traces, otlp),
    metrics: metricsConfig(read, metrics, otlp),
    logs: logsConfig(read, logs, otlp),
    propagators,
    instrumentations: {
      only: read.list('OTEL_NODE_ENABLED_INSTRUMENTATIONS'),
      without: read.list('OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? [],
      added: checked.instrumentations,
    },
    http: httpConfig(checked.http, propagators),
    admin: adminConfig(read, checked.admin),
    shutdown: checked.shutdown,
    redact: checked.redact,
    plugins: checked.plugins,
    diagnosticLevel: read.word('OTEL_LOG_LEVEL', { words: diagnosticLevels }) ?? 'info',
  };
  if (problems.length > 0) {
    const error = problemsError(problems);
    if (strict) throw error;
    (sources.onProblem ?? warn)(error);
  }
  return frozen({ ...decided, problems: problems.map(sentence) });
}

/** Options that cannot be used at all count as none, so that the service starts. */
function checkedOptions(options: unknown, report: (problem: ErrorParts) => void): CheckedStartOptions {
  const check = (given: unknown): CheckedStartOptions =>
    resolveOptions('start', startOptionsSchema, given, { strict: false, onProblem: report });
  try {
    return check(options);
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error;
    report(error);
    return check({});
  }
}

function refuseOther(
  read: EnvironmentReader,
  name:
    | 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'
    | 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
  only: string,
): void {
  read.word(name, { words: [only] });
}

/** `OTEL_SERVICE_NAME` beats `OTEL_RESOURCE_ATTRIBUTES`, and code beats both. */
function givenAttributes(
  read: EnvironmentReader,
  { service, resourceAttributes }: CheckedStartOptions,
): Attributes {
  const fromEnvironment = read.attributes('OTEL_RESOURCE_ATTRIBUTES') ?? {};
  const earlierName = fromEnvironment['deployment.environment'];
  const named: Record<string, string | undefined> = {
    'service.name': service?.name,
    'service.version': service?.version,
    'service.namespace': service?.namespace,
    'deployment.environment.name': service?.environment,
    'service.instance.id': service?.instanceId,
  };
  const serviceName = read.text('OTEL_SERVICE_NAME');
  const merged: Attributes = {
    ...(earlierName !== undefined && { 'deployment.environment.name': earlierName }),
    ...fromEnvironment,
    ...(serviceName !== undefined && { 'service.name': serviceName }),
    ...(resourceAttributes as Attributes),
  };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) merged[name] = value;
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

function detectors(read: EnvironmentReader): readonly ResourceDetector[] {
  const words = read.words('OTEL_NODE_RESOURCE_DETECTORS', {
    words: [...resourceDetectors, 'all', 'none'],
  });
  if (words === undefined || words.includes('all')) return resourceDetectors;
  return withoutNone(words).filter((word) => word !== 'all');
}

function metricsConfig(
  read: EnvironmentReader,
  options: CheckedStartOptions['metrics'],
  otlp: OtlpConfigOf,
): MetricsConfig {
  const words =
    options.exporters ??
    read.words('OTEL_METRICS_EXPORTER', {
      words: [...metricExporters, 'none'],
      elsewhere: { console: 'read the page: /metrics of the admin server' },
    });
  const push = words !== undefined && withoutNone(words).includes('otlp');
  const page =
    options.exporters?.includes('prometheus') ?? (words === undefined || withoutNone(words).length > 0);
  const filter = read.word('OTEL_METRICS_EXEMPLAR_FILTER', {
    words: ['trace_based', 'always_off'],
    elsewhere: { always_on: 'use trace_based: an exemplar without a trace leads nowhere' },
  });
  return {
    enabled: page || push,
    page,
    push,
    otlp: otlp('metrics', options, push),
    runtime: options.runtime,
    exemplars: filter !== 'always_off',
    intervalMs: options.intervalMs ?? read.integer('OTEL_METRIC_EXPORT_INTERVAL', 100, 86_400_000) ?? 60_000,
    exportTimeoutMs: read.integer('OTEL_METRIC_EXPORT_TIMEOUT', 1, 600_000) ?? 30_000,
  };
}

function logsConfig(
  read: EnvironmentReader,
  options: CheckedStartOptions['logs'],
  otlp: OtlpConfigOf,
): LogsConfig {
  const words = read.words('OTEL_LOGS_EXPORTER', { words: ['otlp', 'console', 'none'] });
  const push =
    options.exporters?.includes('otlp') ?? (words !== undefined && withoutNone(words).includes('otlp'));
  return {
    // `none` there means that OpenTelemetry sends nothing; a service that says nothing at all is not what is meant.
    stdout: options.exporters?.includes('stdout') ?? true,
    push,
    otlp: otlp('logs', options, push),
    batch: batchConfig(read, 'BLRP', 1000, options.batch ?? {}),
    limits: recordLimits(read),
    logger: { ...options.logger, ...(options.level !== undefined && { level: options.level }) },
  };
}

/** What is no header of W3C has to be asked of the propagators. */
function httpConfig(
  given: CheckedStartOptions['http'],
  propagators: readonly PropagatorName[],
): HttpServerOptions {
  const isW3c = propagators.toSorted().join() === 'baggage,tracecontext';
  return { ...given, propagation: given.propagation ?? (isW3c ? 'w3c' : 'api') };
}

function sentence({ problem, expected, fix }: ErrorParts): string {
  return `${problem}. Expected: ${expected}. Fix: ${fix}.`;
}

/** Freezes what was made here; what the caller passed through is the caller's. */
function frozen(config: Config): Config {
  for (const part of [config.traces, config.metrics, config.logs]) {
    for (const value of Object.values(part)) {
      if (typeof value === 'object' && value !== null && value !== config.logs.logger) Object.freeze(value);
    }
    Object.freeze(part.otlp.headers);
    Object.freeze(part.otlp.tls);
    Object.freeze(part);
  }
  Object.freeze(config.logs.logger);
  Object.freeze(config.resource.attributes);
  Object.freeze(config.resource);
  Object.freeze(config.instrumentations);
  Object.freeze(config.http);
  Object.freeze(config.admin.debug);
  Object.freeze(config.admin);
  Object.freeze(config.problems);
  return Object.freeze(config);
}

function warn(problem: SightlineError): void {
  process.emitWarning(problem.message, { type: 'SightlineWarning', code: problem.code });
}
