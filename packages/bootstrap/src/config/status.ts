import type { Config } from './config.ts';
import type { OtlpConfig } from './otlp.ts';

/** The configuration as `/status` shows it: no header's value, no token, no key, nothing that the caller wrote by hand. */
export function configForStatus(config: Config): Readonly<Record<string, unknown>> {
  const { traces, metrics, logs, admin, instrumentations } = config;
  const { otlp: _traces, ...tracesRest } = traces;
  const { otlp: _metrics, ...metricsRest } = metrics;
  return {
    enabled: config.enabled,
    strict: config.strict,
    traces: { ...tracesRest, otlp: otlpForStatus(traces.otlp) },
    metrics: { ...metricsRest, otlp: otlpForStatus(metrics.otlp) },
    logs: {
      stdout: logs.stdout,
      push: logs.push,
      batch: logs.batch,
      limits: logs.limits,
      loggerOptions: Object.keys(logs.logger),
      otlp: otlpForStatus(logs.otlp),
    },
    propagators: config.propagators,
    resourceDetectors: config.resource.detectors,
    instrumentations: {
      only: instrumentations.only ?? 'all that are found',
      without: instrumentations.without,
      added: instrumentations.added.map((each) => each.instrumentationName),
    },
    http: {
      ...config.http,
      ignore: typeof config.http.ignore === 'function' ? 'a function' : config.http.ignore,
    },
    admin: {
      enabled: admin.enabled,
      host: admin.host,
      port: admin.port,
      hasToken: admin.token !== undefined,
      debug: admin.debug,
    },
    health: config.health,
    shutdown: config.shutdown,
    redactOptions: Object.keys(config.redact ?? {}),
    plugins: config.plugins.map(({ name }) => name),
    diagnosticLevel: config.diagnosticLevel ?? 'none',
  };
}

function otlpForStatus({ url, headers, protocol, compression, timeoutMs, tls }: OtlpConfig): object {
  const { origin, pathname } = new URL(url);
  return {
    endpoint: `${origin}${pathname}`,
    headerNames: Object.keys(headers),
    protocol,
    compression,
    timeoutMs,
    certificates: Object.keys(tls),
  };
}
