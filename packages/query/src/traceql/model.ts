/**
 * A value as OTLP has it: a `bigint` is an int, a `number` a double. Maps and bytes can be kept and are not searched,
 * as in Tempo.
 */
export type AttributeValue =
  | string
  | bigint
  | number
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Attributes by key. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanStatus = 'unset' | 'ok' | 'error';

/** Who made spans; one object for all spans of it. */
export interface Resource {
  readonly attributes: Attributes;
}

/** The library that made spans; one object for all spans of it. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

export interface SpanEvent {
  readonly name: string;
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  readonly attributes: Attributes;
}

export interface SpanLink {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** W3C tracestate of the other trace, "" when there is none. */
  readonly traceState: string;
  readonly attributes: Attributes;
}

export interface Span {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  /** 16 hexadecimal digits, lower case. */
  readonly spanId: string;
  /** 16 hexadecimal digits, or "" of a root. */
  readonly parentSpanId: string;
  /** W3C tracestate, "" when there is none; `ot=th:…` tells how many spans stand behind this one. */
  readonly traceState: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** Since 1970 [ns]. */
  readonly startNs: bigint;
  /** [ns] */
  readonly durationNs: bigint;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** All that is known of a trace, in the order in which it came. */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}
