import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { searchSpread, slicesBefore } from './search-spread.ts';

afterEach(() => vi.unstubAllGlobals());

describe('searchSpread', () => {
  const found = (...ids: number[]): object => ({
    metrics: {},
    traces: ids.map((id) => ({ traceID: String(id), startTimeUnixNano: `${id}000000` })),
  });
  const search = { query: '{}', startMs: 0, endMs: 100_000 };

  it('searches the time before as well, where the newest are as many as are shown', async () => {
    fakeWindow();
    const server = fakeServer(({ params }) =>
      params.get('limit') === '2' ? found(90_000, 80_000) : found(10, 80_000),
    );
    const { traces, isMore } = await searchSpread({ ...search, limit: 2 });
    expect(traces.map(({ startMs }) => startMs)).toEqual([90_000, 80_000, 10]);
    expect(isMore).toBe(true);
    expect(server.asked).toHaveLength(11);
  });

  it('has all of them where there are fewer', async () => {
    fakeWindow();
    const server = fakeServer(() => found());
    expect(await searchSpread({ ...search, limit: 2 })).toEqual({ traces: [], isMore: false });
    expect(server.asked).toHaveLength(1);
  });
});

describe('slicesBefore', () => {
  it('cuts the time into ten equal parts', () => {
    const slices = slicesBefore(0, 100_000);
    expect(slices.map(({ startMs }) => startMs)).toEqual([
      0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 90_000,
    ]);
    expect(slices.at(-1)?.endMs).toBe(100_000);
  });

  it('has none where there is hardly any time', () => expect(slicesBefore(0, 5000)).toEqual([]));
});
