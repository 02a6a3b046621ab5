import { ProxyTracerProvider, metrics as metricsApi } from '@opentelemetry/api';
import type { SightlineError } from '@sightline/errors';
import type { Health } from '@sightline/health';
import { createLogger, flushLoggers } from '@sightline/logger';
import type { Logger } from '@sightline/logger';
import { createMetrics } from '@sightline/metrics';
import type { Metrics } from '@sightline/metrics';
import { createRedactor } from '@sightline/redact';
import type { RedactOptions } from '@sightline/redact';
import { admitPlugins } from './admitted-plugins.ts';
import { createDispatch } from './admin/dispatch.ts';
import type { Dispatch } from './admin/dispatch.ts';
import { readTarget } from './admin/request.ts';
import { createRouteTable } from './admin/routes.ts';
import { healthRoutes } from './admin/routes/health.ts';
import { endInstance } from './current.ts';
import { createIdleHealth } from './health/idle-health.ts';
import { noDrain } from './health/no-drain.ts';
import { linesDestination, loggerDestination } from './logging.ts';
import { mergedRedactOptions } from './redact-options.ts';
import type { Config } from './config/config.ts';
import type { Sightline } from './sightline.ts';

/** Longest wait for a slow reader of standard output [ms]. */
const FLUSH_MS = 5000;

/**
 * What there is where Sightline is turned off: a logger that works, metrics that count for themselves, probes on the service's own
 * port that go by its checks, and nothing else. Nothing is patched or registered, no port and no timer is opened, and a logger that
 * nobody uses is not made: one listens for the end of the process, so that no line is lost.
 *
 * @param wrong what is wrong with the configuration
 */
export function createDisabledInstance(
  config: Pick<Config, 'redact' | 'plugins' | 'logs' | 'health' | 'admin'>,
  wrong: readonly SightlineError[] = [],
): Sightline {
  let logger: Logger | undefined;
  let metrics: Metrics | undefined;
  let health: Health | undefined;
  let probes: Dispatch | undefined;
  // There is no report that would say it.
  for (const { message, code } of wrong) process.emitWarning(message, { type: 'SightlineWarning', code });

  function redactOptions(): RedactOptions {
    return mergedRedactOptions(config.redact, admitPlugins(config.plugins).plugins);
  }

  function madeLogger(): Logger {
    if (logger !== undefined) return logger;
    logger = createLogger(
      { ...config.logs.logger, redact: redactOptions() },
      loggerDestination(config, [linesDestination(config, { signals: true })]),
    );
    return logger;
  }

  function madeHealth(): Health {
    return (health ??= createIdleHealth(config.health, createRedactor(redactOptions())));
  }

  function madeProbes(): Dispatch {
    return (probes ??= createDispatch({
      routes: createRouteTable(healthRoutes(madeHealth())),
      token: config.admin.token,
      onProblem() {},
    }));
  }

  const disabled: Sightline = {
    enabled: false,
    get logger() {
      return madeLogger();
    },
    get metrics() {
      return (metrics ??= createMetrics());
    },
    get health() {
      return madeHealth();
    },
    drain: noDrain,
    watch: () => ({ dispose() {}, [Symbol.dispose]() {} }),
    get redactor() {
      return madeLogger().redactor;
    },
    // Nobody has given it a provider: its tracers do nothing.
    tracerProvider: new ProxyTracerProvider(),
    meterProvider: metricsApi.getMeterProvider(),
    admin: {
      address: undefined,
      handler(request, response, next) {
        const path = readTarget(request.url)?.path;
        if (next !== undefined && (path === undefined || !madeHealth().serves(path))) return next();
        madeProbes()
          .answer(request, response, false)
          .catch(() => {});
      },
    },
    status: () => Promise.resolve({ enabled: false }),
    flush: (deadlineMs = FLUSH_MS) => flushLoggers(deadlineMs),
    async shutdown() {
      health?.close();
      await logger?.close();
      endInstance(disabled);
    },
  };
  return disabled;
}
