import {
  type Context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { forwarded, forwardedAddress } from './forwarded.ts';
import { parseHost } from './host.ts';
import type { MethodCell } from './request-method.ts';
import type { RequestKind, RequestRecord } from './request-record.ts';
import type { RequestState } from './request-state.ts';
import type { CensorTarget } from './safe-target.ts';

/** Where a request comes from, when what it is made of is not needed. */
export interface Connection {
  readonly remoteAddress?: string | undefined;
  /** Of TLS; plain sockets do not have it. */
  readonly encrypted?: boolean;
}

/** Of the options, what a request asks for when its facts are read. */
export interface RequestFacts {
  readonly censorTarget: CensorTarget;
  readonly trustForwarded: boolean;
  readonly clientAddress: boolean;
}

/** The size of a body that is not known, where a number is kept. */
export const UNKNOWN_SIZE = -1;
/** The status of an answer that was made when nobody was there any more to get it. */
export const NOT_SENT = 0;

const NO_KIND: RequestKind = {
  method: '_OTHER',
  route: undefined,
  status: undefined,
  errorType: undefined,
  scheme: 'http',
  protocolVersion: '1.1',
};
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * One request from its arrival to its end: the state that adapters write to, and the record that sinks get.
 *
 * A class, so that every request has the same shape from the start; all that is dear is looked up when it is asked for.
 */
export class ServerRequest implements RequestRecord, RequestState {
  // What adapters write.
  route: string | undefined = undefined;
  mount = '';
  error: unknown = undefined;

  // What sinks read; true at the end.
  kind: RequestKind = NO_KIND;
  span: Span = NO_SPAN;
  spanContext: SpanContext = INVALID_SPAN_CONTEXT;
  kept = false;
  requestId = '';
  aborted = false;
  slow = false;
  durationSeconds = 0;
  requestBodyBytes: number | undefined = undefined;
  responseBodyBytes: number | undefined = undefined;
  readonly startTimeMs: number;
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;

  // What the recorder keeps for itself.
  readonly arrivedAt: number;
  readonly cell: MethodCell;
  readonly connection: Connection | undefined;
  readonly request: IncomingMessage | Http2ServerRequest | undefined;
  response: ServerResponse | undefined = undefined;
  stream: ServerHttp2Stream | undefined = undefined;
  context: Context = ROOT_CONTEXT;
  /** True when a body may follow the headers, so that events of the request come from the parser. */
  hasBody = false;
  /** Bytes of the request's body that were read; `UNKNOWN_SIZE` when they cannot be counted. */
  readBytes = 0;
  /** As it left: an app may set another one later, as handlers of errors do in the middle of an answer. Of HTTP/1. */
  sentStatus: number | undefined = undefined;
  /** Bytes of the response's body that were written after the headers. */
  writtenBytes = 0;
  isDone = false;
  #safeTarget: string | undefined = undefined;
  /** The route that it was censored for. */
  #safeRoute: string | undefined = undefined;
  /** The options of the recorder that it belongs to, and so the recorder. */
  readonly facts: RequestFacts;

  constructor(
    facts: RequestFacts,
    cell: MethodCell,
    arrivedAt: number,
    startTimeMs: number,
    method: string,
    target: string,
    headers: IncomingHttpHeaders,
    connection: Connection | undefined,
    request: IncomingMessage | Http2ServerRequest | undefined,
  ) {
    this.facts = facts;
    this.cell = cell;
    this.arrivedAt = arrivedAt;
    this.startTimeMs = startTimeMs;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.connection = connection;
    this.request = request;
  }

  get safeTarget(): string {
    // Not that of the kind: past the bound of kinds it no longer says which segments are secret.
    const { route } = this;
    if (this.#safeTarget === undefined || this.#safeRoute !== route) {
      this.#safeTarget = this.facts.censorTarget(this.target, route);
      this.#safeRoute = route;
    }
    return this.#safeTarget;
  }

  get scheme(): 'http' | 'https' {
    const said = this.facts.trustForwarded ? forwarded(this.headers, 'proto')?.toLowerCase() : undefined;
    // Of a WebSocket, some proxies say that it is one.
    if (said === 'http' || said === 'ws') return 'http';
    if (said === 'https' || said === 'wss') return 'https';
    return this.connection?.encrypted === true ? 'https' : 'http';
  }

  /** `1.0`, `1.1` or `2`. */
  get protocolVersion(): string {
    if (this.stream !== undefined) return '2';
    return this.request?.httpVersionMinor === 0 ? '1.0' : '1.1';
  }

  get peerAddress(): string | undefined {
    return this.connection?.remoteAddress;
  }

  get clientAddress(): string | undefined {
    if (!this.facts.clientAddress) return undefined;
    return (this.facts.trustForwarded ? forwardedAddress(this.headers) : undefined) ?? this.peerAddress;
  }

  get serverAddress(): string | undefined {
    return parseHost(this.#host()).address;
  }

  get serverPort(): number | undefined {
    return parseHost(this.#host()).port;
  }

  #host(): string | undefined {
    const said = this.facts.trustForwarded ? forwarded(this.headers, 'host') : undefined;
    const authority = this.headers[':authority'];
    return said ?? (typeof authority === 'string' ? authority : this.headers.host);
  }
}
