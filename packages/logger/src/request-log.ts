import type { SpanContext } from '@opentelemetry/api';
import type { Redactor } from '@sightline/redact';
import type { Logger as PinoLogger } from 'pino';
import { boundNamesSym, isBound } from './bound-names.ts';
import type { LineOutput } from './line-output.ts';
import {
  chindingsSym,
  endSym,
  formattersSym,
  hooksSym,
  lsCacheSym,
  messageKeySym,
  mixinSym,
  nestedKeySym,
  redactFmtSym,
  serializersSym,
  stringifiersSym,
  timeSym,
} from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';
import { rounded, secondsText } from './seconds-text.ts';
import { flagsText } from './trace-context.ts';

/** What requests have in common, as far as their lines tell it. */
export interface LoggedRequestKind {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: number | undefined;
  readonly errorType: string | undefined;
}

/** One request, as far as its line tells it. */
export interface LoggedRequest {
  readonly durationSeconds: number;
  readonly spanContext: SpanContext;
  readonly requestId: string;
  /** Path and query with secrets censored. */
  readonly safeTarget: string;
  readonly requestBodyBytes: number | undefined;
  readonly responseBodyBytes: number | undefined;
  readonly error: unknown;
  readonly aborted: boolean;
  readonly slow: boolean;
}

/** Takes the records of requests. */
export interface RequestLog {
  /** Called once for each kind; what it returns writes the line of one request. Neither throws. */
  prepare(kind: LoggedRequestKind): (request: LoggedRequest) => void;
}

/**
 * Writes one line for each request.
 *
 * What is the same for all requests of a kind is written once, and the rest is put together by hand: the line costs a
 * part of one through a log call. Where the logger was given something that changes lines (a mixin, formatters, paths
 * or keys to redact, serializers, hooks, a nested key, bindings of these names), lines take the usual way through it.
 *
 * @param logger writes the lines; its level holds
 */
export function createRequestLog(
  logger: PinoLogger,
  { redactor, output, hasLogHook }: RequestLogSetup,
): RequestLog {
  const instance = logger as unknown as PinoInstance;
  const isPlain = !hasLogHook && writesPlainLines(instance, redactor);

  return {
    prepare(kind) {
      const kindMessage = kind.route === undefined ? undefined : messageOf(kind, kind.route);
      const kindFields = jsonOf(kindOf(kind));
      const messageKey = `,${JSON.stringify(instance[messageKeySym])}:`;
      const kindTail = kindMessage && messageKey + redactor.quote(kindMessage) + instance[endSym];
      const upToPath = `"${kindFields},"url_path":"`;
      const urlFieldsOf = createUrlFields();

      return (request) => {
        const level = failed(kind, request) ? 'error' : request.slow || request.aborted ? 'warn' : 'info';
        const number = logger.levels.values[level] ?? 0;
        if (number < logger.levelVal) return;
        const message = kindMessage ?? messageOf(kind, pathOf(request.safeTarget));
        if (!isPlain || request.error !== undefined) {
          logger[level](fieldsOf(kind, request), message);
          return;
        }
        const time = instance[timeSym]();
        const head = instance[lsCacheSym][number] ?? '{"level":"info"';
        const bindings = instance[chindingsSym];
        const tail = kindTail ?? `${messageKey}"${quotable(message)}"${instance[endSym]}`;
        // Few pieces: each of them has to be put in its place when the line is written. And by `+`: in a template, each
        // is asked whether it is a text.
        const line =
          head +
          time +
          bindings +
          upToRequestId(request.spanContext) +
          quotable(request.requestId) +
          upToPath +
          urlFieldsOf(request.safeTarget) +
          ownFields(request) +
          tail;
        output.send(instance, { line, level: number, object: request, message, time });
      };
    },
  };
}

interface RequestLogSetup {
  readonly redactor: Redactor;
  readonly output: LineOutput;
  /** Whether the app has a `hooks.logMethod` of its own. */
  readonly hasLogHook: boolean;
}

/** What stands in the line of a request. */
const LINE_FIELDS = [
  'trace_id',
  'span_id',
  'trace_flags',
  'request_id',
  'http_request_method',
  'http_route',
  'http_response_status_code',
  'error_type',
  'url_path',
  'url_query',
  'duration_seconds',
  'http_request_body_size',
  'http_response_body_size',
  'aborted',
  'slow',
];

/** Whether a line of this logger is nothing but its parts, one after the other. */
function writesPlainLines(instance: PinoInstance, redactor: Redactor): boolean {
  const serializers = instance[serializersSym];
  return (
    [...LINE_FIELDS, instance[messageKeySym]].every((name) => serializers[name] === undefined) &&
    !LINE_FIELDS.some((name) => redactor.isSecretKey(name) || isBound(instance[boundNamesSym], name)) &&
    instance[mixinSym] === undefined &&
    instance[formattersSym].log === undefined &&
    instance[hooksSym].streamWrite === undefined &&
    !instance[nestedKeySym] &&
    !(redactFmtSym in instance[stringifiersSym])
  );
}

/** Whether it is the service's fault: it answered so, or its handler ended without an answer. */
function failed({ status }: LoggedRequestKind, { error, aborted }: LoggedRequest): boolean {
  return status === undefined ? error !== undefined || !aborted : status >= 500;
}

/** @param place the route, or without one the path: `GET /orders/:id 200` */
function messageOf({ method, status }: LoggedRequestKind, place: string): string {
  return `${method} ${place} ${status ?? 'aborted'}`;
}

/** Longest path in a message; the whole of it is in `url_path`. */
const MAX_PATH_LENGTH = 200;

function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return (mark === -1 ? target : target.slice(0, mark)).slice(0, MAX_PATH_LENGTH);
}

function kindOf({ method, route, status, errorType }: LoggedRequestKind): object {
  return {
    http_request_method: method,
    http_route: route,
    http_response_status_code: status,
    error_type: errorType,
  };
}

function jsonOf(fields: object): string {
  const json = JSON.stringify(fields).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}

/** The same fields for the usual way. */
function fieldsOf(kind: LoggedRequestKind, request: LoggedRequest): object {
  const [path, query] = splitTarget(request.safeTarget);
  const { traceId, spanId, traceFlags } = request.spanContext;
  return {
    trace_id: traceId,
    span_id: spanId,
    trace_flags: flagsText(traceFlags),
    request_id: request.requestId,
    ...kindOf(kind),
    url_path: path,
    url_query: query,
    duration_seconds: rounded(request.durationSeconds),
    http_request_body_size: request.requestBodyBytes,
    http_response_body_size: request.responseBodyBytes,
    aborted: request.aborted || undefined,
    slow: request.slow || undefined,
    err: request.error,
  };
}

function splitTarget(url: string): [path: string, query: string | undefined] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
}

/**
 * The path, and after it the field of the query, as they stand between the first and the last quotation mark.
 *
 * @param url censored
 */
function urlFields(url: string): string {
  const mark = url.indexOf('?');
  if (mark === -1) return quotable(url);
  return needsNoEscape(url)
    ? url.slice(0, mark) + QUERY_KEY + url.slice(mark + 1)
    : escaped(url.slice(0, mark)) + QUERY_KEY + escaped(url.slice(mark + 1));
}

const QUERY_KEY = '","url_query":"';

/** Longest URL whose fields are remembered [UTF-16 code units]. */
const MAX_REMEMBERED_LENGTH = 256;

/** `urlFields` that knows the last URL again: many requests of a kind are for the same. */
function createUrlFields(): (url: string) => string {
  let lastUrl = '';
  let lastFields = '';
  return (url) => {
    if (url === lastUrl) return lastFields;
    const fields = urlFields(url);
    if (url.length <= MAX_REMEMBERED_LENGTH) {
      lastUrl = url;
      lastFields = fields;
    }
    return fields;
  };
}

/** From the id of the trace to the quotation mark before that of the request. */
function upToRequestId({ traceId, spanId, traceFlags }: SpanContext): string {
  return ',"trace_id":"' + traceId + '","span_id":"' + spanId + FLAGS_AND_REQUEST_ID[traceFlags & 0xff];
}

/** What stands between the id of the span and that of the request, for each value of the flags. */
const FLAGS_AND_REQUEST_ID: readonly string[] = Array.from(
  { length: 256 },
  (_, flags) => `","trace_flags":"${flagsText(flags)}","request_id":"`,
);

/** What follows the URL, with its last quotation mark. */
function ownFields({
  durationSeconds,
  requestBodyBytes,
  responseBodyBytes,
  aborted,
  slow,
}: LoggedRequest): string {
  const fields =
    '","duration_seconds":' +
    secondsText(durationSeconds) +
    (requestBodyBytes === 0 ? NO_REQUEST_BODY : sizeField(REQUEST_SIZE_KEY, requestBodyBytes)) +
    sizeField(RESPONSE_SIZE_KEY, responseBodyBytes);
  return aborted || slow
    ? `${fields}${aborted ? ',"aborted":true' : ''}${slow ? ',"slow":true' : ''}`
    : fields;
}

const REQUEST_SIZE_KEY = ',"http_request_body_size":';
const RESPONSE_SIZE_KEY = ',"http_response_body_size":';
const NO_REQUEST_BODY = `${REQUEST_SIZE_KEY}0`;

/** @param start with the name and the colon */
function sizeField(start: string, bytes: number | undefined): string {
  return bytes === undefined ? '' : start + bytes;
}

/** A text as it stands between quotation marks; mostly it needs no escaping. */
function quotable(text: string): string {
  return needsNoEscape(text) ? text : escaped(text);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Whether a text has nothing but visible ASCII in it, without `"` and `\`, as URLs and ids mostly are. */
function needsNoEscape(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === QUOTE || code === BACKSLASH) return false;
  }
  return true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
