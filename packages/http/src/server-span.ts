import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { type AttributeName, labels } from '@sightline/conventions';
import { type Redactor, ownData } from '@sightline/redact';
import { types } from 'node:util';
import { errorTypeOf } from './error-type.ts';
import type { RequestKind, RequestRecord } from './request-record.ts';

/** One attribute whose value is the same for all requests of a kind. */
export type StaticAttribute = readonly [name: AttributeName, value: string | number];

/** What of a record the attributes of its span are made from; all of it is known at the arrival. */
export type SpanFacts = Pick<
  RequestRecord,
  'method' | 'safeTarget' | 'headers' | 'serverAddress' | 'serverPort' | 'clientAddress' | 'peerAddress'
>;

/** Takes one attribute. */
export type EmitAttribute = (name: AttributeName, value: string | number) => void;

/** An exception event, with secrets censored. */
export interface SpanException {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

const standardMethods: ReadonlySet<string> = new Set(labels.http_request_method.values);

/** Longest user agent and method that are kept [UTF-16 code units]. */
const MAX_HEADER_LENGTH = 512;
/** Longest message, stack [UTF-16 code units]. */
const MAX_MESSAGE_LENGTH = 1024;
const MAX_STACK_LENGTH = 8192;

/**
 * The attributes that a kind determines.
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function serverSpanStatics(kind: RequestKind): StaticAttribute[] {
  const statics: StaticAttribute[] = [
    ['http.request.method', kind.method],
    ['url.scheme', kind.scheme],
    ['network.protocol.version', kind.protocolVersion],
  ];
  if (kind.route !== undefined) statics.push(['http.route', kind.route]);
  if (kind.status !== undefined) statics.push(['http.response.status_code', kind.status]);
  if (kind.errorType !== undefined) statics.push(['error.type', kind.errorType]);
  return statics;
}

/** The attributes that differ from request to request, each with its secrets censored. */
export function serverSpanDynamics(record: SpanFacts, redactor: Redactor, emit: EmitAttribute): void {
  const { method, safeTarget: url, headers } = record;
  const queryAt = url.indexOf('?');
  // A target of CONNECT is an authority, and one of OPTIONS may be `*`.
  emit('url.path', pathOf(url));
  if (queryAt !== -1 && queryAt + 1 < url.length) emit('url.query', url.slice(queryAt + 1));
  const { serverAddress } = record;
  if (serverAddress !== undefined) {
    emit('server.address', redactor.text(serverAddress));
    const { serverPort } = record;
    if (serverPort !== undefined) emit('server.port', serverPort);
  }
  const userAgent = headers['user-agent'];
  if (userAgent !== undefined && userAgent !== '') {
    emit('user_agent.original', redactor.text(bounded(userAgent, MAX_HEADER_LENGTH)));
  }
  if (!standardMethods.has(method))
    emit('http.request.method_original', redactor.text(bounded(method, MAX_HEADER_LENGTH)));
  const { clientAddress } = record;
  if (clientAddress !== undefined) {
    emit('client.address', clientAddress);
    const { peerAddress } = record;
    if (peerAddress !== undefined) emit('network.peer.address', peerAddress);
  }
}

/** The name of a server span: `GET /orders/:id`, or `GET` without a route. `HTTP` stands for methods that are not standard. */
export function serverSpanName({ method, route }: Pick<RequestKind, 'method' | 'route'>): string {
  const verb = method === '_OTHER' ? 'HTTP' : method;
  return route === undefined ? verb : `${verb} ${route}`;
}

/** Whether a server span has failed: the service's fault, so neither what was answered with 4xx nor an abort. */
export function isServerError({ status, errorType }: RequestKind): boolean {
  if (errorType === undefined || errorType === ABORTED) return false;
  return status === undefined || status < 400 || status >= 500;
}

/** The type of the error of a request whose connection ended before anything was answered. */
export const ABORTED = 'aborted';

/** The exception event of a record's error; undefined without one, and where the error was the caller's. */
export function serverSpanException(
  { kind, error }: Pick<RequestRecord, 'kind' | 'error'>,
  redactor: Redactor,
): SpanException | undefined {
  if (error === undefined || !isServerError(kind)) return undefined;
  const text = (name: 'message' | 'stack', limit: number): string => {
    const value = isObject(error) ? ownText(error, name) : name === 'message' ? primitiveText(error) : '';
    return bounded(redactor.text(value), limit);
  };
  return {
    type: errorTypeOf(error, redactor),
    message: text('message', MAX_MESSAGE_LENGTH),
    stack: text('stack', MAX_STACK_LENGTH),
  };
}

/** Writes a record to a span of any SDK and ends it: the name, what its kind says, the status, the exception. */
export function endServerSpan(
  span: Span,
  record: RequestRecord,
  statics: Attributes,
  redactor: Redactor,
): void {
  const endTime = record.startTimeMs + record.durationSeconds * 1000;
  if (span.isRecording()) {
    const { kind } = record;
    if (kind.route !== undefined) span.updateName(serverSpanName(kind));
    span.setAttributes(statics);
    // Only the route says which of its segments are secret, and the first time there was none.
    span.setAttribute('url.path' satisfies AttributeName, pathOf(record.safeTarget));
    const exception = serverSpanException(record, redactor);
    if (exception !== undefined) {
      const attributes = {
        'exception.type': exception.type,
        'exception.message': exception.message,
        'exception.stacktrace': exception.stack,
      } satisfies Partial<Record<AttributeName, string>>;
      span.addEvent('exception', attributes, endTime);
    }
    if (isServerError(kind)) {
      span.setStatus(
        exception === undefined || exception.message === ''
          ? { code: SpanStatusCode.ERROR }
          : { code: SpanStatusCode.ERROR, message: exception.message },
      );
    }
  }
  span.end(endTime);
}

function pathOf(url: string): string {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function primitiveText(value: unknown): string {
  return typeof value === 'string' ? value : `${typeof value} was thrown`;
}

/** Runs no getter and no code of the app's; only of an error is the stack read, which is V8's own getter. */
function ownText(error: object, name: 'message' | 'stack'): string {
  const value =
    name === 'stack' && types.isNativeError(error) ? nativeStack(error) : ownData(error, name, true);
  return typeof value === 'string' ? value : '';
}

function nativeStack(error: Error): unknown {
  try {
    return error.stack;
  } catch {
    return undefined;
  }
}

function bounded(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit);
}
