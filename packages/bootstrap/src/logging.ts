import type { Attributes } from '@opentelemetry/api';
import { createLogger, stdout } from '@sightline/logger';
import type { Destination, Logger, LoggerDestination } from '@sightline/logger';
import type { RedactOptions } from '@sightline/redact';
import type { Config } from './config/config.ts';
import { pm2Worker } from './hooks/pm2-worker.ts';
import { processStdout } from './process-stdout.ts';
import { mergedRedactOptions } from './redact-options.ts';

/** Where lines go when they go nowhere. */
const NOWHERE = { write: (): void => {} };

/** @returns standard output; undefined where no lines go there */
export function linesDestination(
  { logs }: Pick<Config, 'logs'>,
  /** Whether it flushes at the signals that end the process. */
  { signals }: { readonly signals: boolean },
): Destination | undefined {
  if (!logs.stdout) return undefined;
  return pm2Worker() === undefined ? stdout({ signals, pretty: logs.pretty }) : processStdout();
}

/** What the service has named besides standard output. */
export function namedDestinations({ logs }: Pick<Config, 'logs'>): readonly Destination[] {
  return logs.destinations.map((each) => ('destination' in each ? each.destination : each));
}

/**
 * Where the logger of the service writes; undefined where a transport of pino takes all lines.
 *
 * @param own standard output, and what sends lines over OTLP
 */
export function loggerDestination(
  { logs }: Pick<Config, 'logs'>,
  own: readonly (Destination | undefined)[],
): LoggerDestination | undefined {
  if (logs.logger.transport !== undefined) return undefined;
  const all = [...own.filter((each) => each !== undefined), ...logs.destinations];
  return all.length === 0 ? NOWHERE : all;
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
  lines: Destination | undefined = linesDestination(config, { signals: false }),
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
    loggerDestination(config, [lines, push]),
  );
}

function textOf(resource: Attributes, field: string, name: string): Record<string, string> {
  const value = resource[name];
  return typeof value === 'string' ? { [field]: value } : {};
}
