import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from './fake-server.fixture.ts';
import { queryTraceMetrics, searchTraces, traceById, traceTagValues, traceTags } from './tempo.ts';

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

const range = { startMs: 1500, endMs: 1_000_001 };

describe('searchTraces', () => {
  it('tells what a search found, the newest first, in whole seconds asked', async () => {
    const server = fakeServer(() => ({
      metrics: {},
      traces: [
        { traceID: 'ab', rootServiceName: '<root span not yet received>' },
        {
          traceID: 'cd',
          rootServiceName: 'shop',
          rootTraceName: 'GET /',
          startTimeUnixNano: '5000000',
          durationMs: 7,
          spanSets: [{ matched: 2 }, {}],
          serviceStats: { a: { spanCount: 1 }, b: { spanCount: 3, errorCount: 1 }, c: {} },
        },
      ],
    }));
    const [newest, other] = await searchTraces({ query: '{}', limit: 5, ...range });
    expect(server.last.params.toString()).toBe('q=%7B%7D&limit=5&spss=1&start=1&end=1001');
    expect(newest).toEqual({
      id: 'cd'.padStart(32, '0'),
      rootService: 'shop',
      rootName: 'GET /',
      startMs: 5,
      durationMs: 7,
      spans: 4,
      errors: 1,
      matched: 2,
      services: [
        { name: 'b', spans: 3, errors: 1 },
        { name: 'a', spans: 1, errors: 0 },
        { name: 'c', spans: 0, errors: 0 },
      ],
    });
    expect(other).toMatchObject({ rootService: '', rootName: '', startMs: 0, durationMs: 0, matched: 0 });
    fakeServer(() => ({ metrics: {} }));
    expect(await searchTraces({ query: '{}', limit: 5, ...range })).toEqual([]);
  });
});

describe('traceById', () => {
  const trace = { resourceSpans: [] };
  it.each([
    [{ trace }, undefined],
    [{ trace, status: 'PARTIAL', message: 'too large' }, 'too large'],
    [{ trace, status: '1' }, ''],
  ])('of %j says of what is missing %j', async (answer, partial) => {
    fakeServer(() => answer);
    expect(await traceById('ab')).toMatchObject({ raw: answer, partial });
  });

  it('asks an older server at its own address', async () => {
    const server = fakeServer(({ path }) =>
      path.startsWith('/api/v2') ? new Response('404 page not found', { status: 404 }) : { batches: [] },
    );
    expect(await traceById('ab')).toMatchObject({ partial: undefined });
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/v2/traces/ab', '/api/traces/ab']);
  });

  it.each([
    ['trace not found', 404],
    ['out of memory', 500],
  ])('does not ask again after "%s"', async (text, status) => {
    const server = fakeServer(() => new Response(text, { status }));
    await expect(traceById('ab')).rejects.toMatchObject({ message: text, status });
    expect(server.asked).toHaveLength(1);
  });

  it('gives up when nobody waits any more', async () => {
    fakeServer(() => ({}));
    await expect(traceById('ab', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('names and values', () => {
  it('are asked of the last minutes alone', async () => {
    const server = fakeServer(() => ({}));
    expect(await traceTags(range)).toEqual([]);
    expect(Object.fromEntries(server.last.params)).toEqual({ start: '400', end: '1001' });
    expect(await traceTagValues('span.http.route', range)).toEqual([]);
    fakeServer(() => ({ scopes: [{ name: 'span', tags: ['a'] }], tagValues: [{ type: 'int', value: '1' }] }));
    expect(await traceTags(range)).toEqual([{ name: 'span', tags: ['a'] }]);
    expect(await traceTagValues('a', { ...range, query: '{}' })).toEqual([{ type: 'int', value: '1' }]);
  });
});

describe('queryTraceMetrics', () => {
  it('reads series, of which protobuf leaves out what is nothing', async () => {
    fakeServer(() => ({
      series: [
        {
          labels: [{ key: 'status', value: { stringValue: 'error' } }],
          samples: [{ timestampMs: '1500', value: '2.5' }, { timestampMs: '2500' }],
        },
        {},
      ],
    }));
    const asked = { query: '{} | rate()', stepSeconds: 5, ...range };
    expect(await queryTraceMetrics(asked)).toEqual([
      { labels: { status: 'error' }, times: [1.5, 2.5], values: [2.5, 0] },
      { labels: {}, times: [], values: [] },
    ]);
    fakeServer(() => ({}));
    expect(await queryTraceMetrics(asked)).toEqual([]);
  });
});
