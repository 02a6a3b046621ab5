import type { Attributes, AttributeValue, Span, SpanKind, SpanStatus, Trace } from '@sightline/query/traceql';
import type { AnyValue, KeyValue, OtlpSpan } from '../wire/otlp-messages.ts';

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/** A trace as OTLP's messages have it, for `writeProtobuf` and for the JSON of Tempo. */
export interface TraceMessage {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly scope: {
        readonly name: string;
        readonly version: string;
        readonly attributes: readonly KeyValue[];
      };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

export function traceMessage({ spans }: Trace): TraceMessage {
  const byResource = Map.groupBy(spans, ({ resource }) => resource);
  return {
    resourceSpans: Array.from(byResource, ([resource, own]) => ({
      resource: { attributes: pairsOf(resource.attributes) },
      scopeSpans: Array.from(
        Map.groupBy(own, ({ scope }) => scope),
        ([{ name, version, attributes }, those]) => ({
          scope: { name, version, attributes: pairsOf(attributes) },
          spans: those.map(spanMessage),
        }),
      ),
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
