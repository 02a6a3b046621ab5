import type { Span, Trace } from '../model.ts';
import { inOrder } from './canonical-order.ts';
import { nestedSets } from './nested-sets.ts';
import type { NestedSet } from './nested-sets.ts';

/** Spans of one service in a trace. */
interface ServiceStats {
  readonly spanCount: number;
  readonly errorCount: number;
}

/** What is computed of a trace once. */
export interface TraceFacts {
  readonly traceId: string;
  /** As Tempo orders them. */
  readonly spans: readonly Span[];
  /** Since 1970 [ns]: the first start and the last end. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** "" while no root is known. */
  readonly rootName: string;
  readonly rootServiceName: string;
  readonly serviceStats: ReadonlyMap<string, ServiceStats>;
  /** Where each span stands in the tree, by its place in `spans`; computed when first asked for. */
  readonly nested: () => readonly NestedSet[];
}

const known = new WeakMap<Trace, TraceFacts>();

export function factsOf(trace: Trace): TraceFacts {
  const facts = known.get(trace) ?? compute(trace);
  known.set(trace, facts);
  return facts;
}

function compute(trace: Trace): TraceFacts {
  const spans = inOrder(trace.spans);
  let startNs: bigint | undefined;
  let endNs = 0n;
  let root: Span | undefined;
  const services = new Map<string, { spanCount: number; errorCount: number }>();
  for (const span of spans) {
    if (startNs === undefined || span.startNs < startNs) startNs = span.startNs;
    const spanEndNs = span.startNs + span.durationNs;
    if (spanEndNs > endNs) endNs = spanEndNs;
    // Of several roots the last one counts, as in Tempo.
    if (span.parentSpanId === '' && !isChildByLink(span)) root = span;
    const service = serviceOf(span);
    const stats = services.get(service) ?? { spanCount: 0, errorCount: 0 };
    stats.spanCount += 1;
    if (span.status === 'error') stats.errorCount += 1;
    services.set(service, stats);
  }
  let nested: readonly NestedSet[] | undefined;
  return {
    traceId: trace.traceId,
    spans,
    startNs: startNs ?? 0n,
    endNs,
    rootName: root?.name ?? '',
    rootServiceName: root === undefined ? '' : serviceOf(root),
    serviceStats: services,
    nested: () => (nested ??= nestedSets(spans)),
  };
}

/** The service of a span, "" when its resource names none. */
function serviceOf({ resource }: Span): string {
  const name = resource.attributes.get('service.name');
  return typeof name === 'string' ? name : '';
}

/** OpenTracing says with a link whose child a span is. */
function isChildByLink({ traceId, links }: Span): boolean {
  return links.some(
    (link) => link.traceId === traceId && link.attributes.get('opentracing.ref_type') === 'child_of',
  );
}
