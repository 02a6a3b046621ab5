import { ServerResponse } from 'node:http';
import { INVALID_TRACEID } from '@opentelemetry/api';
import type { Clock } from './clock.ts';
import type { ResolvedHttpServerOptions } from './options.ts';
import type { ServerRequest } from './server-request.ts';

/** The headers that are answered on behalf of the recorder. */
export interface AnswerHeaders {
  /** False when the options ask for none. */
  readonly isNeeded: boolean;
  /**
   * The lines of them for HTTP/1 that the app has not set itself, each with its line end.
   *
   * @param headers as Node.js is about to write them
   */
  lines(state: ServerRequest, response: ServerResponse, headers: unknown): string;
  /** The same for HTTP/2: a copy of the headers with ours. */
  merged(state: ServerRequest, headers: object): object;
}

const SERVER_TIMING = 'server-timing';
const PROCESS_TIME = 'x-process-time';
const TIMING_START = `${SERVER_TIMING}: `;
const PROCESS_START = `${PROCESS_TIME}: `;
const LINE_END = '\r\n';
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, value) =>
  String(value).padStart(3, '0'),
);
/** `12.` for 12, and `0.012` for it: the beginnings of both numbers while they are below a second. */
const MILLIS_POINT: readonly string[] = THREE_DIGITS.map((_, millis) => `${millis}.`);
const SECONDS_POINT: readonly string[] = THREE_DIGITS.map((digits) => `0.${digits}`);
/** Where a response keeps what `setHeader` was given; keyed by lower-case names. */
const setHeadersKey = Object.getOwnPropertySymbols(new ServerResponse({} as never)).find(
  (symbol) => symbol.description === 'kOutHeaders',
);

type Options = Pick<ResolvedHttpServerOptions, 'requestId' | 'serverTiming' | 'traceTiming' | 'processTime'>;

export function createAnswerHeaders({ now }: Clock, options: Options): AnswerHeaders {
  const { serverTiming, traceTiming, processTime } = options;
  const idName = options.requestId.answer;
  const idStart = `${idName}: `;
  const hasTiming = serverTiming || traceTiming;

  function timing(state: ServerRequest, micros: number): string {
    const total = serverTiming ? 'total;dur=' + inMillis(micros) : '';
    if (!traceTiming || state.spanContext.traceId === INVALID_TRACEID) return total;
    return `${total}${total === '' ? '' : ', '}traceparent;desc="${traceParent(state)}"`;
  }

  return {
    isNeeded: idName !== false || hasTiming || processTime,
    lines(state, response, headers) {
      const isOurs = setHeadersKey !== undefined && headers === response[setHeadersKey as never];
      let lines = '';
      if (idName !== false && !has(headers, idName, isOurs)) lines = idStart + state.requestId + LINE_END;
      if (!hasTiming && !processTime) return lines;
      const micros = microsSince(state, now());
      if (hasTiming && !has(headers, SERVER_TIMING, isOurs)) {
        const value = timing(state, micros);
        if (value !== '') lines += TIMING_START + value + LINE_END;
      }
      if (processTime && !has(headers, PROCESS_TIME, isOurs))
        lines += PROCESS_START + inSeconds(micros) + LINE_END;
      return lines;
    },
    merged(state, headers) {
      const all: Record<string, unknown> = { ...headers };
      if (idName !== false && !has(headers, idName, false)) all[idName] = state.requestId;
      const micros = microsSince(state, now());
      const value = hasTiming ? timing(state, micros) : '';
      if (value !== '' && !has(headers, SERVER_TIMING, false)) all[SERVER_TIMING] = value;
      if (processTime && !has(headers, PROCESS_TIME, false)) all[PROCESS_TIME] = inSeconds(micros);
      return all;
    },
  };
}

function microsSince(state: ServerRequest, now: number): number {
  return Math.max(0, Math.round((now - state.arrivedAt) * 1000));
}

/**
 * `12.345` for 12345; put together from texts that are there already, which is cheaper than formatting, and by `+`: in a
 * template, each piece is asked whether it is a text.
 */
function inMillis(micros: number): string {
  const millis = Math.trunc(micros / 1000);
  return (MILLIS_POINT[millis] ?? `${millis}.`) + (THREE_DIGITS[micros % 1000] ?? '');
}

/** `0.012345` for 12345. */
function inSeconds(micros: number): string {
  const millis = Math.trunc(micros / 1000);
  const start = SECONDS_POINT[millis] ?? `${Math.trunc(millis / 1000)}.${THREE_DIGITS[millis % 1000]}`;
  return start + (THREE_DIGITS[micros % 1000] ?? '');
}

function traceParent({ spanContext: { traceId, spanId, traceFlags } }: ServerRequest): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** Whether a header is among those given, as an object, a flat list or a list of pairs. */
function has(headers: unknown, name: string, isLowerCase: boolean): boolean {
  if (typeof headers !== 'object' || headers === null) return false;
  if (isLowerCase) return (headers as Record<string, unknown>)[name] !== undefined;
  if (!Array.isArray(headers)) return Object.keys(headers).some((key) => isNamed(key, name));
  const isPairs = Array.isArray(headers[0]);
  const step = isPairs ? 1 : 2;
  for (let index = 0; index < headers.length; index += step) {
    const element: unknown = headers[index];
    if (isNamed(isPairs ? (element as unknown[])[0] : element, name)) return true;
  }
  return false;
}

function isNamed(key: unknown, name: string): boolean {
  return typeof key === 'string' && key.length === name.length && key.toLowerCase() === name;
}
