import { type OtlpSpan, type OtlpValue, longToNumber } from './otlp-schema.ts';

/** A span as it came over OTLP. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at the root. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  /** As OTLP numbers it: 2 is a server, 3 a client. */
  readonly kind: number;
  /** Since 1970 in UTC [ms], with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The spans of one trace, so far. */
export interface Trace {
  readonly id: string;
  readonly spans: readonly ReceivedSpan[];
}

/** Puts spans together to traces, and keeps the newest. */
export interface TraceBook {
  add(service: string, span: OtlpSpan): void;
  /** The newest last. */
  all(): readonly Trace[];
  /** Traces that have got no span for a while, the newest first. */
  settled(): readonly Trace[];
  readonly spans: number;
  /** Traces whose root has come. */
  readonly roots: number;
}

/** A trace without news for so long is complete, as far as one can tell [ms]. */
const SETTLED_MS = 1200;

/** @param kept traces at most; those that began first are forgotten */
export function createTraceBook(kept: number, now: () => number = () => performance.now()): TraceBook {
  const traces = new Map<string, { readonly id: string; readonly spans: ReceivedSpan[]; newsMs: number }>();
  let spans = 0;
  let roots = 0;

  return {
    add(service, otlp) {
      const span = readSpan(service, otlp);
      spans += 1;
      if (span.parentSpanId === '') roots += 1;
      const trace = traces.get(span.traceId) ?? { id: span.traceId, spans: [], newsMs: 0 };
      trace.spans.push(span);
      trace.newsMs = now();
      traces.set(span.traceId, trace);
      const [oldest] = traces.keys();
      if (traces.size > kept && oldest !== undefined) traces.delete(oldest);
    },
    all: () => [...traces.values()],
    settled() {
      const limitMs = now() - SETTLED_MS;
      return [...traces.values()].filter(({ newsMs }) => newsMs <= limitMs).toReversed();
    },
    get spans() {
      return spans;
    },
    get roots() {
      return roots;
    },
  };
}

const ERROR_STATUS = 2;

function readSpan(service: string, span: OtlpSpan): ReceivedSpan {
  const startMs = longToNumber(span.startTimeUnixNano) / 1e6;
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    service,
    name: span.name,
    kind: span.kind,
    startMs,
    durationMs: longToNumber(span.endTimeUnixNano) / 1e6 - startMs,
    isError: span.status?.code === ERROR_STATUS,
    attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, readValue(value)])),
  };
}

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

function readValue(value: OtlpValue | null): unknown {
  if (value === null) return undefined;
  if (value.arrayValue !== null) return value.arrayValue.values.map(readValue);
  if (value.intValue !== null) return longToNumber(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
