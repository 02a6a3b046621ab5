import type { Attributes } from '@opentelemetry/api';
import { createLogger, stdout } from '@sightline/logger';
import type { Destination, Logger, LoggerDestination } from '@sightline/logger';
import type { RedactOptions } from '@sightline/redact';
import type { Config } from './config/config.ts';
import { pm2Worker } from './hooks/pm2-worker.ts';
import { processStdout } from './process-stdout.ts';
import { mergedRedactOptions } from './redact-options.ts';

/** Where lines go when they go nowhere. */
export const NOWHERE = { write: (): void => {} };

/** Where lines go by default; undefined where they go to standard output in no way. Signals are ours. */
export function linesDestination({ logs }: Pick<Config, 'logs'>): Destination | undefined {
  if (!logs.stdout || logs.logger.transport !== undefined) return undefined;
  return pm2Worker() === undefined ? stdout({ signals: false }) : processStdout();
}

/**
 * The logger of the service, whose redactor everything else uses as well.
 *
 * @param push takes the same lines, to send them over OTLP
 * @param lines where they go besides
 */
export function createServiceLogger(
  config: Config,
  resource: Attributes,
  redact: RedactOptions,
  push: Destination | undefined,
  lines: Destination | undefined = linesDestination(config),
): Logger {
  const { logs } = config;
  const given = logs.logger.redact;
  const own = Array.isArray(given) ? { paths: given } : given;
  return createLogger(
    {
      ...textOf(resource, 'service', 'service.name'),
      ...textOf(resource, 'environment', 'deployment.environment.name'),
      ...textOf(resource, 'version', 'service.version'),
      ...logs.logger,
      redact: { ...redact, ...mergedRedactOptions(own, [{ name: 'start', redact }]) },
    },
    logs.logger.transport === undefined ? destinationOf(lines, push) : undefined,
  );
}

function destinationOf(lines: Destination | undefined, push: Destination | undefined): LoggerDestination {
  if (lines === undefined) return push ?? NOWHERE;
  return push === undefined ? lines : [lines, push];
}

function textOf(resource: Attributes, field: string, name: string): Record<string, string> {
  const value = resource[name];
  return typeof value === 'string' ? { [field]: value } : {};
}
