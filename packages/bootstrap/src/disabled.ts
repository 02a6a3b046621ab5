import { ProxyTracerProvider, metrics as metricsApi } from '@opentelemetry/api';
import { createLogger, stdout } from '@sightline/logger';
import { createMetrics } from '@sightline/metrics';
import { mergedRedactOptions } from './redact-options.ts';
import type { Config } from './config/config.ts';
import type { Sightline } from './sightline.ts';

/**
 * What there is where Sightline is turned off: a logger that works, metrics that count for themselves, and nothing
 * else. Nothing is patched or registered, no port and no timer is opened.
 */
export function createDisabledInstance(config: Pick<Config, 'redact' | 'plugins' | 'logs'>): Sightline {
  const redact = mergedRedactOptions(config.redact, config.plugins);
  const logger = createLogger({ ...config.logs.logger, redact }, config.logs.stdout ? stdout() : undefined);
  return {
    enabled: false,
    logger,
    metrics: createMetrics(),
    redactor: logger.redactor,
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
    flush: () => new Promise((resolve) => logger.flush(() => resolve())),
    shutdown: () => logger.close(),
  };
}
