/** A trace as Tempo has it in JSON (that of protobuf: ids in base64), or OTLP (ids in hex); both are read. */
export interface WireTrace {
  readonly resourceSpans?: readonly WireResourceSpans[];
  /** As older answers call `resourceSpans`. */
  readonly batches?: readonly WireResourceSpans[];
}

interface WireResourceSpans {
  readonly resource?: { readonly attributes?: readonly WireAttribute[] };
  readonly scopeSpans?: readonly {
    readonly scope?: { readonly name?: string; readonly version?: string };
    readonly spans?: readonly WireSpan[];
  }[];
}

interface WireSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: string | number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly attributes?: readonly WireAttribute[];
  readonly events?: readonly {
    readonly name?: string;
    readonly timeUnixNano?: string | number;
    readonly attributes?: readonly WireAttribute[];
  }[];
  readonly links?: readonly {
    readonly traceId?: string;
    readonly spanId?: string;
    readonly attributes?: readonly WireAttribute[];
  }[];
  readonly status?: { readonly code?: string | number; readonly message?: string };
}

interface WireAttribute {
  readonly key: string;
  readonly value?: WireValue;
}

export interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly WireValue[] };
  readonly kvlistValue?: { readonly values?: readonly WireAttribute[] };
  readonly bytesValue?: string;
}

export interface Attribute {
  readonly key: string;
  /** As it is read; lists and maps as JSON. */
  readonly text: string;
  /** How a query has to write it; lists and the like cannot be asked for. */
  readonly type: 'string' | 'number' | 'boolean' | 'other';
}

type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
type SpanStatus = 'unset' | 'ok' | 'error';

interface SpanEvent {
  readonly name: string;
  /** From the start of the trace [ms]. */
  readonly atMs: number;
  readonly attributes: readonly Attribute[];
}

interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export interface TraceSpan {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** '' of a root. */
  readonly parentId: string;
  readonly name: string;
  readonly service: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** From the start of the trace [ms]. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: string;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export interface Trace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Since 1970 [ms], with what is below a millisecond. */
  readonly startMs: number;
  /** In the order in which the server gave them. */
  readonly spans: readonly TraceSpan[];
}

const KINDS: readonly SpanKind[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES: readonly SpanStatus[] = ['unset', 'ok', 'error'];
const NANOSECONDS_IN_MS = 1e6;

/**
 * Reads a trace.
 *
 * Times become milliseconds from the first span's start, which keeps every nanosecond that a number can hold.
 *
 * @param id what was asked for, in hexadecimal digits
 */
export function readTrace(id: string, wire: WireTrace): Trace {
  const found = (wire.resourceSpans ?? wire.batches ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const attributes = readAttributes(resource?.attributes);
    const service = attributes.find(({ key }) => key === 'service.name')?.text ?? '';
    return scopeSpans.flatMap(({ scope, spans = [] }) => {
      const scopeName = [scope?.name, scope?.version].filter((part) => part !== undefined && part !== '');
      return spans.map((span) => ({ span, service, resource: attributes, scope: scopeName.join(' ') }));
    });
  });
  const startNs = found.reduce<bigint | undefined>((first, { span }) => {
    const own = nanosecondsOf(span.startTimeUnixNano);
    return first === undefined || own < first ? own : first;
  }, undefined);
  const zeroNs = startNs ?? 0n;
  return {
    id: paddedTraceId(id),
    startMs: Number(zeroNs / 1000n) / 1000,
    spans: found.map(({ span, ...rest }) => Object.assign(readSpan(span, zeroNs), rest)),
  };
}

function readSpan(span: WireSpan, zeroNs: bigint): Omit<TraceSpan, 'service' | 'resource' | 'scope'> {
  const startNs = nanosecondsOf(span.startTimeUnixNano);
  const endNs = nanosecondsOf(span.endTimeUnixNano);
  return {
    id: hexOf(span.spanId, 16),
    parentId: /^(?:0*|A*=*)$/.test(span.parentSpanId ?? '') ? '' : hexOf(span.parentSpanId, 16),
    name: span.name ?? '',
    kind: enumOf(span.kind, KINDS, 'SPAN_KIND_'),
    status: enumOf(span.status?.code, STATUSES, 'STATUS_CODE_'),
    statusMessage: span.status?.message ?? '',
    startMs: msBetween(zeroNs, startNs),
    // An end before the start is a fault of the sender; a bar of negative length helps nobody.
    durationMs: Math.max(0, msBetween(startNs, endNs)),
    attributes: readAttributes(span.attributes),
    events: (span.events ?? [])
      .map(({ name = '', timeUnixNano, attributes }) => ({
        name,
        atMs: msBetween(zeroNs, nanosecondsOf(timeUnixNano)),
        attributes: readAttributes(attributes),
      }))
      .toSorted((one, other) => one.atMs - other.atMs),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId: hexOf(traceId, 32),
      spanId: hexOf(spanId, 16),
      attributes: readAttributes(attributes),
    })),
  };
}

const msBetween = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / NANOSECONDS_IN_MS;

function nanosecondsOf(value: string | number | undefined): bigint {
  try {
    return BigInt(value ?? 0);
  } catch {
    return 0n;
  }
}

function enumOf<Name extends string>(
  value: string | number | undefined,
  names: readonly Name[],
  prefix: string,
): Name {
  const first = names[0] as Name;
  if (typeof value === 'number') return names[value] ?? first;
  const name = value?.slice(prefix.length).toLowerCase();
  return names.find((each) => each === name) ?? first;
}

/** Hexadecimal digits of an id in base64, or in hex already. */
function hexOf(id: string | undefined, digits: number): string {
  if (id === undefined || id === '') return '';
  if (id.length === digits && /^[\da-f]+$/i.test(id)) return id.toLowerCase();
  try {
    return Array.from(atob(id), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(
      '',
    );
  } catch {
    return id;
  }
}

/** The 32 digits of an id, of which Tempo leaves out zeros in front. */
export function paddedTraceId(id: string): string {
  return id.toLowerCase().padStart(32, '0');
}

export function readAttributes(attributes: readonly WireAttribute[] = []): readonly Attribute[] {
  return attributes.map(({ key, value }) => ({ key, ...readValue(value ?? {}) }));
}

function readValue(value: WireValue): Pick<Attribute, 'text' | 'type'> {
  if (value.stringValue !== undefined) return { text: value.stringValue, type: 'string' };
  if (value.intValue !== undefined) return { text: String(value.intValue), type: 'number' };
  if (value.doubleValue !== undefined) return { text: String(value.doubleValue), type: 'number' };
  if (value.boolValue !== undefined) return { text: String(value.boolValue), type: 'boolean' };
  return { text: JSON.stringify(plain(value)), type: 'other' };
}

function plain(value: WireValue): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue !== undefined)
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map((each) => [each.key, plain(each.value ?? {})]),
    );
  return (
    value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue ?? null
  );
}
