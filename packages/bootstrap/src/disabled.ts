import { ProxyTracerProvider, metrics as metricsApi } from '@opentelemetry/api';
import type { SightlineError } from '@sightline/errors';
import { createHealth } from '@sightline/health';
import type { Health } from '@sightline/health';
import { createLogger, flushLoggers, stdout } from '@sightline/logger';
import type { Logger, LoggerDestination } from '@sightline/logger';
import { createMetrics } from '@sightline/metrics';
import type { Metrics } from '@sightline/metrics';
import { admitPlugins } from './admitted-plugins.ts';
import { noDrain } from './health/no-drain.ts';
import { pm2Worker } from './hooks/pm2-worker.ts';
import { NOWHERE } from './logging.ts';
import { processStdout } from './process-stdout.ts';
import { mergedRedactOptions } from './redact-options.ts';
import type { Config } from './config/config.ts';
import type { Sightline } from './sightline.ts';

/** Longest wait for a slow reader of standard output [ms]. */
const FLUSH_MS = 5000;

/**
 * What there is where Sightline is turned off: a logger that works, metrics that count for themselves, and nothing
 * else. Nothing is patched or registered, no port and no timer is opened, and a logger that nobody uses is not made: one
 * listens for the end of the process, so that no line is lost.
 *
 * @param wrong what is wrong with the configuration
 */
export function createDisabledInstance(
  config: Pick<Config, 'redact' | 'plugins' | 'logs' | 'health'>,
  wrong: readonly SightlineError[] = [],
): Sightline {
  let logger: Logger | undefined;
  let metrics: Metrics | undefined;
  let health: Health | undefined;
  // There is no report that would say it.
  for (const { message, code } of wrong) process.emitWarning(message, { type: 'SightlineWarning', code });

  function madeLogger(): Logger {
    if (logger !== undefined) return logger;
    const redact = mergedRedactOptions(config.redact, admitPlugins(config.plugins).plugins);
    logger = createLogger({ ...config.logs.logger, redact }, linesOf(config.logs.stdout));
    return logger;
  }

  return {
    enabled: false,
    get logger() {
      return madeLogger();
    },
    get metrics() {
      return (metrics ??= createMetrics());
    },
    get health() {
      if (health !== undefined) return health;
      health = createHealth(config.health, { redactor: madeLogger().redactor });
      // Checks can be added and are not run.
      health.close();
      return health;
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
      handler(_request, response, next) {
        if (next) return next();
        response.writeHead(404).end();
      },
    },
    status: () => Promise.resolve({ enabled: false }),
    flush: (deadlineMs = FLUSH_MS) => flushLoggers(deadlineMs),
    shutdown: async () => logger?.close(),
  };
}

function linesOf(toStdout: boolean): LoggerDestination {
  if (!toStdout) return NOWHERE;
  return pm2Worker() === undefined ? stdout() : processStdout();
}
