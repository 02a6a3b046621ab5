import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { loadServices } from './load-services.ts';

const range = { startMs: 0, endMs: 3_600_000 };
const live = (): AbortSignal => new AbortController().signal;
const matrix = (job: string, value: string): object => ({
  data: { resultType: 'matrix', result: [{ metric: { job }, values: [[3600, value]] }] },
});
const nothing = { data: { resultType: 'vector', result: [] } };

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

describe('loadServices', () => {
  it('puts together what all servers know, as of whole steps', async () => {
    const server = fakeServer(({ path, params }) => {
      if (path === '/api/v1/query_range')
        return params.get('query')?.includes('http_server') === true ? matrix('web/shop', '2') : nothing;
      if (path === '/api/v1/query') return nothing;
      if (path === '/api/v1/alerts') return { data: { alerts: [] } };
      return path.startsWith('/loki') ? { data: ['batch'] } : [];
    });
    const loaded = await loadServices({ startMs: 0, endMs: 3_659_000 }, live());
    expect(loaded).toMatchObject({ problems: [], start: 0, end: 3600, windowSeconds: 300 });
    expect(loaded.rows.map(({ name, sources }) => [name, sources])).toEqual([
      ['shop', ['metrics']],
      ['batch', ['logs']],
    ]);
    expect(server.asked.filter(({ path }) => path === '/api/v1/query_range')).toHaveLength(8);
  });

  it('has numbers of now where the lines are over days', async () => {
    const server = fakeServer(({ path, params }) => {
      if (path === '/api/v1/query' && params.get('query')?.includes('[300s]') === true)
        return { data: { resultType: 'vector', result: [{ metric: { job: 'shop' }, value: [0, '7'] }] } };
      if (path === '/api/v1/alerts') return { data: { alerts: [] } };
      return path.startsWith('/loki') ? { data: [] } : path.startsWith('/sightline') ? [] : nothing;
    });
    const endMs = 30 * 86_400_000;
    const { rows } = await loadServices({ startMs: 0, endMs }, live());
    expect(rows.map(({ name, red }) => [name, red.rate?.now, red.p99?.now])).toEqual([['shop', 7, 7]]);
    expect(server.asked.some(({ params }) => params.get('query')?.includes('[345600s]'))).toBe(true);
  });

  it('leaves out what a server does not answer, and says so but of what the stack alone has', async () => {
    fakeServer(({ path }) => {
      if (path === '/api/v1/query_range') return matrix('shop', '2');
      if (path.startsWith('/sightline')) return new Response('', { status: 404 });
      if (path.startsWith('/loki')) throw new TypeError('fetch failed');
      if (path === '/api/v1/alerts') return new Response('no rules here', { status: 500 });
      return nothing;
    });
    const { rows, problems } = await loadServices(range, live());
    expect(rows).toHaveLength(1);
    expect(problems.toSorted()).toEqual([
      'alerts: no rules here',
      expect.stringMatching(/^logs: \/loki.*did not answer/),
    ]);
  });

  it('fails where Prometheus does not answer, and gives up when nobody waits any more', async () => {
    fakeServer(() => new Response('down', { status: 503 }));
    await expect(loadServices(range, live())).rejects.toMatchObject({ status: 503 });
    await expect(loadServices(range, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
