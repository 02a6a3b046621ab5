import { allEntries } from './fetch/span-view.ts';
import type { SpanView } from './fetch/span-view.ts';
import { anyValueOf } from './run/any-value.ts';
import type { KeyValue } from './run/any-value.ts';
import type { Spanset } from './evaluate/spanset.ts';
import type { Intrinsic } from './syntax/ast.ts';
import type { TraceFacts } from './trace/trace-facts.ts';
import { encode } from './value/encode.ts';

/** A span of a search, as the API has it. */
export interface SpanSearchResult {
  readonly spanID: string;
  /** When the query reads it. */
  readonly name?: string;
  /** [ns] in decimal digits */
  readonly startTimeUnixNano: string;
  /** [ns] in decimal digits */
  readonly durationNanos: string;
  /** What the query read of the span. */
  readonly attributes?: readonly KeyValue[];
}

export interface SpansetSearchResult {
  readonly spans: readonly SpanSearchResult[];
  /** How many spans match; more than are shown. */
  readonly matched: number;
  /** What `by()` and aggregates gave. */
  readonly attributes?: readonly KeyValue[];
}

export interface TraceSearchResult {
  /** 32 hexadecimal digits without zeros in front, as Tempo has it. */
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  /** [ns] in decimal digits */
  readonly startTimeUnixNano: string;
  readonly durationMs?: number;
  /** The first of `spanSets`, for readers of old. */
  readonly spanSet: SpansetSearchResult;
  readonly spanSets: readonly SpansetSearchResult[];
  readonly serviceStats: Readonly<
    Record<string, { readonly spanCount: number; readonly errorCount?: number }>
  >;
}

/** A spanset as it is shown: the first of its spans, and how many there are. */
export interface ShownSpanset {
  readonly spanset: Spanset;
  readonly matched: number;
}

/** What stands for the service of a root that is not there yet. */
const rootNotReceived = '<root span not yet received>';
const nanosecondsInMillisecond = 1_000_000n;

/** A trace with its spansets; there is at least one. */
export function traceResult(facts: TraceFacts, shown: readonly ShownSpanset[]): TraceSearchResult {
  const spanSets = shown.map(spansetResult);
  const durationMs = Number((facts.endNs - facts.startNs) / nanosecondsInMillisecond);
  return {
    traceID: facts.traceId.replace(/^0+/, ''),
    rootServiceName: facts.rootServiceName === '' ? rootNotReceived : facts.rootServiceName,
    ...(facts.rootName === '' ? {} : { rootTraceName: facts.rootName }),
    startTimeUnixNano: String(facts.startNs),
    ...(durationMs === 0 ? {} : { durationMs }),
    spanSet: spanSets[0] as SpansetSearchResult,
    spanSets,
    serviceStats: Object.fromEntries(
      [...facts.serviceStats].map(([service, { spanCount, errorCount }]) => [
        service,
        { spanCount, ...(errorCount === 0 ? {} : { errorCount }) },
      ]),
    ),
  };
}

function spansetResult({ spanset, matched }: ShownSpanset): SpansetSearchResult {
  const attributes = spanset.attributes.map(({ name, value }) => ({ key: name, value: anyValueOf(value) }));
  return {
    spans: spanset.spans.map(spanResult),
    matched,
    ...(attributes.length > 0 ? { attributes } : {}),
  };
}

/** What has a place of its own in the answer, or is of the trace. */
const elsewhere: ReadonlySet<Intrinsic | undefined> = new Set<Intrinsic>([
  'name',
  'duration',
  'traceDuration',
  'rootServiceName',
  'rootName',
  'trace:id',
  'span:id',
]);

function spanResult(view: SpanView): SpanSearchResult {
  const entries = allEntries(view);
  const name = entries.find(({ attribute }) => attribute.intrinsic === 'name');
  const attributes = entries
    .filter(({ attribute: { intrinsic } }) => intrinsic === undefined || !elsewhere.has(intrinsic))
    .map(({ attribute, value }) => ({ key: attribute.name, value: anyValueOf(value) }));
  const { span } = view;
  return {
    spanID: span.spanId,
    ...(name === undefined ? {} : { name: encode(name.value) }),
    startTimeUnixNano: String(span.startNs),
    durationNanos: String(span.durationNs),
    ...(attributes.length > 0 ? { attributes } : {}),
  };
}
