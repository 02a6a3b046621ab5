import { gzipSync } from 'node:zlib';
import { snappyCompressor } from 'hysnappy';
import { PbfWriter } from 'pbf';

/** What is sent in one request, and how many things are in it. */
export interface Payload {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly items: number;
}

const compress = snappyCompressor();

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function attribute(writer: PbfWriter, key: string, value: string): void {
  writer.writeStringField(1, key);
  writer.writeMessage(2, (text: string, inner) => inner.writeStringField(1, text), value);
}

/** Spans of ten attributes each, five to a trace, as protobuf. */
export function spans(count: number, from: number): Payload {
  const nowNs = Date.now() * 1e6;
  const writer = new PbfWriter();
  writer.writeMessage(
    1,
    (_, resourceSpans) => {
      resourceSpans.writeMessage(
        1,
        (__, resource) =>
          resource.writeMessage(1, (___, pair) => attribute(pair, 'service.name', 'bench'), null),
        null,
      );
      resourceSpans.writeMessage(
        2,
        (__, scopeSpans) => {
          for (let at = from; at < from + count; at++) {
            scopeSpans.writeMessage(
              2,
              (___, span) => {
                const trace = Math.floor(at / 5);
                span.writeBytesField(1, Buffer.from(hex(trace + 1, 32), 'hex'));
                span.writeBytesField(2, Buffer.from(hex(at + 1, 16), 'hex'));
                if (at % 5 > 0) span.writeBytesField(4, Buffer.from(hex(trace * 5 + 1, 16), 'hex'));
                span.writeStringField(5, `GET /route/${at % 20}`);
                span.writeVarintField(6, at % 5 === 0 ? 2 : 3);
                span.writeFixed64Field(7, nowNs);
                span.writeFixed64Field(8, nowNs + 25e6);
                for (let pair = 0; pair < 10; pair++) {
                  span.writeMessage(
                    9,
                    (____, inner) => attribute(inner, `some.attribute.${pair}`, `value ${(at + pair) % 100}`),
                    null,
                  );
                }
              },
              null,
            );
          }
        },
        null,
      );
    },
    null,
  );
  return {
    path: '/v1/traces',
    headers: { 'content-type': 'application/x-protobuf' },
    body: writer.finish(),
    items: count,
  };
}

/** Lines as the logger writes them, with trace ids as structured metadata, as JSON in gzip. */
export function lines(count: number, from: number): Payload {
  const values = Array.from({ length: count }, (_, at) => [
    `${Date.now()}${String(from + at)
      .padStart(6, '0')
      .slice(-6)}`,
    JSON.stringify({
      time: Date.now(),
      level: 'info',
      msg: 'GET /orders/:id 200',
      service: 'bench',
      url_path: `/orders/${from + at}`,
      duration_ms: 12.5,
      request_id: hex(from + at, 16),
    }),
    { trace_id: hex(from + at, 32) },
  ]);
  const push = { streams: [{ stream: { service_name: 'bench', level: 'info' }, values }] };
  return {
    path: '/loki/api/v1/push',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(push), { level: 1 }),
    items: count,
  };
}

/** One sample each of so many series, by remote write. */
export function samples(count: number, timeMs: number): Payload {
  const writer = new PbfWriter();
  for (let at = 0; at < count; at++) {
    writer.writeMessage(
      1,
      (_, series) => {
        for (const [name, value] of [
          ['__name__', `bench_metric_${at % 50}_total`],
          ['instance', `host-${Math.floor(at / 1000)}`],
          ['job', 'bench'],
          ['route', `/route/${at % 1000}`],
        ] as const) {
          series.writeMessage(
            1,
            (__, label) => {
              label.writeStringField(1, name);
              label.writeStringField(2, value);
            },
            null,
          );
        }
        series.writeMessage(
          2,
          (__, sample) => {
            sample.writeDoubleField(1, at + timeMs / 1000);
            sample.writeVarintField(2, timeMs);
          },
          null,
        );
      },
      null,
    );
  }
  return {
    path: '/api/v1/write',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    body: compress(writer.finish()),
    items: count,
  };
}
