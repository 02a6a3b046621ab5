import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryTraces } from '../memory/memory-traces.ts';
import type { AttributeValue, Span } from '../model.ts';
import { searchTraces } from '../search.ts';
import type { TraceSource } from '../source.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { baseNs, id, span, trace } from '../traces.fixture.ts';
import { needsOf } from './needs.ts';

const value = fc.oneof(
  fc.constantFrom<AttributeValue>('x', 'y', '', 'nil', 0n, 1n, 2n ** 60n, 1, 0.5, -0, true, false),
  fc.array(fc.constantFrom<AttributeValue>('x', 'y', 1n), { maxLength: 2 }),
);
const attributes = fc.dictionary(fc.constantFrom('a', 'b', 'service.name'), value);
const anySpan = fc.record({
  traceNumber: fc.nat(5),
  name: fc.constantFrom('x', 'y', ''),
  kind: fc.constantFrom('server', 'client'),
  status: fc.constantFrom('ok', 'error'),
  durationNs: fc.constantFrom(0n, 5n, 1_000_000n),
  own: attributes,
  ofEvent: attributes,
  ofResource: attributes,
});

const operand = fc.constantFrom('"x"', '"y"', '""', '"nil"', '0', '1', '1.0', '0.5', 'true', 'nil');
const condition = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '.a',
        '.b',
        'span.a',
        'resource.a',
        'event.a',
        '.service.name',
        'resource.service.name',
      ),
      fc.constantFrom('=', '!=', '>', '<='),
      operand,
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('.a', 'span.b', 'resource.service.name', 'name'), fc.constantFrom('=~', '!~'))
    .map((parts) => `${parts.join(' ')} ".*"`),
  fc.constantFrom(
    'name = "x"',
    'name = ""',
    'event:name = "e"',
    'event:name = ""',
    'status = error',
    'kind = server',
    'duration > 5ns',
    'duration <= 5ns',
    'duration = 5ns',
    '!(span.a = "x")',
    'trace:duration > 5ns',
  ),
);
/** Mostly such that something is needed: with `||`, or of several spans, nothing is. */
const query = fc
  .tuple(
    condition,
    fc.constantFrom('&&', '&&', '&&', '||'),
    condition,
    fc.constantFrom('', '', ' | count() > 0', ' >> { }'),
  )
  .map(([left, op, right, rest]) => `{ ${left} ${op} ${right} }${rest}`);

function made(sketches: readonly (typeof anySpan extends fc.Arbitrary<infer Each> ? Each : never)[]): Span[] {
  return sketches.map(({ traceNumber, own, ofEvent, ofResource, ...rest }, at) => ({
    ...span({ traceId: trace(traceNumber), spanId: id(at + 1) }),
    ...(rest as Pick<Span, 'name' | 'kind' | 'status' | 'durationNs'>),
    attributes: new Map(Object.entries(own)),
    resource: { attributes: new Map(Object.entries(ofResource)) },
    events:
      Object.keys(ofEvent).length === 0
        ? []
        : [{ name: 'e', timeNs: baseNs, attributes: new Map(Object.entries(ofEvent)) }],
  }));
}

describe('needsOf', () => {
  it.each([
    ['{ span.a = "x" }', [{ kind: 'attribute', scope: 'packed', key: 'a', values: ['x'] }]],
    [
      '{ resource.service.name = "shop" && duration > 1s }',
      [
        { kind: 'attribute', scope: 'resource', key: 'service.name', values: ['shop'] },
        { kind: 'duration', minNs: 1e9, maxNs: Infinity },
      ],
    ],
    [
      '{ .a =~ "x.*" && status = error } | count() > 1',
      [
        { kind: 'attribute', scope: 'any', key: 'a', values: undefined },
        { kind: 'status', status: 'error' },
      ],
    ],
    [
      '{ duration = 5 && kind = server }',
      [
        { kind: 'duration', minNs: 5, maxNs: 5 },
        { kind: 'span-kind', spanKind: 'server' },
      ],
    ],
    ['{ duration < 5 }', [{ kind: 'duration', minNs: -Infinity, maxNs: 5 }]],
    ['{ duration = 5 || duration = 6 }', []],
    [
      '{ name = "x" && event:name = "e" }',
      [
        { kind: 'name', values: ['x'] },
        { kind: 'event-name', values: ['e'] },
      ],
    ],
    ['{ span.a = "x" || span.b = "y" }', []],
    ['{ span.a != "x" }', []],
    ['{ span.a = "x" } >> { span.b = "y" }', []],
  ])('of %s are %j', (text, expected) => {
    const { root } = parseTraceql(text);
    expect(root.kind === 'pipeline' && needsOf(root)).toEqual(expected);
  });

  it('leave no trace out that a query without them finds, whatever spans there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySpan, { maxLength: 12 }), query, async (sketches, text) => {
        const packed = createMemoryTraces({ maxUnpackedSpans: 1 });
        for (const each of made(sketches)) packed.add([each]);
        const whole: TraceSource = { traces: (range, signal) => packed.traces(range, signal) };
        // Not every combination is a query.
        const found = (source: TraceSource): Promise<unknown> =>
          searchTraces(source, text).then(
            ({ traces }) => traces,
            (error: unknown) => String(error),
          );
        expect(await found(packed)).toEqual(await found(whole));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it.each([
    ['status = ok', 'status = error'],
    ['kind = client', 'kind = server'],
    ['duration >= 1s', 'duration < 500ms'],
    ['duration = 1s', 'duration > 2s'],
    ['name = "GET"', 'name = "POST"'],
    ['event:name = "e"', 'event:name = "f"'],
    ['resource.zone = "a"', 'resource.zone = "c"'],
    ['.zone = "b"', '.zone = "c"'],
    ['resource.shards = 2', 'resource.shards = 3'],
    ['resource.shards = 2.0', 'resource.shards = 2.5'],
    ['resource.shards > 0', 'resource.missing > 0'],
    ['.stable = true', '.stable = false'],
    ['.stable = true', '.stable = 1'],
    ['.count = 7', '.count = 8'],
    ['span.ratio = 0.5', 'span.ratio = "0.5"'],
  ])('unpack a block for { %s } and not for { %s }', async (there, missing) => {
    const packed = createMemoryTraces({ maxUnpackedSpans: 1 });
    for (const at of [1, 2]) {
      packed.add([
        {
          ...span({
            traceId: trace(at),
            kind: 'client',
            status: 'ok',
            attributes: { count: 7n, ratio: 0.5 },
          }),
          events: [{ name: 'e', timeNs: baseNs, attributes: new Map() }],
          resource: {
            attributes: new Map<string, AttributeValue>([
              ['zone', ['a', 'b']],
              ['shards', 2n],
            ]),
          },
          scope: { name: 's', version: '', attributes: new Map([['stable', true]]) },
        },
      ]);
    }
    const inspected = async (filter: string): Promise<number> =>
      (await searchTraces(packed, `{ ${filter} }`)).metrics.inspectedTraces;
    expect([await inspected(there), await inspected(missing)]).toEqual([2, 0]);
  });

  it('keep blocks packed that have nothing of it', async () => {
    const packed = createMemoryTraces({ maxUnpackedSpans: 1 });
    for (let at = 0; at < 50; at += 1) {
      packed.add([{ ...span({ traceId: trace(at) }), attributes: new Map([['order', `order ${at}`]]) }]);
    }
    const inspected = async (text: string): Promise<number> =>
      (await searchTraces(packed, text)).metrics.inspectedTraces;
    expect(await inspected('{ span.order = "none such" }')).toBeLessThan(10);
    expect(await inspected('{ span.order != "none such" }')).toBeGreaterThan(10);
    expect((await searchTraces(packed, '{ span.order = "order 7" }')).traces).toHaveLength(1);
  });
});
