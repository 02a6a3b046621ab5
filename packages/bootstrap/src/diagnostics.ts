import { inspect } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { DiagLogger } from '@opentelemetry/api';
import type { DiagnosticLevel } from './config/words.ts';
import type { WriteReport } from './report/startup-report.ts';

/** What is longer is cut: at `debug`, exporters tell of all that they send [UTF-16 code units]. */
const MAX_LENGTH = 4_000;

const LEVELS = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
} as const satisfies Record<DiagnosticLevel, DiagLogLevel>;

/**
 * Writes what OpenTelemetry says about itself, its instrumentations above all, as lines of the service. Who has a logger of their own
 * for that before keeps it.
 *
 * @param level undefined: nothing was asked for, and nothing is written
 * @param write what is below `info` is written as that: somebody has asked for it by a variable of its own
 * @returns writes no more
 */
export function writeDiagnostics(level: DiagnosticLevel | undefined, write: WriteReport): () => void {
  if (level === undefined || registered() !== undefined) return () => {};
  const say =
    (as: Parameters<WriteReport>[0]) =>
    (...said: readonly unknown[]): void => {
      const err = said.find((each) => each instanceof Error);
      write(as, { ...(err !== undefined && { err }) }, textOf(said.filter((each) => each !== err)));
    };
  const info = say('info');
  const logger: DiagLogger = { error: say('error'), warn: say('warn'), info, debug: info, verbose: info };
  diag.setLogger(logger, { logLevel: LEVELS[level] });
  const own = registered();
  return () => {
    if (registered() === own) diag.disable();
  };
}

function textOf(said: readonly unknown[]): string {
  return said
    .map((each) => (typeof each === 'string' ? each : shown(each)))
    .join(' ')
    .slice(0, MAX_LENGTH);
}

/** What an object shows of itself is code of somebody's, and whoever says something here must not fail by it. */
function shown(value: unknown): string {
  try {
    return inspect(value, { depth: 1, breakLength: Infinity });
  } catch {
    return `[${typeof value}]`;
  }
}

/** The logger that there is at the API; this cannot be asked for it. */
function registered(): unknown {
  const api: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return (api as { readonly diag?: unknown } | undefined)?.diag;
}
