import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { askInstant, askRange } from './ask-metrics.ts';

const signal = new AbortController().signal;
const vector = (count: number): object => ({
  data: {
    resultType: 'vector',
    result: Array.from({ length: count }, (_, index) => ({ metric: { n: String(index) }, value: [1, '2'] })),
  },
});

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

describe('askRange', () => {
  it('asks for whole steps, and for one series more than are shown', async () => {
    const server = fakeServer(() => ({
      data: { resultType: 'matrix', result: [{ metric: { a: 'b' }, values: [[1, '+Inf']] }, { metric: {} }] },
    }));
    const found = await askRange(
      { query: 'up', startMs: 12_345, endMs: 19_999, stepSeconds: 5 },
      100,
      signal,
    );
    expect(Object.fromEntries(server.last.params)).toEqual({
      query: 'up',
      start: '10',
      end: '15',
      step: '5',
      limit: '101',
    });
    expect(found).toEqual({
      series: [
        { labels: { a: 'b' }, times: [1], values: [Infinity] },
        { labels: {}, times: [], values: [] },
      ],
      total: 2,
    });
  });
});

describe('askRange over a week', () => {
  it('has the last minutes, however long a step is', async () => {
    const server = fakeServer(() => ({ data: { resultType: 'matrix', result: [] } }));
    await askRange(
      { query: 'up', startMs: 0, endMs: 604_800_000 + 1_750_000, stepSeconds: 1800 },
      100,
      signal,
    );
    const [start, end] = ['start', 'end'].map((name) => Number(server.last.params.get(name)));
    expect(end).toBe(604_800 + 1740);
    expect(((end ?? 0) - (start ?? 0)) % 1800).toBe(0);
  });
});

describe('askInstant', () => {
  const ask = (limit: number) => askInstant({ query: 'up', endMs: 5000 }, limit, signal);

  it('reads a number without labels', async () => {
    fakeServer(() => ({ data: { resultType: 'scalar', result: [5, '7'] } }));
    expect(await ask(10)).toEqual({ series: [{ labels: {}, times: [5], values: [7] }], total: 1 });
  });

  it('shows no more than the limit, and counts what a server sent that knows no limit', async () => {
    fakeServer(() => vector(9));
    const { series, total } = await ask(3);
    expect([series.length, total]).toEqual([3, 9]);
  });

  it('asks how many there are where the server left out the rest', async () => {
    const counted = { data: { resultType: 'vector', result: [{ metric: {}, value: [5, '50000'] }] } };
    const server = fakeServer(({ params }) => (params.get('query') === 'up' ? vector(4) : counted));
    expect(await ask(3)).toMatchObject({ total: 50_000 });
    expect(server.last.params.get('query')).toBe('count(up\n)');
  });

  it.each([
    ['cannot be asked', new Response('', { status: 500 })],
    ['is nothing', { data: { resultType: 'vector', result: [] } }],
  ])('says how many came where their number %s', async (_, answer) => {
    fakeServer(({ params }) => (params.get('query') === 'up' ? vector(4) : answer));
    expect(await ask(3)).toMatchObject({ total: 4 });
  });
});
