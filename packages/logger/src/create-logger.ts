import { SightlineError, strictFromEnvironment } from '@sightline/errors';
import { createRedactor } from '@sightline/redact';
import type { RedactOptions, Redactor } from '@sightline/redact';
import { pino } from 'pino';
import type { Bindings, ChildLoggerOptions, LoggerOptions as PinoOptions, Logger as PinoLogger } from 'pino';
import { createAppCode } from './app-code.ts';
import type { AppCode } from './app-code.ts';
import { createAudit } from './audit.ts';
import type { Audit } from './audit.ts';
import { createCallGuard } from './call-guard.ts';
import { checkedOptions, levelNamesOf } from './checked-options.ts';
import { createChildMethods } from './child.ts';
import { createEpochTime } from './epoch-time.ts';
import type { DestinationKind, DestinationStats } from './destinations/destination.ts';
import { statsByKind } from './destinations/multi.ts';
import { isDestination } from './destinations/is-destination.ts';
import { choosesByLevel, openDestination } from './open-destination.ts';
import type { LoggerDestination } from './open-destination.ts';
import { createLevelControl } from './level-control.ts';
import type { LevelChange } from './level-control.ts';
import { levelByName, levelFormatter } from './level-formatter.ts';
import { createLineWriter } from './line.ts';
import { createLineOutput } from './line-output.ts';
import { hasWrite } from './options.ts';
import type { LoggerOptions, PathCensor } from './options.ts';
import { ownFields } from './own-data.ts';
import { asJsonSym, formattersSym, timeSym, writeSym } from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';
import { createRedactionReport } from './redaction-report.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestLog } from './request-log.ts';
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
  /**
   * A sink for the recorder of requests: one line for each request, of the module `http`.
   * Errors are at `error`, slow and aborted requests at `warn`, all others at `info`.
   */
  requestLog(): RequestLog;
  /** pino's; the child has all that this interface has. */
  child<Levels extends string = never>(
    bindings: Bindings,
    options?: ChildLoggerOptions<Levels>,
  ): Logger & PinoLogger<Levels>;
  /** Delivers what is left, within the destination's deadline, and lets go of timers, threads and descriptors. */
  close(): Promise<void>;
}

/** The number of pino's `info`. */
const INFO = 30;

export interface LoggerStats {
  /** Lines that were written, by level. */
  readonly lines: Readonly<Record<string, number>>;
  readonly redacted: Readonly<Record<string, number>>;
  /** Failures of the rules that are code, by rule; 0 from the start on. */
  readonly redactionFailures: Readonly<Record<string, number>>;
  /** All destinations together; undefined where lines go to a stream of the caller's. */
  readonly destination: DestinationStats | undefined;
  /** By what they are. */
  readonly destinations: Readonly<Partial<Record<DestinationKind | 'other', DestinationStats>>>;
  /** Lines that a stream did not take because it threw. */
  readonly lost: number;
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
export function createLogger<Levels extends string = never>(
  options: LoggerOptions & { customLevels?: { [Level in Levels]: number } } = {},
  destination?: LoggerDestination,
): Logger & PinoLogger<Levels> {
  const strict = strictFromEnvironment();
  const levelNames = levelNamesOf(options);
  const resolved = checkedOptions(options, levelNames, process.env['LOG_LEVEL'], {
    strict,
    onProblem: warn,
  });
  const {
    service,
    environment,
    version,
    level,
    levels: codeLevels,
    redact,
    audit,
    LOG_LEVEL,
    ...rest
  } = resolved;
  const { transport, base, name, hooks, formatters, serializers, timestamp, ...pinoOptions } = rest;
  const { paths, censor, remove, redactOptions } = redactParts(redact);
  const redactor = createRedactor(redactOptions);
  const marker = redactOptions.marker ?? '[REDACTED]';
  const censorLevel = (made: object): unknown => redactor.value(made);

  const { customLevels } = rest;
  const { ours, stream } = openDestination(checkedDestination(destination, strict), transport, customLevels);
  const appCode = createAppCode({ redactor, onProblem: warn });
  const pathRedaction = { censor: safeCensor(censor ?? marker, appCode, marker), remove };
  const lines = createLineWriter(redactor, appCode);
  const output = createLineOutput(appCode);
  const report = createRedactionReport(redactor.counts, writeOwn);
  // pino's threads that choose between targets know its own levels by their names, and others by their numbers only.
  const areNumbersWanted = transport !== undefined || (customLevels !== undefined && choosesByLevel(stream));
  const writeLevel = formatters?.level ?? (areNumbersWanted ? undefined : levelByName);
  const instance = pino(
    {
      ...(withoutUndefined(pinoOptions) as PinoOptions),
      level: level ?? LOG_LEVEL?.level ?? defaultLevel(levelNames, customLevels),
      // pino writes the base as it is: it follows below, as bindings.
      base: null,
      hooks: {
        ...hooks,
        logMethod: createCallGuard({ redactor, marker, appCode, output, next: hooks?.logMethod }),
      },
      serializers: { err: lines.errorSerializer, ...serializers },
      formatters: {
        ...formatters,
        ...(writeLevel && { level: levelFormatter(writeLevel, appCode, censorLevel) }),
      },
      timestamp: safeTimestamp(timestamp ?? true, appCode, report.look),
      ...(paths.length > 0 && { redact: { paths: [...paths], ...pathRedaction } }),
    } as PinoOptions,
    stream,
  );
  const internals = instance as unknown as PinoInstance;

  /** A line of the logger's own: no level but silent holds it back. */
  function writeOwn(object: object, message: string): void {
    if (instance.level === 'silent') return;
    const time = internals[timeSym]();
    const line = lines.line.call(internals, object, message, INFO, time);
    output.send(internals, { line, level: INFO, object, message, time });
  }

  // pino's own formatter of bindings is none.
  internals[formattersSym] = { ...internals[formattersSym], bindings: formatters?.bindings };
  if (base !== null) {
    const fields = {
      ...resourceFields({ service, environment, version }),
      ...ownFields(base),
      ...(name !== undefined && { name }),
    };
    lines.bind(internals, fields, formatters?.bindings);
  }

  const levels = createLevelControl({
    root: instance,
    modules: rest.enabled === false ? {} : { ...LOG_LEVEL?.modules, ...codeLevels },
    names: levelNames,
  });
  const logger = Object.assign(instance, {
    [asJsonSym]: lines.line,
    [writeSym]: output.write,
    ...createChildMethods(instance, { lines, levels, appCode, paths, pathRedaction, censorLevel }),
    audit: createAudit(instance, {
      redactor,
      lines,
      output,
      stream: audit ?? stream,
      strict,
      onProblem: warn,
    }),
    setLevel: levels.change,
    levelsInForce: levels.current,
    redactor,
    requestLog() {
      const hasLogHook = hooks?.logMethod !== undefined;
      return createRequestLog(logger.child({ module: 'http' }), { redactor, output, hasLogHook });
    },
    stats() {
      report.read(Date.now());
      return {
        lines: linesByLevel(instance, output.counts()),
        redacted: redactor.counts(),
        redactionFailures: redactor.failures(),
        destination: ours?.stats(),
        destinations: ours === undefined ? {} : statsByKind(ours),
        lost: appCode.lost(),
      };
    },
    async close() {
      levels.close();
      await Promise.all([ours?.close(), isDestination(audit) ? audit.close() : undefined]);
    },
  });
  return logger as unknown as Logger & PinoLogger<Levels>;
}

/** `info`; where there is none, the least of the caller's own: more lines rather than none. */
function defaultLevel(names: readonly string[], customLevels: Readonly<Record<string, number>> = {}): string {
  if (names.includes('info')) return 'info';
  const [least] = Object.entries(customLevels).toSorted(([, one], [, other]) => one - other);
  return least?.[0] ?? 'silent';
}

/** What cannot take lines is told at once, and standard output gets them. */
function checkedDestination(
  destination: LoggerDestination | undefined,
  strict: boolean,
): LoggerDestination | undefined {
  if (destination === undefined || Array.isArray(destination) || hasWrite(destination)) return destination;
  const problem = new SightlineError('SIGHTLINE_OPTIONS', {
    problem: 'createLogger: the destination takes no lines',
    expected: 'stdout(), file(), loki(), a list of them, or a stream: an object with write(line)',
    fix: 'pass one of these, or none for standard output',
  });
  if (strict) throw problem;
  warn(problem);
  return undefined;
}

/** pino takes a key that is there for one that is set. */
function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** pino puts what a function of the app's answers into the line as it is, and calls it for each line. */
function safeTimestamp(
  timestamp: boolean | (() => string),
  appCode: AppCode,
  onTime: (nowMs: number) => void,
): () => string {
  const epochTime = createEpochTime(onTime);
  if (timestamp === true) return epochTime;
  if (timestamp === false) {
    return function noTime() {
      epochTime();
      return '';
    };
  }
  return () => {
    const ours = epochTime();
    const time: unknown = appCode.run('timestamp', timestamp, undefined);
    return typeof time === 'string' ? time : ours;
  };
}

/** Every level from the start on, at 0: what appears at 1 has not increased. */
function linesByLevel(instance: PinoLogger, counts: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(instance.levels.labels).map(([number, name]) => [name, counts.get(Number(number)) ?? 0]),
  );
}

interface RedactParts {
  readonly paths: readonly string[];
  readonly censor?: string | PathCensor | undefined;
  readonly remove: boolean;
  readonly redactOptions: RedactOptions;
}

function redactParts(redact: LoggerOptions['redact']): RedactParts {
  if (redact === undefined) return { paths: [], remove: false, redactOptions: {} };
  if (Array.isArray(redact)) return { paths: redact, remove: false, redactOptions: {} };
  const { paths = [], censor, remove = false, ...redactOptions } = redact;
  return { paths, censor, remove, redactOptions };
}

function safeCensor(censor: string | PathCensor, appCode: AppCode, marker: string): string | PathCensor {
  if (typeof censor === 'string') return censor;
  return (value, path) => appCode.run('redact.censor', () => censor(value, path), marker);
}

function warn(problem: SightlineError): void {
  process.emitWarning(problem.message, { type: 'SightlineWarning', code: problem.code });
}
