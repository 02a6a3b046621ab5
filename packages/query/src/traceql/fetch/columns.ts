import type { InstrumentationScope, Resource, Span, SpanEvent, SpanLink } from '../model.ts';
import type { Intrinsic } from '../syntax/ast.ts';
import { nestedOf } from './span-view.ts';
import type { SpanView } from './span-view.ts';
import type { TraceFacts } from '../trace/trace-facts.ts';
import { duration, int, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';

/** What every record of a kind has. */
export interface Column<Source> {
  readonly type: 'string' | 'number' | 'span-id' | 'trace-id' | 'enum';
  readonly of: (source: Source) => Static;
}

export type Columns<Source> = Readonly<Partial<Record<Intrinsic, Column<Source>>>>;

/** A span, and where it stands in its trace. */
export type SpanSource = Pick<SpanView, 'span' | 'facts' | 'index'>;

export const spanColumns: Columns<SpanSource> = {
  'span:id': { type: 'span-id', of: ({ span }) => string(span.spanId) },
  'span:parentID': { type: 'span-id', of: ({ span }) => string(span.parentSpanId.padStart(16, '0')) },
  name: { type: 'string', of: ({ span }) => string(span.name) },
  kind: { type: 'enum', of: ({ span }) => ({ type: 'kind', value: span.kind }) },
  duration: { type: 'number', of: ({ span }) => duration(span.durationNs) },
  status: { type: 'enum', of: ({ span }) => ({ type: 'status', value: span.status }) },
  statusMessage: { type: 'string', of: ({ span }) => string(span.statusMessage) },
  'span:childCount': { type: 'number', of: (view) => int(BigInt(nestedOf(view).childCount)) },
  nestedSetLeft: { type: 'number', of: (view) => int(BigInt(nestedOf(view).left)) },
  nestedSetRight: { type: 'number', of: (view) => int(BigInt(nestedOf(view).right)) },
  nestedSetParent: { type: 'number', of: (view) => int(BigInt(nestedOf(view).parent)) },
};

/** What `compare()` looks at. */
export const comparedSpanColumns: readonly Intrinsic[] = [
  'name',
  'status',
  'statusMessage',
  'duration',
  'kind',
  'span:childCount',
];

const withoutZeros = (id: string): Static => string(id.replace(/^0+/, ''));

export const traceColumns: Columns<TraceFacts> = {
  'trace:id': { type: 'trace-id', of: ({ traceId }) => withoutZeros(traceId) },
  traceDuration: { type: 'number', of: ({ startNs, endNs }) => duration(endNs - startNs) },
  rootName: { type: 'string', of: ({ rootName }) => string(rootName) },
  rootServiceName: { type: 'string', of: ({ rootServiceName }) => string(rootServiceName) },
};

export interface EventSource {
  readonly event: SpanEvent;
  readonly span: Span;
}

export const eventColumns: Columns<EventSource> = {
  'event:name': { type: 'string', of: ({ event }) => string(event.name) },
  'event:timeSinceStart': { type: 'number', of: ({ event, span }) => duration(event.timeNs - span.startNs) },
};

export const linkColumns: Columns<SpanLink> = {
  'link:traceID': { type: 'trace-id', of: ({ traceId }) => withoutZeros(traceId) },
  'link:spanID': { type: 'span-id', of: ({ spanId }) => string(spanId.padStart(16, '0')) },
};

export const scopeColumns: Columns<InstrumentationScope> = {
  'instrumentation:name': { type: 'string', of: ({ name }) => string(name) },
  'instrumentation:version': { type: 'string', of: ({ version }) => string(version) },
};

/** The one attribute of a resource that always is there. */
export const serviceColumn: Column<Resource> = {
  type: 'string',
  of({ attributes }) {
    const name = attributes.get('service.name');
    return string(typeof name === 'string' ? name : '');
  },
};
