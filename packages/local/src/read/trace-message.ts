import type {
  Attributes,
  AttributeValue,
  InstrumentationScope,
  Resource,
  Span,
  SpanKind,
  SpanStatus,
  Trace,
} from '@sightline/query/traceql';
import type { AnyValue, KeyValue, OtlpSpan } from '../wire/otlp-messages.ts';

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/** A trace as OTLP's messages have it, its spans written already. */
export interface TraceMessage<Written> {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly scope: {
        readonly name: string;
        readonly version: string;
        readonly attributes: readonly KeyValue[];
      };
      readonly spans: readonly Written[];
    }[];
  }[];
}

/** Writes a trace, one span a step: there may be tens of thousands. */
export function* traceMessage<Written>(
  { spans }: Trace,
  write: (span: OtlpSpan) => Written,
): Generator<undefined, TraceMessage<Written>> {
  const written = new Map<Resource, Map<InstrumentationScope, Written[]>>();
  for (const span of spans) {
    let scopes = written.get(span.resource);
    if (scopes === undefined) written.set(span.resource, (scopes = new Map()));
    const own = scopes.get(span.scope);
    const one = write(spanMessage(span));
    if (own === undefined) scopes.set(span.scope, [one]);
    else own.push(one);
    yield;
  }
  return {
    resourceSpans: Array.from(written, ([resource, scopes]) => ({
      resource: { attributes: pairsOf(resource.attributes) },
      scopeSpans: Array.from(scopes, ([{ name, version, attributes }, own]) => ({
        scope: { name, version, attributes: pairsOf(attributes) },
        spans: own,
      })),
    })),
  };
}

function spanMessage(span: Span): OtlpSpan {
  const { traceId, spanId, parentSpanId, traceState, name, kind, status, statusMessage } = span;
  return {
    traceId,
    spanId,
    ...(traceState !== '' && { traceState }),
    ...(parentSpanId !== '' && { parentSpanId }),
    name,
    kind: kinds.indexOf(kind),
    startTimeUnixNano: span.startNs,
    endTimeUnixNano: span.startNs + span.durationNs,
    attributes: pairsOf(span.attributes),
    events: span.events.map((event) => ({
      timeUnixNano: event.timeNs,
      name: event.name,
      attributes: pairsOf(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      ...(link.traceState !== '' && { traceState: link.traceState }),
      attributes: pairsOf(link.attributes),
    })),
    status: { ...(statusMessage !== '' && { message: statusMessage }), code: statuses.indexOf(status) },
  };
}

function pairsOf(attributes: Attributes): readonly KeyValue[] {
  return Array.from(attributes, ([key, value]) => ({ key, value: valueMessage(value) }));
}

function valueMessage(value: AttributeValue): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'bigint':
      return { intValue: value };
    case 'number':
      return { doubleValue: value };
    case 'boolean':
      return { boolValue: value };
    default:
  }
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(valueMessage) } };
  return {
    kvlistValue: { values: Object.entries(value).map(([key, each]) => ({ key, value: valueMessage(each) })) },
  };
}

function isList(
  value: readonly AttributeValue[] | { readonly [key: string]: AttributeValue },
): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
