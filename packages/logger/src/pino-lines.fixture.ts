import { pino } from 'pino';
import type { ChildLoggerOptions, Logger as PinoLogger, LoggerOptions as PinoOptions } from 'pino';
import { afterEach, beforeEach, vi } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';

export const timestamp = (): string => ',"time":1700000000000';
export const byName = { level: (label: string): object => ({ level: label }) };

/** For each test: what is wrong is thrown, and nothing of this machine is said of a service. */
export function useStrictEnvironment(): void {
  beforeEach(() => {
    vi.stubEnv('LOG_LEVEL', undefined);
    vi.stubEnv('SIGHTLINE_STRICT', 'true');
    vi.stubEnv('OTEL_SERVICE_NAME', undefined);
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
}

/** pino's logger, its methods without the types that check arguments against the format. */
type LooseLogger = Omit<PinoLogger, 'info' | 'child'> & {
  info(...args: unknown[]): void;
  notice?(...args: unknown[]): void;
  child(bindings: object, settings?: ChildLoggerOptions<string>): LooseLogger;
};
export type Use = (logger: LooseLogger) => void;

/** What pino writes, given the options that make our defaults its own, and of a name that it writes twice the last one. */
export function pinoLines(given: PinoOptions, use: Use): string {
  const { stream, text } = captureLines();
  const base = given.base === undefined ? {} : given.base;
  const logger: unknown = pino(
    { timestamp, ...given, base, formatters: { ...byName, ...given.formatters } },
    stream,
  );
  use(logger as LooseLogger);
  return text()
    .split('\n')
    .map((line) => (line.endsWith('}') ? withEachNameOnce(line) : line))
    .join('\n');
}

function withEachNameOnce(line: string): string {
  const pairs = topLevelPairs(line);
  const names = pairs.map((pair) => /^"(?:[^"\\]|\\.)*"/.exec(pair)?.[0]);
  return `{${pairs.filter((_, index) => names.lastIndexOf(names[index]) === index).join(',')}}`;
}

/** `"name":value` for each, as they are written. */
function topLevelPairs(line: string): string[] {
  const pairs = [''];
  let depth = 0;
  for (const [token] of line.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]|[^"{}[\],]+/g)) {
    if (token === '}' || token === ']') depth -= 1;
    const isOuter = depth === 0 && (token === '{' || token === '}');
    if (token === '{' || token === '[') depth += 1;
    if (token === ',' && depth === 1) pairs.push('');
    else if (!isOuter) pairs[pairs.length - 1] += token;
  }
  return pairs;
}

export function ourLines(given: LoggerOptions, use: Use): string {
  const { stream, text } = captureLines();
  use(createLogger({ timestamp, ...given }, stream));
  return text();
}

/** Calls that every option meets. */
export function usualCalls(log: LooseLogger): void {
  log.info('text');
  log.info('');
  log.warn({ a: 1 }, 'object and text');
  log.info({ a: { b: [1, 'x', null, { c: true }] }, s: 'q"\\\n\u2028é' });
  log.error({}, 'nothing but text');
  log.info({ msg: 'own message' });
  const request = log.child({ requestId: 'r-1', n: 1.5, list: [1, 2], none: null, skipped: undefined });
  request.info({ a: 1 }, 'child');
  request.child({ deep: { er: true } }).info('grandchild');
  request.setBindings({ later: 'x' });
  request.info('bound');
  log.info('%s has %d of %i, %j %o %O %% %f', 'ada', 3, 2.7, { a: 1 }, [1], 'o', 1.25);
  log.info({ a: 1 }, 'object, %s', 'text');
  log.info('no arguments for %s');
  log.info('more arguments', 'than', 'placeholders');
  log.debug('not written');
}
