import type { Attributes } from '@opentelemetry/api';
import { createLogger, stdout } from '@sightline/logger';
import type { Destination, Logger, LoggerDestination } from '@sightline/logger';
import type { RedactOptions } from '@sightline/redact';
import type { Config } from './config/config.ts';
import { mergedRedactOptions } from './redact-options.ts';

/** Where lines go when they go nowhere. */
export const NOWHERE = { write: (): void => {} };

/**
 * The logger of the service, whose redactor everything else uses as well.
 *
 * @param push takes the same lines, to send them over OTLP
 */
export function createServiceLogger(
  { logs }: Config,
  resource: Attributes,
  redact: RedactOptions,
  push: Destination | undefined,
): Logger {
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
    logs.logger.transport === undefined ? destinationOf(logs.stdout, push) : undefined,
  );
}

/** Signals are ours. */
function destinationOf(toStdout: boolean, push: Destination | undefined): LoggerDestination {
  const lines = toStdout ? stdout({ signals: false }) : undefined;
  if (lines === undefined) return push ?? NOWHERE;
  return push === undefined ? lines : [lines, push];
}

function textOf(resource: Attributes, field: string, name: string): Record<string, string> {
  const value = resource[name];
  return typeof value === 'string' ? { [field]: value } : {};
}
