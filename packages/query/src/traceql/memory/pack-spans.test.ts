import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noCodec } from '../../packed/block-codec.ts';
import type { AttributeValue, Span } from '../model.ts';
import { type SpanSketch, id, span, trace } from '../traces.fixture.ts';
import { packSpans, unpackSpans } from './pack-spans.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '\uD800', '__proto__', '\uFEFF'),
);
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
    fc.double(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 9 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(text, tie('value')), { maxLength: 3 })
      .map((pairs) => Object.fromEntries(pairs) as Record<string, AttributeValue>),
  ),
}));
const attributes = fc.array(fc.tuple(text, value), { maxLength: 5 }).map((pairs) => new Map(pairs));
const anyId = fc.oneof(fc.nat().map(id), fc.nat().map(trace), fc.constantFrom('', 'xyz', 'ABCD', '0'));
const timeNs = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const anySpan = fc
  .record({
    traceId: anyId,
    spanId: anyId,
    parentSpanId: anyId,
    traceState: text,
    name: text,
    kind: fc.constantFrom('unspecified', 'internal', 'server', 'client', 'producer', 'consumer'),
    status: fc.constantFrom('unset', 'ok', 'error'),
    statusMessage: text,
    startNs: timeNs,
    durationNs: timeNs,
    service: fc.constantFrom('shop', 'cart'),
    events: fc.array(fc.record({ name: text, timeNs, attributes }), { maxLength: 2 }),
    links: fc.array(fc.record({ traceId: anyId, spanId: anyId, traceState: text, attributes }), {
      maxLength: 2,
    }),
    own: attributes,
  })
  .map(({ own, ...sketch }): Span => Object.assign(span(sketch as SpanSketch), { attributes: own }));

describe('packSpans and unpackSpans', () => {
  it('give back every span as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anySpan, { maxLength: 4 }), { maxLength: 4 }), (lists) => {
        const read = unpackSpans(packSpans(lists, noCodec), noCodec);
        expect(read).toEqual(lists);
        read.flat().forEach((each, at) => expect(each.resource).toBe(lists.flat()[at]?.resource));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('give back a span of a hundred thousand attributes', () => {
    const many = new Map(Array.from({ length: 100_000 }, (_, at) => [`key ${at}`, BigInt(at)] as const));
    const given = { ...span({}), attributes: many };
    const read = unpackSpans(packSpans([[given]], noCodec), noCodec)[0]?.[0]?.attributes;
    expect(read?.size).toBe(many.size);
    expect([...many].filter(([key, integer]) => read?.get(key) !== integer)).toEqual([]);
  }, 60_000);
});
