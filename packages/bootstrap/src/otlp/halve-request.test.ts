import root from 'otlp-schema/build/src/generated/root.js';
import { describe, expect, it } from 'vitest';
import { halveRequest } from './halve-request.ts';
import { decodeRequest } from './otlp-decode.fixture.ts';
import type { DecodedRequest } from './otlp-decode.fixture.ts';
import type { Signal } from './sender.ts';
import type { ExportPayload } from './transport.ts';

interface Codec {
  encode(message: object): { finish(): Uint8Array };
  fromObject(message: object): object;
}
interface Collector {
  readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Codec } };
  readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Codec } };
  readonly logs: { readonly v1: { readonly ExportLogsServiceRequest: Codec } };
}

const { collector } = (
  root as unknown as { readonly opentelemetry: { readonly proto: { readonly collector: Collector } } }
).opentelemetry.proto;
const CODECS: Readonly<Record<Signal, Codec>> = {
  traces: collector.trace.v1.ExportTraceServiceRequest,
  metrics: collector.metrics.v1.ExportMetricsServiceRequest,
  logs: collector.logs.v1.ExportLogsServiceRequest,
};
const CONTENT_TYPES = ['application/x-protobuf', 'application/json'] as const;

function payloadOf(
  signal: Signal,
  contentType: ExportPayload['contentType'],
  message: object,
  items: number,
): ExportPayload {
  const codec = CODECS[signal];
  const body =
    contentType === 'application/json'
      ? Buffer.from(JSON.stringify(message))
      : Buffer.from(codec.encode(codec.fromObject(message)).finish());
  return { items, body, contentType };
}

function decoded(signal: Signal, { contentType, body }: ExportPayload): DecodedRequest {
  return decodeRequest(`/v1/${signal}`, contentType, body);
}

const resource = (name: string): object => ({
  attributes: [{ key: 'service.name', value: { stringValue: name } }],
});
const scope = (name: string): object => ({ name, version: '1.0' });

describe.each(CONTENT_TYPES)('halveRequest, %s', (contentType) => {
  it('has every span in one half, with its scope and its resource', () => {
    const spans = (...names: readonly string[]): object[] => names.map((name) => ({ name, kind: 2 }));
    const message = {
      resourceSpans: [
        {
          resource: resource('shop'),
          scopeSpans: [
            { scope: scope('http'), spans: spans('a', 'b') },
            { scope: scope('db'), spans: spans('c') },
          ],
          schemaUrl: 'https://opentelemetry.io/schemas/1.40.0',
        },
        { resource: resource('cart'), scopeSpans: [{ scope: scope('db'), spans: spans('d', 'e') }] },
      ],
    };
    const halves = halveRequest('traces', payloadOf('traces', contentType, message, 5));
    expect(halves.map(({ items }) => items)).toEqual([3, 2]);
    const names = halves.map((half) =>
      decoded('traces', half).spans.map((span) => [
        span.name,
        span.kind,
        span.scope.name,
        span.resource['service.name'],
      ]),
    );
    expect(names).toEqual([
      [
        ['a', 2, 'http', 'shop'],
        ['b', 2, 'http', 'shop'],
        ['c', 2, 'db', 'shop'],
      ],
      [
        ['d', 2, 'db', 'cart'],
        ['e', 2, 'db', 'cart'],
      ],
    ]);
    // Of the second, nothing that belongs to the first.
    expect(halves[1]?.body.includes('schemas')).toBe(false);
    expect(halves[0]?.body.includes('schemas')).toBe(true);
  });

  it('halves the records of a log', () => {
    const logRecords = ['a', 'b', 'c'].map((stringValue) => ({
      timeUnixNano: '1800000000000000000',
      body: { stringValue },
    }));
    const message = { resourceLogs: [{ resource: resource('shop'), scopeLogs: [{ logRecords }] }] };
    const halves = halveRequest('logs', payloadOf('logs', contentType, message, 3));
    expect(
      halves.map((half) => decoded('logs', half).logs.map(({ body, timeUnixNano }) => [body, timeUnixNano])),
    ).toEqual([
      [
        ['a', 1_800_000_000_000_000_000n],
        ['b', 1_800_000_000_000_000_000n],
      ],
      [['c', 1_800_000_000_000_000_000n]],
    ]);
  });

  it('halves the points of metrics, also within one, and keeps what is said of it', () => {
    const dataPoints = (...values: readonly number[]): object[] =>
      values.map((asDouble) => ({ asDouble, timeUnixNano: '1800000000000000000' }));
    const metrics = [
      { name: 'up', unit: '1', gauge: { dataPoints: dataPoints(1) } },
      {
        name: 'requests',
        description: 'All of them.',
        sum: { dataPoints: dataPoints(2, 3, 4, 5), aggregationTemporality: 2, isMonotonic: true },
      },
    ];
    const message = {
      resourceMetrics: [{ resource: resource('shop'), scopeMetrics: [{ scope: scope('http'), metrics }] }],
    };
    const halves = halveRequest('metrics', payloadOf('metrics', contentType, message, 5));
    expect(halves.map(({ items }) => items)).toEqual([3, 2]);
    const requests = { name: 'requests', description: 'All of them.', isMonotonic: true };
    expect(halves.map((half) => decoded('metrics', half).metrics)).toMatchObject([
      [
        { name: 'up', unit: '1', type: 'gauge', points: [{ value: 1 }] },
        { ...requests, aggregationTemporality: 2, points: [{ value: 2 }, { value: 3 }] },
      ],
      [{ ...requests, aggregationTemporality: 2, points: [{ value: 4 }, { value: 5 }] }],
    ]);
  });

  it('has no halves of one item, nor of none', () => {
    const one = { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }] }] }] };
    expect(halveRequest('traces', payloadOf('traces', contentType, one, 1))).toEqual([]);
    expect(halveRequest('traces', payloadOf('traces', contentType, {}, 0))).toEqual([]);
  });
});
