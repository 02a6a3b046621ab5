import type { IncomingHttpHeaders } from 'node:http';
import type { Span, SpanContext } from '@opentelemetry/api';

/**
 * What requests have in common that sinks compile something for: a label set, the constant part of a line or of a span.
 * One object for each combination that has been seen, bounded in number.
 */
export interface RequestKind {
  /** `GET`; one that is not standard is `_OTHER`. */
  readonly method: string;
  /** The route template, such as `/api/:tenant/orders/:id`; undefined when no route matched. Never a path. */
  readonly route: string | undefined;
  /** Undefined when nothing was answered. */
  readonly status: number | undefined;
  /**
   * The code or class of the error, or the status as text from 500 up, or `aborted` when the connection ended before
   * anything was answered; undefined without an error, and for what was answered with 400 to 499. Never a message.
   */
  readonly errorType: string | undefined;
  readonly scheme: 'http' | 'https';
  /** `1.0`, `1.1` or `2`. */
  readonly protocolVersion: string;
}

/** One request that came in, observed once, at its end. Valid during the call of a sink; copy what is to be kept. */
export interface RequestRecord {
  readonly kind: RequestKind;
  /** When it came in [ms since 1970 in UTC, with fractions]. */
  readonly startTimeMs: number;
  /** From its arrival to the end of the response, or to the abort [s]. */
  readonly durationSeconds: number;
  readonly span: Span;
  readonly spanContext: SpanContext;
  /** True when the trace is exported: sampled at its head, or kept because of an error or slowness. */
  readonly kept: boolean;
  /** The id that it came with, or got. */
  readonly requestId: string;
  /** The method as it was sent. */
  readonly method: string;
  /** Path and query as they were sent: not censored. */
  readonly target: string;
  /** Path and query with secrets censored, also those under a secret name in the template of the route. */
  readonly safeTarget: string;
  /** As they were sent: not censored. */
  readonly headers: IncomingHttpHeaders;
  /** The address of the peer, not of whom proxies name; looked up when it is read. */
  readonly peerAddress: string | undefined;
  /** The address of the caller, as proxies name it where they are trusted; undefined unless the option asks for it. */
  readonly clientAddress: string | undefined;
  /** The host that was called, from the Host header; undefined when there is none or it is no host. */
  readonly serverAddress: string | undefined;
  /** The port of the Host header; undefined when it names none. */
  readonly serverPort: number | undefined;
  /** Size of the body as transferred [bytes]; undefined when it is not known. */
  readonly requestBodyBytes: number | undefined;
  /** Size of the body as transferred [bytes]; undefined when it is not known. */
  readonly responseBodyBytes: number | undefined;
  /** What the handler threw or passed on; undefined without. Not censored. */
  readonly error: unknown;
  /** True when the connection ended before the response did. */
  readonly aborted: boolean;
  /** True when it took longer than the threshold of its route. */
  readonly slow: boolean;
}

/** Takes records: metrics, log lines and spans are such sinks, and so is a plug-in's. */
export interface RequestSink {
  /**
   * Called once for each kind; what it returns is called for each request of the kind.
   * Neither may throw; what they throw is counted and told once.
   */
  prepare(kind: RequestKind): (record: RequestRecord) => void;
}

/** What calls out have in common. */
export interface ClientRequestKind {
  /** `GET`; one that is not standard is `_OTHER`. */
  readonly method: string;
  /** The host as the code names it; an IP address is `_OTHER`. */
  readonly serverAddress: string;
  readonly status: number | undefined;
  /** The class or code of the failure, or the status as text from 400 up; undefined without an error. */
  readonly errorType: string | undefined;
}

/** One call out, observed once, at its end. */
export interface ClientRequestRecord {
  readonly kind: ClientRequestKind;
  /** From the call to the end of the response, or to the failure [s]. */
  readonly durationSeconds: number;
  readonly span: Span;
  readonly spanContext: SpanContext;
}

/** Takes records of calls out. */
export interface ClientRequestSink {
  prepare(kind: ClientRequestKind): (record: ClientRequestRecord) => void;
}

/**
 * A span that knows what to do with a whole record: it compiles what a kind has in common, and ends itself.
 * One that does not, such as the SDK's, gets attributes and `end()` as usual.
 */
export interface RecordingServerSpan extends Span {
  /**
   * Takes name, attributes, status, exception and end from the record.
   *
   * @returns whether the trace is exported
   */
  endRequest(record: Omit<RequestRecord, 'kept'>): boolean;
}
