import type { Attributes, AttributeValue, Span } from '@sightline/query/traceql';
import { byResource, byScope } from '../../packages/query/test/traceql/request-order.ts';

/** Spans as a request of OTLP over HTTP in JSON; those of one resource and one scope together. */
export function otlpJson(spans: readonly Span[]): object {
  return {
    resourceSpans: byResource(spans).map(([resource, own]) => ({
      resource: { attributes: keyValues(resource.attributes) },
      scopeSpans: byScope(own).map(([scope, ofScope]) => ({
        scope: { name: scope.name, version: scope.version, attributes: keyValues(scope.attributes) },
        spans: ofScope.map(otlpSpan),
      })),
    })),
  };
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses = ['unset', 'ok', 'error'];

function otlpSpan(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    name: span.name,
    kind: kinds.indexOf(span.kind),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ name, timeNs, attributes }) => ({
      name,
      timeUnixNano: String(timeNs),
      attributes: keyValues(attributes),
    })),
    links: span.links.map(({ attributes, ...ids }) => ({ ...ids, attributes: keyValues(attributes) })),
    status: { code: statuses.indexOf(span.status), message: span.statusMessage },
  };
}

function keyValues(attributes: Attributes): readonly object[] {
  return [...attributes].map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  throw new TypeError('no sample has such a value');
}
