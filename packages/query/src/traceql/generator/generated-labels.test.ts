import { describe, expect, it } from 'vitest';
import { baseNs, id, secondNs, span, trace } from '../traces.fixture.ts';
import { labelName, labelText } from './label-text.ts';
import { otlpSpanBytes } from './otlp-span-bytes.ts';
import { serviceGraph } from './service-graph.ts';

describe('labelText', () => {
  it.each([
    ['text', 'text'],
    [7n, '7'],
    [true, 'true'],
    [1.5, '1.5'],
    [1e21, '1000000000000000000000'],
    [1.25e-7, '0.000000125'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
    [new Uint8Array([1]), ''],
    [['a', 'b'], '[ab]'],
    [{ a: 1n, b: ['x'] }, '{a:1b:[x]}'],
  ])('writes %o as %s', (value, expected) => {
    expect(labelText(value)).toBe(expected);
  });
});

describe('labelName', () => {
  it.each([
    ['http.route', 'http_route'],
    ['1st', '_st'],
    ['größe', 'gr__e'],
  ])('makes of %s %s', (key, expected) => {
    expect(labelName(key)).toBe(expected);
  });
});

describe('otlpSpanBytes', () => {
  const bytesOf = (sketch: Parameters<typeof span>[0]): number => otlpSpanBytes(span(sketch));
  const plain = bytesOf({});

  it.each([
    { title: 'bytes', attributes: { k: new Uint8Array(5) }, more: 2 + 3 + 2 + 2 + 5 },
    { title: 'a map', attributes: { k: { a: 'b' } }, more: 2 + 3 + 2 + 2 + 2 + 3 + 2 + 3 },
    { title: 'signs of two, three and four bytes', attributes: { k: 'é€😀' }, more: 2 + 3 + 2 + 2 + 9 },
  ])('counts $title', ({ attributes, more }) => {
    expect(bytesOf({ attributes }) - plain).toBe(more);
  });

  it('leaves out times that are 0', () => {
    expect(bytesOf({ startNs: 0n })).toBe(plain - 9);
    expect(bytesOf({ startNs: 0n, durationNs: 0n })).toBe(plain - 18);
    const event = { name: 'e', attributes: new Map() };
    const timed = bytesOf({ events: [{ ...event, timeNs: 1n }] });
    expect(bytesOf({ events: [{ ...event, timeNs: 0n }] })).toBe(timed - 9);
  });
});

describe('serviceGraph', () => {
  const call = [
    span({ service: 'shop', kind: 'client', spanId: id(1), attributes: { zone: 'a' } }),
    span({
      service: 'pay',
      kind: 'server',
      spanId: id(2),
      parentSpanId: id(1),
      traceId: trace(1),
      startNs: baseNs,
      durationNs: secondNs / 2n,
      attributes: { zone: 'b' },
    }),
  ];

  it.each([
    { clientServerPrefix: false, labels: { zone: 'b' } },
    { clientServerPrefix: true, labels: { client_zone: 'a', server_zone: 'b' } },
  ])(
    'takes attributes of both sides for labels: prefix $clientServerPrefix',
    ({ clientServerPrefix, labels }) => {
      const metrics = serviceGraph(call, { dimensions: ['zone'], clientServerPrefix });
      expect(
        JSON.stringify(metrics, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ).toContain(JSON.stringify(labels).slice(1, -1));
    },
  );
});
