import type { InstrumentationScope, Resource, Span, SpanKind, SpanStatus } from '@sightline/query/traceql';
import type { OtlpScope, OtlpSpan, OtlpTraces } from '../../wire/otlp-messages.ts';
import { readNow } from '../../wire/read-protobuf.ts';
import { attributesOf } from './attributes.ts';

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/;

const kinds: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/** What of an export is not kept. */
interface ReadSpans {
  /** Spans without a valid id or with times that cannot be. */
  readonly rejected: number;
  /** What was wrong with the first of them. */
  readonly reason: string | undefined;
}

/** Hands on the spans of an export, one a step, each with the resource and the scope that it came under. */
export function* readSpans(request: OtlpTraces, take: (span: Span) => void): Generator<undefined, ReadSpans> {
  let rejected = 0;
  let reason: string | undefined;
  for (const { resource, scopeSpans } of request.resourceSpans ?? []) {
    const from: Resource = { attributes: attributesOf(resource?.attributes) };
    for (const { scope, spans: given } of scopeSpans ?? []) {
      const by = readScope(scope);
      for (const each of given ?? []) {
        const span = readNow(each);
        const fault = faultOf(span);
        if (fault === undefined) take(readSpan(span, from, by));
        else {
          rejected += 1;
          reason ??= fault;
        }
        yield;
      }
    }
  }
  return { rejected, reason };
}

function faultOf({
  traceId,
  spanId,
  parentSpanId,
  startTimeUnixNano,
  endTimeUnixNano,
}: OtlpSpan): string | undefined {
  if (!TRACE_ID.test(traceId ?? '')) return 'a trace id that is not 16 bytes, or all zero';
  if (!SPAN_ID.test(spanId ?? '')) return 'a span id that is not 8 bytes, or all zero';
  if (parentSpanId !== undefined && !/^(?:[\da-f]{16})?$/.test(parentSpanId))
    return "a parent's id that is not 8 bytes";
  if ((startTimeUnixNano ?? 0n) === 0n || endTimeUnixNano === undefined)
    return 'a span without its start or end';
  return undefined;
}

function readScope(scope: OtlpScope | undefined): InstrumentationScope {
  return {
    name: scope?.name ?? '',
    version: scope?.version ?? '',
    attributes: attributesOf(scope?.attributes),
  };
}

/** @param span one without a fault: its ids and times are there */
function readSpan(span: OtlpSpan, resource: Resource, scope: InstrumentationScope): Span {
  const startNs = span.startTimeUnixNano!;
  const endNs = span.endTimeUnixNano!;
  const parentSpanId = span.parentSpanId ?? '';
  return {
    traceId: span.traceId!,
    spanId: span.spanId!,
    parentSpanId: SPAN_ID.test(parentSpanId) ? parentSpanId : '',
    traceState: span.traceState ?? '',
    name: span.name ?? '',
    kind: kinds[span.kind ?? 0] ?? 'unspecified',
    status: statuses[span.status?.code ?? 0] ?? 'unset',
    statusMessage: span.status?.message ?? '',
    startNs,
    // A clock that was set back in between: no span lasts less than no time.
    durationNs: endNs > startNs ? endNs - startNs : 0n,
    resource,
    scope,
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map(({ name, timeUnixNano, attributes }) => ({
      name: name ?? '',
      timeNs: timeUnixNano ?? startNs,
      attributes: attributesOf(attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId, traceState, attributes }) => ({
      traceId: traceId ?? '',
      spanId: spanId ?? '',
      traceState: traceState ?? '',
      attributes: attributesOf(attributes),
    })),
  };
}
