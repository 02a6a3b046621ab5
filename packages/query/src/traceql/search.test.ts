import { describe, expect, it } from 'vitest';
import { createMemoryTraces } from './memory/memory-traces.ts';
import type { Span } from './model.ts';
import { searchTraces } from './search.ts';
import type { SearchOptions } from './search.ts';
import type { TraceSource } from './source.ts';
import { baseNs, id, secondNs, span, trace } from './traces.fixture.ts';

/** A tree of five: 1 above 2 and 3, 2 above 4, and 5 in a trace of its own. */
const tree: readonly Span[] = [
  span({ spanId: id(1), kind: 'server', name: 'POST /order', durationNs: 3n * secondNs }),
  span({ spanId: id(2), parentSpanId: id(1), kind: 'client', service: 'shop', attributes: { attempt: 1n } }),
  span({
    spanId: id(3),
    parentSpanId: id(1),
    status: 'error',
    statusMessage: 'boom',
    attributes: { attempt: 2n },
  }),
  span({ spanId: id(4), parentSpanId: id(2), kind: 'server', service: 'payments', status: 'error' }),
  span({ traceId: trace(2), spanId: id(5), service: 'stock', startNs: baseNs + secondNs }),
];

function sourceOf(spans: readonly Span[]): TraceSource {
  const traces = createMemoryTraces();
  traces.add(spans);
  return traces;
}

/** The numbers of the spans that are found, over all traces. */
async function found(query: string, options: SearchOptions = {}): Promise<readonly number[]> {
  const { traces } = await searchTraces(sourceOf(tree), query, { spansPerSpanset: 100, ...options });
  return traces
    .flatMap(({ spanSets }) => spanSets.flatMap(({ spans }) => spans))
    .map(({ spanID }) => Number.parseInt(spanID, 16))
    .toSorted((a, b) => a - b);
}

describe('searchTraces', () => {
  it.each([
    ['{}', [1, 2, 3, 4, 5]],
    ['{ status = error }', [3, 4]],
    ['{ status = error && resource.service.name = "payments" }', [4]],
    ['{ span.attempt > 1 }', [3]],
    ['{ span.attempt != nil }', [2, 3]],
    ['{ span.missing != 1 }', []],
    ['{ name =~ "POST.*" }', [1]],
    ['{ name =~ "POST" }', []],
    ['{ kind = server } > { kind = client }', [2]],
    ['{ kind = server } >> { status = error }', [3, 4]],
    ['{ status = error } << { kind = server }', [1]],
    ['{ kind = client } ~ { status = error }', [3]],
    ['{ kind = server } !>> { }', [1, 5]],
    ['{ kind = server } &>> { status = error }', [1, 3, 4]],
    ['{ status = error } && { kind = client }', [2, 3, 4]],
    ['{} | by(resource.service.name) | count() > 2', [1, 2, 3]],
    ['{} | avg(span.attempt) > 1', [1, 2, 3, 4]],
    ['{ rootServiceName = "shop" }', [1, 2, 3, 4]],
    ['{ span:childCount = 2 }', [1]],
    ['{ nestedSetParent < 0 }', [1, 5]],
  ])('finds for %s the spans %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it.each([
    ['{ status = error } | rate()', [3, 4]],
    ['({ status = error }) || ({ span.attempt = 1 })', [2, 3, 4]],
    ['{ span.attempt = nil || kind = client }', [1, 2, 4, 5]],
  ])('finds for %s what it is about: %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('takes no value of an attribute that TraceQL has no type for', async () => {
    const odd = sourceOf([
      span({ spanId: id(1), attributes: { v: { a: 1n } } }),
      span({ spanId: id(2), attributes: { v: new Uint8Array([1]) } }),
      span({ spanId: id(3), attributes: { v: ['x', 1n] } }),
      span({ spanId: id(4), attributes: { v: [] } }),
      span({ spanId: id(5), attributes: { v: 'x' } }),
    ]);
    for (const query of ['{ span.v = "x" }', '{ span.v != "y" }', '{ span.v =~ ".*" }']) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const { traces } = await searchTraces(odd, query);
      expect(traces.flatMap(({ spanSets }) => spanSets[0]?.spans.map(({ spanID }) => spanID))).toEqual([
        id(5),
      ]);
    }
  });

  it('answers in the form of the API, with what the query read of the spans', async () => {
    const { traces } = await searchTraces(sourceOf(tree), '{ span.attempt > 1 } | count() > 0');
    expect(traces).toEqual([
      {
        traceID: '1',
        rootServiceName: 'shop',
        rootTraceName: 'POST /order',
        startTimeUnixNano: String(baseNs),
        durationMs: 3_000,
        spanSet: traces[0]?.spanSets[0],
        spanSets: [
          {
            matched: 1,
            attributes: [{ key: 'count()', value: { intValue: '1' } }],
            spans: [
              {
                spanID: id(3),
                startTimeUnixNano: String(baseNs),
                durationNanos: '1000000000',
                attributes: [{ key: 'attempt', value: { intValue: '2' } }],
              },
            ],
          },
        ],
        serviceStats: { shop: { spanCount: 3, errorCount: 1 }, payments: { spanCount: 1, errorCount: 1 } },
      },
    ]);
  });

  it('shows three spans of a spanset and says how many there are', async () => {
    const { traces } = await searchTraces(sourceOf(tree), '{ trace:id = "1" }');
    expect(traces[0]?.spanSets[0]).toMatchObject({ matched: 4, spans: { length: 3 } });
  });

  it('gives the newest traces first, and no more than the limit', async () => {
    const { traces } = await searchTraces(sourceOf(tree), '{}', { limit: 1 });
    expect(traces.map(({ traceID }) => traceID)).toEqual(['2']);
  });

  it('finds the most recent of a source that has no order when the hint asks for them', async () => {
    const traces = [1, 3, 2, 0].map((number) => ({
      traceId: trace(number),
      spans: [span({ traceId: trace(number), startNs: baseNs + BigInt(number) })],
    }));
    const source: TraceSource = { traces: () => traces };
    const { traces: recent } = await searchTraces(source, '{} with (most_recent=true)', { limit: 2 });
    expect(recent.map(({ traceID }) => traceID)).toEqual(['3', '2']);
  });

  it('looks only at traces with a part in the range', async () => {
    const range = { fromNs: baseNs + 3n * secondNs + 1n, toNs: baseNs + 10n * secondNs };
    expect(await found('{}', { range })).toEqual([]);
    expect(await found('{}', { range: { ...range, fromNs: range.fromNs - 1n } })).toEqual([1, 2, 3, 4]);
  });

  it('passes over a trace of which a source has no spans', async () => {
    const source: TraceSource = { traces: () => [{ traceId: trace(1), spans: [] }] };
    expect((await searchTraces(source, '{}')).traces).toEqual([]);
  });

  it('does not take a span for the root that says with a link whose child it is', async () => {
    const link = {
      traceId: trace(1),
      spanId: id(9),
      traceState: '',
      attributes: new Map([['opentracing.ref_type', 'child_of']]),
    };
    const { traces } = await searchTraces(
      sourceOf([
        span({ spanId: id(1), name: 'root', service: 'shop' }),
        span({ spanId: id(2), name: 'child', service: 'stock', startNs: baseNs + 1n, links: [link] }),
      ]),
      '{}',
    );
    expect(traces[0]).toMatchObject({ rootTraceName: 'root', rootServiceName: 'shop' });
  });

  it('names a root that did not come yet', async () => {
    const { traces } = await searchTraces(sourceOf([span({ parentSpanId: id(9) })]), '{}');
    expect(traces[0]?.rootServiceName).toBe('<root span not yet received>');
  });

  it.each([
    ['{ .a = }', 'parse error at line 1, col 8: syntax error: unexpected }'],
    ['{ name = nil }', 'name=nil is not valid because intrinsics cannot be nil'],
    ['({} | rate()) + ({} | rate())', 'math expressions not supported'],
  ])('refuses %s in the words of Tempo', async (query, message) => {
    await expect(found(query)).rejects.toMatchObject({ name: 'QueryError', class: 'bad_data', message });
  });

  it('says where in the text a query breaks', async () => {
    await expect(found('{ .a = 1 &&')).rejects.toMatchObject({ position: { from: 11, to: 11 } });
  });

  it('ends with an error of class execution where Tempo ends', async () => {
    await expect(found('{ 1 / (span.attempt - 1) = 1 }')).rejects.toMatchObject({ class: 'execution' });
    await expect(found('{ span:id =~ "ab" }')).rejects.toMatchObject({
      class: 'execution',
      message: 'operator not supported for IDs: =~',
    });
  });

  it('ends when nobody waits any more, and when its time is over', async () => {
    await expect(found('{}', { signal: AbortSignal.abort() })).rejects.toMatchObject({ class: 'canceled' });
    await expect(found('{}', { limits: { timeoutMs: 0 } })).rejects.toMatchObject({ class: 'timeout' });
  });

  it('keeps no more spans than the limit', async () => {
    await expect(found('{}', { limits: { maxSamples: 10 } })).rejects.toMatchObject({ class: 'limit' });
  });
});
