import type { Attributes } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { SightlineError, resolveOptions } from '@sightline/errors';
import type { Environment, ErrorParts } from '@sightline/errors';
import type { HttpClientOptions, HttpServerOptions } from '@sightline/http';
import { loggerProblem } from '@sightline/logger';
import type { RedactOptions } from '@sightline/redact';
import type * as z from 'zod';
import { readTextFile } from '../resource/read-text-file.ts';
import type { Plugin } from '../plugin.ts';
import { adminConfig } from './admin.ts';
import type { AdminConfig } from './admin.ts';
import { createEnvironmentReader } from './environment.ts';
import type { EnvironmentReader } from './environment.ts';
import { startOptionsSchema } from './options.ts';
import type { CheckedStartOptions, StartOptions, serviceOptionsSchema } from './options.ts';
import { otlpConfigs } from './otlp.ts';
import type { ReadText } from './otlp.ts';
import { problemsError } from './problem.ts';
import { loadFromService, propagatorsFromEnvironment } from './propagators.ts';
import type { LoadPackage } from './propagators.ts';
import { logsConfig, transportProblem } from './logs.ts';
import type { LogsConfig } from './logs.ts';
import { metricsConfig } from './metrics.ts';
import type { MetricsConfig } from './metrics.ts';
import { shutdownConfig } from './shutdown.ts';
import type { ShutdownConfig } from './shutdown.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import { tracesConfig, withoutNone } from './traces.ts';
import type { TracesConfig } from './traces.ts';
import { diagnosticLevels, resourceDetectors } from './words.ts';
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
  /** For the recorder of what goes out. */
  readonly httpClient: HttpClientOptions;
  readonly admin: AdminConfig;
  /** For `createHealth`. */
  readonly health: CheckedStartOptions['health'];
  readonly shutdown: ShutdownConfig;
  readonly redact: RedactOptions | undefined;
  readonly plugins: readonly Plugin[];
  /** How much of what OpenTelemetry says about itself is written; undefined: nothing of it. */
  readonly diagnosticLevel: DiagnosticLevel | undefined;
  /** What was wrong, in words that hold no secret; the defaults are in its place. */
  readonly problems: readonly string[];
}

/** Where configuration comes from besides the options; all of it the process's own unless a test says otherwise. */
export interface ConfigSources {
  readonly env?: Environment;
  readonly readText?: ReadText;
  readonly loadPackage?: LoadPackage;
  readonly surroundings?: Surroundings;
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
  const surroundings = sources.surroundings ?? surroundingsOf(env);
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
    resource: {
      attributes: givenAttributes(read, checked.service, checked.resourceAttributes),
      detectors: detectors(read),
    },
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
    httpClient: checked.httpClient,
    admin: adminConfig(read, checked.admin, surroundings),
    health: checked.health,
    shutdown: shutdownConfig(read, checked.shutdown, surroundings),
    redact: checked.redact,
    plugins: checked.plugins,
    diagnosticLevel: read.word('OTEL_LOG_LEVEL', { words: diagnosticLevels }),
  };
  const ofTransport = transportProblem(logs, read.text('OTEL_LOGS_EXPORTER'));
  if (ofTransport !== undefined) problems.push(ofTransport);
  const ofLogger = loggerProblem(decided.logs.logger, read.text('LOG_LEVEL'));
  const all = ofLogger === undefined ? problems : [...problems, ofLogger];
  if (strict && all.length > 0) throw problemsError(all);
  // Its own the logger tells itself, once it is made.
  if (problems.length > 0) (sources.onProblem ?? warn)(problemsError(problems));
  return frozen({ ...decided, problems: all.map(sentence) });
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
  service: z.output<typeof serviceOptionsSchema> | undefined,
  resourceAttributes: CheckedStartOptions['resourceAttributes'],
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
  Object.freeze(config.shutdown);
  Object.freeze(config.problems);
  return Object.freeze(config);
}

function warn(problem: SightlineError): void {
  process.emitWarning(problem.message, { type: 'SightlineWarning', code: problem.code });
}
