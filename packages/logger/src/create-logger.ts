import { resolveOptions, strictFromEnvironment } from '@sightline/errors';
import type { SightlineError } from '@sightline/errors';
import { createRedactor } from '@sightline/redact';
import type { RedactOptions, Redactor } from '@sightline/redact';
import { pino } from 'pino';
import type { LoggerOptions as PinoOptions, Logger as PinoLogger } from 'pino';
import { createAudit } from './audit.ts';
import type { Audit } from './audit.ts';
import { createCallGuard } from './call-guard.ts';
import { createChildMethods } from './child.ts';
import type { DestinationStats } from './destinations/destination.ts';
import { isDestination, openDestination } from './open-destination.ts';
import type { LoggerDestination } from './open-destination.ts';
import { createLevelControl } from './level-control.ts';
import type { LevelChange } from './level-control.ts';
import { createLineWriter } from './line.ts';
import { loggerOptionsSchema } from './options.ts';
import type { LoggerOptions } from './options.ts';
import { asJsonSym } from './pino-internals.ts';
import { resourceFields } from './resource-fields.ts';

/** A pino logger: the same type, the same calls, and these besides. */
export interface Logger extends PinoLogger {
  /** Writes an audit record: at every level and sampling, marked `audit: true`. */
  readonly audit: Audit;
  /**
   * Sets the level of the logger or of one module for a while (15 minutes unless told otherwise).
   *
   * @returns takes the change back at once
   * @throws {SightlineError} `SIGHTLINE_LOGGER_MODULE_LEVEL`
   */
  setLevel(level: string, change?: LevelChange): () => void;
  /** The levels in force: the logger's own under `''`, then by module. */
  levelsInForce(): Readonly<Record<string, string>>;
  /** What was censored, by rule, and what became of the lines. */
  stats(): LoggerStats;
  /** The redactor of this logger, for what does not go through a log line. */
  readonly redactor: Redactor;
  /** Delivers what is left, within the destination's deadline, and lets go of timers, threads and descriptors. */
  close(): Promise<void>;
}

export interface LoggerStats {
  readonly redacted: Readonly<Record<string, number>>;
  readonly destination: DestinationStats | undefined;
}

/**
 * A pino logger that leaks nothing and loses nothing.
 *
 * @param options pino's, and ours; a wrong one is named with all others in one warning and its default holds, or with
 *   `SIGHTLINE_STRICT=true` the logger is refused
 * @param destination where lines go; default: standard output, readable in a terminal and JSON elsewhere
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when strict
 * @example
 * const logger = createLogger({ service: 'shop' });
 * logger.info({ orderId: 7, password: 'hunter2' }, 'order placed'); // password: [REDACTED]
 */
export function createLogger(options: LoggerOptions = {}, destination?: LoggerDestination): Logger {
  const strict = strictFromEnvironment();
  const levelNames = levelNamesOf(options);
  const environment = process.env['LOG_LEVEL'];
  const resolved = resolveOptions(
    'createLogger',
    loggerOptionsSchema(levelNames),
    environment === undefined || environment === '' ? options : { ...options, LOG_LEVEL: environment },
    { strict, onProblem: warn },
  );
  const {
    service,
    environment: where,
    version,
    level,
    levels: codeLevels,
    redact,
    audit,
    LOG_LEVEL,
    ...rest
  } = resolved;
  const { paths, redactOptions } = redactParts(redact);
  const redactor = createRedactor(redactOptions);
  const marker = redactOptions.marker ?? '[REDACTED]';

  const { ours, stream } = openDestination(destination, rest.transport);
  const lines = createLineWriter(redactor);
  const { transport: _transport, base, hooks, formatters, serializers, ...pinoOptions } = rest;
  const instance = pino(
    {
      ...(pinoOptions as PinoOptions),
      level: level ?? LOG_LEVEL?.level ?? 'info',
      base:
        base === null
          ? null
          : plainObject(redactor, { ...resourceFields({ service, environment: where, version }), ...base }),
      hooks: { ...hooks, logMethod: createCallGuard(redactor, marker, hooks?.logMethod) },
      serializers: { err: lines.errorSerializer, ...serializers },
      formatters: { ...(rest.transport === undefined ? { level: levelByName } : {}), ...formatters },
      ...(paths.length > 0 ? { redact: { paths: [...paths], censor: marker } } : {}),
    } as PinoOptions,
    stream,
  );

  const levels = createLevelControl({
    root: instance,
    modules: { ...LOG_LEVEL?.modules, ...codeLevels },
    names: levelNames,
  });
  return Object.assign(instance, {
    [asJsonSym]: lines.line,
    ...createChildMethods(instance, { lines, levels, paths, marker }),
    audit: createAudit(instance, { lines, stream: audit ?? stream, strict, onProblem: warn }),
    setLevel: levels.change,
    levelsInForce: levels.current,
    redactor,
    stats: () => ({ redacted: redactor.counts(), destination: ours?.stats() }),
    async close() {
      levels.close();
      await Promise.all([ours?.close(), isDestination(audit) ? audit.close() : undefined]);
    },
  });
}

/** pino's levels with the caller's own, and `silent`; what is wrong with them is told with the other options. */
function levelNamesOf({ customLevels, useOnlyCustomLevels }: LoggerOptions): string[] {
  const custom = typeof customLevels === 'object' && customLevels !== null ? Object.keys(customLevels) : [];
  return [...(useOnlyCustomLevels === true ? [] : Object.keys(pino.levels.values)), ...custom, 'silent'];
}

function redactParts(redact: LoggerOptions['redact']): {
  paths: readonly string[];
  redactOptions: RedactOptions;
} {
  if (redact === undefined) return { paths: [], redactOptions: {} };
  if (Array.isArray(redact)) return { paths: redact, redactOptions: {} };
  const { paths = [], ...redactOptions } = redact;
  return { paths, redactOptions };
}

function levelByName(label: string): object {
  return { level: label };
}

/** pino writes the base as it is, once. */
function plainObject(redactor: Redactor, fields: object): Record<string, unknown> {
  return redactor.value(fields) as Record<string, unknown>;
}

function warn(problem: SightlineError): void {
  process.emitWarning(problem.message, { type: 'SightlineWarning', code: problem.code });
}
