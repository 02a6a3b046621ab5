import { describe, expect, it } from 'vitest';
import { readTrace } from './trace-json.ts';

const span = {
  traceId: 'V1/I6E+2q2LhqXYSmhh7yg==',
  spanId: 'BhICVwoApp8=',
  parentSpanId: 'XGhi8ovgLAA=',
  name: 'POST',
  kind: 'SPAN_KIND_CLIENT',
  startTimeUnixNano: '1795687204310388184',
  endTimeUnixNano: '1795687204358180176',
  attributes: [
    { key: 'http.request.method', value: { stringValue: 'POST' } },
    { key: 'server.port', value: { intValue: '45499' } },
    { key: 'cached', value: { boolValue: false } },
    { key: 'ids', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } } },
    { key: 'nothing' },
  ],
  status: { code: 'STATUS_CODE_ERROR', message: 'declined' },
};

describe('readTrace', () => {
  it("reads Tempo's JSON: ids in base64, enums by name, times as text to the nanosecond", () => {
    const trace = readTrace('575fc8', {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] },
          scopeSpans: [{ scope: { name: 'http', version: '1' }, spans: [span] }],
        },
      ],
    });
    expect(trace).toMatchObject({
      id: '00000000000000000000000000575fc8',
      startMs: 1_795_687_204_310.388,
      spans: [
        {
          id: '061202570a00a69f',
          parentId: '5c6862f28be02c00',
          service: 'orders',
          scope: 'http 1',
          kind: 'client',
          status: 'error',
          statusMessage: 'declined',
          startMs: 0,
          durationMs: 47.791_992,
        },
      ],
    });
    expect(trace.spans[0]?.attributes.map(({ text, type }) => [text, type])).toEqual([
      ['POST', 'string'],
      ['45499', 'number'],
      ['false', 'boolean'],
      ['["1","b"]', 'other'],
      ['null', 'other'],
    ]);
  });

  it('reads OTLP: ids in hex, enums by number, and the older name of the list', () => {
    const spans = [
      { ...span, spanId: '061202570a00a69f', parentSpanId: '', kind: 2, status: { code: 1 } },
      { ...span, spanId: '061202570a00a6a0', parentSpanId: '0000000000000000', kind: 99, status: {} },
    ];
    const read = readTrace('1', { batches: [{ scopeSpans: [{ spans }] }] }).spans;
    expect(
      read.map(({ id, parentId, kind, status, service }) => [id, parentId, kind, status, service]),
    ).toEqual([
      ['061202570a00a69f', '', 'server', 'ok', ''],
      ['061202570a00a6a0', '', 'unspecified', 'unset', ''],
    ]);
  });

  it('makes nothing negative of an end before the start, and nothing of times that are none', () => {
    const [read] = readTrace('1', {
      resourceSpans: [
        { scopeSpans: [{ spans: [{ startTimeUnixNano: '5000000', endTimeUnixNano: 'soon' }] }] },
      ],
    }).spans;
    expect(read).toMatchObject({ startMs: 0, durationMs: 0, name: '' });
  });

  it('has no spans of an empty answer', () => expect(readTrace('1', {}).spans).toEqual([]));
});

describe('readTrace of what a sender got wrong, or left out', () => {
  const read = (own: object) =>
    readTrace('a', { resourceSpans: [{ scopeSpans: [{ spans: [own] }] }] }).spans[0];

  it('has no spans where there are none', () => {
    expect(readTrace('AB', {})).toEqual({ id: 'ab'.padStart(32, '0'), startMs: 0, spans: [] });
    expect(readTrace('a', { resourceSpans: [{}, { scopeSpans: [{}] }] }).spans).toEqual([]);
    expect(read({})).toMatchObject({ name: '', kind: 'unspecified', status: 'unset' });
  });

  it.each([
    [{ startTimeUnixNano: 'x', endTimeUnixNano: 5 }, { startMs: 0 }],
    [{ startTimeUnixNano: '2000000', endTimeUnixNano: '1000000' }, { durationMs: 0 }],
    [
      { spanId: '0123456789ABCDEF', parentSpanId: '0000000000000000' },
      { id: '0123456789abcdef', parentId: '' },
    ],
    [
      { spanId: '%%', parentSpanId: '' },
      { id: '%%', parentId: '' },
    ],
    [
      { kind: 3, status: { code: 2 } },
      { kind: 'client', status: 'error' },
    ],
    [
      { kind: 99, status: { code: 'ODD' } },
      { kind: 'unspecified', status: 'unset' },
    ],
    [
      { events: [{ timeUnixNano: '2' }, { name: 'b', timeUnixNano: '1' }] },
      { events: [{ name: 'b' }, { name: '' }] },
    ],
    [{ links: [{ traceId: '', attributes: [] }] }, { links: [{ traceId: '', spanId: '' }] }],
    [
      { attributes: [{ key: 'd', value: { doubleValue: 0.5 } }] },
      { attributes: [{ key: 'd', text: '0.5', type: 'number' }] },
    ],
    [
      {
        attributes: [
          {
            key: 'm',
            value: {
              kvlistValue: {
                values: [
                  { key: 'a', value: { boolValue: true } },
                  { key: 'b' },
                  { key: 'c', value: { arrayValue: {} } },
                  { key: 'd', value: { kvlistValue: {} } },
                  { key: 'e', value: { bytesValue: 'AA==' } },
                  { key: 'f', value: { doubleValue: 1.5 } },
                ],
              },
            },
          },
        ],
      },
      { attributes: [{ text: '{"a":true,"b":null,"c":[],"d":{},"e":"AA==","f":1.5}', type: 'other' }] },
    ],
  ])('reads %j as %j', (own, expected) => expect(read(own)).toMatchObject(expected));
});
