import root from 'otlp-schema/build/src/generated/root.js';

/** A value of an attribute; integers come as numbers, bytes as buffers. */
type DecodedValue =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly DecodedValue[]
  | { readonly [key: string]: DecodedValue };

type DecodedAttributes = Readonly<Record<string, DecodedValue>>;

interface DecodedScope {
  readonly name: string;
  readonly version: string;
}

export interface DecodedSpan {
  /** Hexadecimal. */
  readonly traceId: string;
  /** Hexadecimal. */
  readonly spanId: string;
  /** Hexadecimal; empty for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  /** As in OTLP: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: DecodedAttributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly {
    readonly name: string;
    readonly timeUnixNano: bigint;
    readonly attributes: DecodedAttributes;
    readonly droppedAttributesCount: number;
  }[];
  readonly droppedEventsCount: number;
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly flags: number;
    readonly attributes: DecodedAttributes;
    readonly droppedAttributesCount: number;
  }[];
  readonly droppedLinksCount: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly scope: DecodedScope;
  readonly resource: DecodedAttributes;
}

interface DecodedExemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  readonly timeUnixNano: bigint;
}

interface DecodedPoint {
  readonly attributes: DecodedAttributes;
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  /** Sums and gauges. */
  readonly value?: number;
  /** Histograms. */
  readonly count?: number;
  readonly sum?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
  /** Summaries: each quantile with its value. */
  readonly quantiles?: readonly (readonly [number, number])[];
  readonly exemplars: readonly DecodedExemplar[];
}

export interface DecodedMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram' | 'summary';
  readonly isMonotonic?: boolean;
  /** 1 delta, 2 cumulative. */
  readonly aggregationTemporality?: number;
  readonly points: readonly DecodedPoint[];
  readonly scope: DecodedScope;
  readonly resource: DecodedAttributes;
}

export interface DecodedLog {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: DecodedValue;
  readonly attributes: DecodedAttributes;
  readonly droppedAttributesCount: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly scope: DecodedScope;
  readonly resource: DecodedAttributes;
}

export interface DecodedRequest {
  readonly spans: DecodedSpan[];
  readonly metrics: DecodedMetric[];
  readonly logs: DecodedLog[];
}

/** Whatever a decoded message holds. */
// oxlint-disable-next-line typescript/no-explicit-any -- generated code without types
type Message = any;

interface Codec {
  decode(bytes: Uint8Array): Message;
  encode(message: object): { finish(): Uint8Array };
  fromObject(message: object): object;
}

// oxlint-disable-next-line typescript/no-unsafe-assignment -- generated code without types
const proto = (root as Message).opentelemetry.proto;

const SIGNALS: Readonly<Record<string, { request: Codec; response: Codec; rejected: string }>> = {
  '/v1/traces': {
    request: proto.collector.trace.v1.ExportTraceServiceRequest,
    response: proto.collector.trace.v1.ExportTraceServiceResponse,
    rejected: 'rejectedSpans',
  },
  '/v1/metrics': {
    request: proto.collector.metrics.v1.ExportMetricsServiceRequest,
    response: proto.collector.metrics.v1.ExportMetricsServiceResponse,
    rejected: 'rejectedDataPoints',
  },
  '/v1/logs': {
    request: proto.collector.logs.v1.ExportLogsServiceRequest,
    response: proto.collector.logs.v1.ExportLogsServiceResponse,
    rejected: 'rejectedLogRecords',
  },
};

/** The body of an answer. */
export function encodeAnswer(
  path: string,
  contentType: string,
  partial: { readonly rejected: number; readonly message: string } | undefined,
): Uint8Array {
  const signal = SIGNALS[path];
  if (!signal) return Buffer.alloc(0);
  const message =
    partial === undefined
      ? {}
      : { partialSuccess: { [signal.rejected]: partial.rejected, errorMessage: partial.message } };
  if (contentType.startsWith('application/json')) return Buffer.from(JSON.stringify(message));
  return signal.response.encode(signal.response.fromObject(message)).finish();
}

/**
 * Decodes a request with the generated schema of OpenTelemetry.
 *
 * @throws {Error} when it is none
 */
export function decodeRequest(
  path: string,
  contentType: string | undefined,
  body: Uint8Array,
): DecodedRequest {
  const signal = SIGNALS[path];
  if (!signal) throw new Error(`no signal is received at ${path}`);
  const message = contentType?.startsWith('application/json')
    ? JSON.parse(Buffer.from(body).toString('utf8'))
    : signal.request.decode(body);
  const decoded: DecodedRequest = { spans: [], metrics: [], logs: [] };
  for (const group of message.resourceSpans ?? [])
    forScopes(group, 'scopeSpans', 'spans', decoded.spans, span);
  for (const group of message.resourceMetrics ?? []) {
    forScopes(group, 'scopeMetrics', 'metrics', decoded.metrics, metric);
  }
  for (const group of message.resourceLogs ?? [])
    forScopes(group, 'scopeLogs', 'logRecords', decoded.logs, log);
  return decoded;
}

function forScopes<Item>(
  group: Message,
  scopesKey: string,
  itemsKey: string,
  out: (Item & { scope: DecodedScope; resource: DecodedAttributes })[],
  decode: (message: Message) => Item,
): void {
  const resource = attributes(group.resource?.attributes);
  for (const scoped of group[scopesKey] ?? []) {
    const scope = { name: scoped.scope?.name ?? '', version: scoped.scope?.version ?? '' };
    for (const item of scoped[itemsKey] ?? []) out.push({ ...decode(item), scope, resource });
  }
}

function span(message: Message): Omit<DecodedSpan, 'scope' | 'resource'> {
  return {
    traceId: hex(message.traceId),
    spanId: hex(message.spanId),
    parentSpanId: hex(message.parentSpanId),
    traceState: message.traceState ?? '',
    flags: message.flags ?? 0,
    name: message.name,
    kind: message.kind ?? 0,
    startTimeUnixNano: long(message.startTimeUnixNano),
    endTimeUnixNano: long(message.endTimeUnixNano),
    attributes: attributes(message.attributes),
    droppedAttributesCount: message.droppedAttributesCount ?? 0,
    events: (message.events ?? []).map((event: Message) => ({
      name: event.name,
      timeUnixNano: long(event.timeUnixNano),
      attributes: attributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: message.droppedEventsCount ?? 0,
    links: (message.links ?? []).map((link: Message) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      traceState: link.traceState ?? '',
      flags: link.flags ?? 0,
      attributes: attributes(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount ?? 0,
    })),
    droppedLinksCount: message.droppedLinksCount ?? 0,
    status: { code: message.status?.code ?? 0, message: message.status?.message ?? '' },
  };
}

const METRIC_TYPES = ['sum', 'gauge', 'histogram', 'exponentialHistogram', 'summary'] as const;

function metric(message: Message): Omit<DecodedMetric, 'scope' | 'resource'> {
  const type = METRIC_TYPES.find((each) => message[each] != null) ?? 'gauge';
  const data = message[type];
  return {
    name: message.name,
    description: message.description ?? '',
    unit: message.unit ?? '',
    type,
    ...(type === 'sum' ? { isMonotonic: data.isMonotonic === true } : {}),
    ...(data?.aggregationTemporality == null ? {} : { aggregationTemporality: data.aggregationTemporality }),
    points: (data?.dataPoints ?? []).map(point),
  };
}

function point(message: Message): DecodedPoint {
  const value = message.asDouble ?? message.asInt;
  return {
    attributes: attributes(message.attributes),
    startTimeUnixNano: long(message.startTimeUnixNano),
    timeUnixNano: long(message.timeUnixNano),
    ...(value == null ? {} : { value: Number(value) }),
    ...(message.count == null ? {} : { count: Number(message.count) }),
    ...(message.sum == null ? {} : { sum: Number(message.sum) }),
    ...(message.bucketCounts?.length ? { bucketCounts: message.bucketCounts.map(Number) } : {}),
    ...(message.explicitBounds?.length ? { explicitBounds: [...message.explicitBounds] } : {}),
    ...(message.quantileValues?.length
      ? {
          quantiles: message.quantileValues.map(({ quantile, value: at }: Message) => [
            Number(quantile ?? 0),
            Number(at ?? 0),
          ]),
        }
      : {}),
    exemplars: (message.exemplars ?? []).map((exemplar: Message) => ({
      traceId: hex(exemplar.traceId),
      spanId: hex(exemplar.spanId),
      value: Number(exemplar.asDouble ?? exemplar.asInt),
      timeUnixNano: long(exemplar.timeUnixNano),
    })),
  };
}

function log(message: Message): Omit<DecodedLog, 'scope' | 'resource'> {
  return {
    timeUnixNano: long(message.timeUnixNano),
    observedTimeUnixNano: long(message.observedTimeUnixNano),
    severityNumber: message.severityNumber ?? 0,
    severityText: message.severityText ?? '',
    body: anyValue(message.body),
    attributes: attributes(message.attributes),
    droppedAttributesCount: message.droppedAttributesCount ?? 0,
    traceId: hex(message.traceId),
    spanId: hex(message.spanId),
    flags: message.flags ?? 0,
  };
}

/** @throws {Error} when a key stands twice: a list of attributes is a map. */
function attributes(list: Message): DecodedAttributes {
  const entries: [string, DecodedValue][] = (list ?? []).map((entry: Message) => [
    entry.key,
    anyValue(entry.value),
  ]);
  const keys = new Set(entries.map(([key]) => key));
  if (keys.size < entries.length)
    throw new Error(`an attribute stands twice: ${entries.map(([key]) => key).join()}`);
  return Object.fromEntries(entries);
}

function anyValue(value: Message): DecodedValue {
  if (value == null) return null;
  if (value.stringValue != null) return value.stringValue as string;
  if (value.boolValue != null) return value.boolValue as boolean;
  if (value.intValue != null) return Number(value.intValue);
  if (value.doubleValue != null) return Number(value.doubleValue);
  if (value.arrayValue != null) return (value.arrayValue.values ?? []).map(anyValue);
  if (value.kvlistValue != null) return attributes(value.kvlistValue.values);
  if (value.bytesValue != null) return bytes(value.bytesValue, 'base64');
  return null;
}

/** JSON has ids in hexadecimal and other bytes in base64. */
function bytes(value: Uint8Array | string, encoding: 'hex' | 'base64'): Buffer {
  return typeof value === 'string' ? Buffer.from(value, encoding) : Buffer.from(value);
}

function hex(value: Uint8Array | string | null | undefined): string {
  return value == null ? '' : bytes(value, 'hex').toString('hex');
}

function long(value: { toString(): string } | string | number | null | undefined): bigint {
  return value == null ? 0n : BigInt(value.toString());
}
