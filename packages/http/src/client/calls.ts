import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  context,
} from '@opentelemetry/api';
import { type AttributeName, labels } from '@sightline/conventions';
import type { Redactor } from '@sightline/redact';
import { errorTypeOf } from '../error-type.ts';
import type { ClientRequestKind, ClientRequestRecord } from '../request-record.ts';
import type { Sinks } from '../sinks.ts';
import type { ClientKinds, HostCell } from './client-kinds.ts';
import type { IgnoreCall, ResolvedHttpClientOptions } from './client-options.ts';

/** One call out, from its start to its end. */
export interface Call {
  readonly span: Span;
  readonly spanContext: SpanContext;
  /** The context that the call was made in. */
  readonly parent: Context;
  /** As the code names it. */
  readonly host: string;
  /** As in labels: one that is not standard is `_OTHER`. */
  readonly method: string;
  readonly cell: HostCell;
  /** A reading of the monotonic clock [ms]. */
  readonly startedAt: number;
  /** Undefined until it is known. */
  port: number | undefined;
  status: number | undefined;
  /** `1.1` or `2`; undefined until it is known. */
  protocolVersion: string | undefined;
  /** What it failed of; undefined as long as it has not. */
  error: unknown;
  isDone: boolean;
}

/** Opens and closes calls, whoever makes them. */
export interface Calls {
  /**
   * Opens the span of a call in the active context.
   *
   * @param port undefined when it is not known yet
   * @param path path and query, or a whole URL as a proxy is asked
   * @returns undefined for a call that is left out: ignored, or made by telemetry itself
   */
  begin(
    method: string,
    scheme: string,
    host: string,
    port: number | undefined,
    path: string,
  ): Call | undefined;
  /** Ends the span and makes the record, once. */
  end(call: Call): void;
}

/** What calls work with. */
export interface CallsSetup {
  readonly tracer: () => Tracer;
  readonly redactor: Redactor;
  readonly kinds: ClientKinds;
  readonly sinks: Sinks<ClientRequestKind, ClientRequestRecord>;
  readonly ignore: ResolvedHttpClientOptions['ignore'];
}

const OTHER = '_OTHER';
const standardMethods: ReadonlySet<string> = new Set(
  labels.http_request_method.values.filter((method) => method !== OTHER),
);
/** The SDK's own calls, such as exports, are made in contexts that have it. Source: `isTracingSuppressed`, @opentelemetry/core */
const suppressTracingKey = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** Longest method and message that are kept [UTF-16 code units]. */
const MAX_METHOD_LENGTH = 64;
const MAX_MESSAGE_LENGTH = 1024;

/** Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span */
const names = {
  method: 'http.request.method',
  methodOriginal: 'http.request.method_original',
  url: 'url.full',
  address: 'server.address',
  port: 'server.port',
  status: 'http.response.status_code',
  error: 'error.type',
  version: 'network.protocol.version',
} as const satisfies Readonly<Record<string, AttributeName>>;

export function createCalls({ tracer, redactor, kinds, sinks, ignore }: CallsSetup): Calls {
  const isIgnored = compileIgnore(ignore);

  function describe(span: Span, method: string, url: string): void {
    span.setAttribute(names.url, redactor.url(url));
    if (!standardMethods.has(method)) {
      span.setAttribute(names.methodOriginal, method.slice(0, MAX_METHOD_LENGTH));
    }
  }

  function finish({ span, status, port, protocolVersion, error }: Call, errorType: string | undefined): void {
    if (!span.isRecording()) return;
    const attributes: Attributes = {};
    if (status !== undefined) attributes[names.status] = status;
    if (protocolVersion !== undefined) attributes[names.version] = protocolVersion;
    if (port !== undefined) attributes[names.port] = port;
    if (errorType !== undefined) {
      attributes[names.error] = errorType;
      const message = error instanceof Error ? error.message.slice(0, MAX_MESSAGE_LENGTH) : '';
      span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(message === '' ? {} : { message: redactor.text(message) }),
      });
    }
    span.setAttributes(attributes);
  }

  return {
    begin(method, scheme, host, port, path) {
      const parent = context.active();
      if (parent.getValue(suppressTracingKey) === true || isIgnored?.(host, path, method) === true) {
        return undefined;
      }
      const known = standardMethods.has(method) ? method : OTHER;
      const attributes: Attributes = { [names.method]: known, [names.address]: host };
      if (port !== undefined) attributes[names.port] = port;
      const span = tracer().startSpan(
        known === OTHER ? 'HTTP' : known,
        { kind: SpanKind.CLIENT, attributes },
        parent,
      );
      if (span.isRecording()) describe(span, method, urlOf(scheme, host, port, path));
      const cell = kinds.host(host);
      cell.active += 1;
      return {
        span,
        spanContext: span.spanContext(),
        parent,
        host,
        method: known,
        cell,
        startedAt: performance.now(),
        port,
        status: undefined,
        protocolVersion: undefined,
        error: undefined,
        isDone: false,
      };
    },
    end(call) {
      if (call.isDone) return;
      call.isDone = true;
      call.cell.active -= 1;
      const { span, spanContext, status } = call;
      const durationSeconds = (performance.now() - call.startedAt) / 1000;
      const errorType = call.error === undefined ? statusError(status) : failureType(call.error, redactor);
      try {
        finish(call, errorType);
        span.end();
      } finally {
        const compiled = kinds.find(call.cell, call.method, status, errorType);
        sinks.tell(compiled, { kind: compiled.kind, durationSeconds, span, spanContext });
      }
    },
  };
}

/** To a caller every answer from 400 up is an error. */
function statusError(status: number | undefined): string | undefined {
  return status !== undefined && status >= 400 ? String(status) : undefined;
}

/** An abort is called the same, whether Node.js or a web API says it. */
function failureType(error: unknown, redactor: Redactor): string {
  if (error instanceof DOMException) return error.name;
  const type = errorTypeOf(error, redactor);
  return type === 'ABORT_ERR' ? 'AbortError' : type;
}

function urlOf(scheme: string, host: string, port: number | undefined, path: string): string {
  if (/^https?:/.test(path)) return path;
  const name = host.includes(':') ? `[${host}]` : host;
  const isDefault = port === undefined || port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${name}${isDefault ? '' : `:${port}`}${path.startsWith('/') ? path : ''}`;
}

function compileIgnore(ignore: ResolvedHttpClientOptions['ignore']): IgnoreCall | undefined {
  if (typeof ignore !== 'function') {
    if (ignore.length === 0) return undefined;
    const hosts = new Set(ignore);
    return (host) => hosts.has(host);
  }
  return (host, path, method) => {
    try {
      return ignore(host, path, method);
    } catch {
      return false;
    }
  };
}
