import fc from 'fast-check';
import schema from 'otlp-schema/build/src/generated/root.js';
import { describe, expect, it } from 'vitest';
import { traceData } from './otlp.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';
import { WireError } from './wire-error.ts';

interface Messages {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: {
          readonly v1: {
            readonly ExportTraceServiceRequest: {
              encode(message: object): { finish(): Uint8Array };
            };
          };
        };
      };
    };
  };
}

const { ExportTraceServiceRequest } = (schema as unknown as Messages).opentelemetry.proto.collector.trace.v1;

const traceId = '0123456789abcdef0123456789abcdef';
const spanId = '0123456789abcdef';

/** An export as the official schema's own code takes it, and the same as OTLP/JSON. */
function exportOf(name: string, text: string): { readonly official: object; readonly json: object } {
  const attributes = [
    { key: 'text', value: { stringValue: text } },
    { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } } },
  ];
  const span = { name, kind: 2, attributes, status: { code: 2, message: 'broken' } };
  const wrap = (each: object): object => ({
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'lib' }, spans: [each] }] }],
  });
  return {
    official: wrap({
      ...span,
      traceId: Buffer.from(traceId, 'hex'),
      spanId: Buffer.from(spanId, 'hex'),
      startTimeUnixNano: { low: 1, high: 2, unsigned: true },
      endTimeUnixNano: { low: 2, high: 2, unsigned: true },
    }),
    json: wrap({ ...span, traceId, spanId, startTimeUnixNano: '8589934593', endTimeUnixNano: 8_589_934_594 }),
  };
}

function encoded(name = 'GET /', text = 'ü'): Uint8Array {
  return ExportTraceServiceRequest.encode(exportOf(name, text).official).finish();
}

function outcome(bytes: Uint8Array): string {
  try {
    readProtobuf(traceData, bytes);
    return 'read';
  } catch (error) {
    return error instanceof WireError ? 'refused' : `threw ${String(error)}`;
  }
}

describe('readProtobuf and readJson', () => {
  it('make the same of the same export', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, text) => {
        const { json } = exportOf(name, text);
        expect(readProtobuf(traceData, encoded(name, text))).toEqual(
          readJson(traceData, JSON.stringify(json)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keep every bit of a time', () => {
    expect(readProtobuf(traceData, encoded())).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: 8_589_934_593n, traceId }] }] }],
    });
  });

  it('read or refuse any bytes, and throw nothing else', () => {
    const whole = encoded('a name', 'a text');
    const broken = fc
      .record({
        cut: fc.integer({ min: 0, max: whole.length }),
        flips: fc.array(
          fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })),
        ),
      })
      .map(({ cut, flips }) => {
        const bytes = whole.slice(0, cut);
        for (const [at, byte] of flips) if (at < cut) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        expect(outcome(bytes)).toMatch(/^(?:read|refused)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuse messages within messages without end', () => {
    let value: object = { stringValue: 'deep' };
    for (let depth = 0; depth < 100; depth++) value = { arrayValue: { values: [value] } };
    const attributes = [{ key: 'deep', value }];
    const request = { resourceSpans: [{ resource: { attributes } }] };
    const bytes = ExportTraceServiceRequest.encode(request).finish();
    expect(() => readProtobuf(traceData, bytes)).toThrow(/deeper than 64/);
    expect(() => readJson(traceData, JSON.stringify(request))).toThrow(/deeper than 64/);
  });

  it('name the place of what does not fit in JSON', () => {
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'xyz' }] }] }] });
    expect(() => readJson(traceData, text)).toThrow(
      'resourceSpans[0].scopeSpans[0].spans[0].traceId: expected bytes in hexadecimal, is a string',
    );
    expect(() => readJson(traceData, '{')).toThrow(/^no JSON: /);
    expect(() => readJson(traceData, '[]')).toThrow('the body: expected an object, is a list');
  });
});
