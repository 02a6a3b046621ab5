import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { loadService } from './load-service.ts';

const range = { startMs: 0, endMs: 3_600_000 };
const live = (): AbortSignal => new AbortController().signal;
const nothing = { data: { resultType: 'vector', result: [] } };
const one = { data: { resultType: 'matrix', result: [{ metric: {}, values: [[3600, '2']] }] } };

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

describe('loadService', () => {
  it('tells all of a service that measures its requests', async () => {
    const run = { service: 'shop', version: '1', instance: 'i', firstSeenMs: 1, lastSeenMs: 2 };
    const alert = (severity: string, job: string): object => ({ labels: { severity, job } });
    const server = fakeServer(({ path }) => {
      if (path === '/api/v1/query_range') return one;
      if (path === '/api/v1/query_exemplars') return { data: [] };
      if (path === '/api/v1/alerts') {
        const alerts = [alert('warning', 'shop'), alert('none', 'shop'), alert('warning', 'other')];
        return { data: { alerts } };
      }
      if (path === '/sightline/api/v1/runs') return [run, { ...run, service: 'other' }];
      return path.startsWith('/loki')
        ? { data: { result: [{ stream: {}, values: [['5', 'boom']] }] } }
        : nothing;
    });
    const loaded = await loadService('shop', range, live());
    expect(loaded).toMatchObject({
      isMeasured: true,
      runs: [run],
      alerts: [{ labels: { severity: 'warning', job: 'shop' } }],
      errors: [{ message: 'boom', count: 1 }],
      errorLines: 1,
      problems: [],
    });
    expect(loaded.now).toEqual({ rate: 2, errorRatio: 2, p99: 2 });
    expect(loaded.quantiles.map(([name]) => name)).toEqual(['p50', 'p95', 'p99']);
    expect(loaded.queries.p95).toMatch(/^histogram_quantile\(0\.95/);
    const bucket = server.asked.find(({ path }) => path === '/api/v1/query_exemplars');
    expect(bucket?.params.get('query')).toMatch(/^http_server_request_duration_seconds_bucket/);
  });

  it('takes the numbers over the spans of one that does not, without quantiles where there are none', async () => {
    const server = fakeServer(({ path }) => {
      if (path === '/api/v1/query_exemplars') return { data: [] };
      if (path === '/api/v1/alerts') return { data: { alerts: [] } };
      if (path.startsWith('/loki')) return { data: { result: [] } };
      return path.startsWith('/sightline') ? [] : nothing;
    });
    expect(await loadService('shop', range, live())).toMatchObject({ isMeasured: false, quantiles: [] });
    const bucket = server.asked.find(({ path }) => path === '/api/v1/query_exemplars');
    expect(bucket?.params.get('query')).toMatch(/^traces_spanmetrics_latency_bucket/);
  });

  it('has numbers of now beside lines over days', async () => {
    const server = fakeServer(({ path, params }) => {
      if (path === '/api/v1/query_range') return one;
      if (path === '/api/v1/query' && params.get('query')?.includes('sum by (job') === true)
        return { data: { resultType: 'vector', result: [{ metric: {}, value: [0, '7'] }] } };
      if (path === '/api/v1/alerts' || path === '/api/v1/query_exemplars') return { data: { alerts: [] } };
      return path.startsWith('/loki')
        ? { data: { result: [] } }
        : path.startsWith('/sightline')
          ? []
          : nothing;
    });
    const { now, rate, windowSeconds } = await loadService(
      'shop',
      { startMs: 0, endMs: 864_000_000 },
      live(),
    );
    expect({ now, rate: rate[0]?.values, windowSeconds }).toEqual({
      now: { rate: 7, errorRatio: 7, p99: 7 },
      rate: [2],
      windowSeconds: 300,
    });
    expect(server.asked.some(({ params }) => params.get('query')?.includes('[28800s]'))).toBe(true);
  });

  it('names once what a server does not answer, but not what the stack alone has', async () => {
    fakeServer(({ path, params }) => {
      if (path === '/api/v1/query_range') {
        return params.get('query')?.startsWith('histogram') === true
          ? new Response('too many', { status: 422 })
          : one;
      }
      if (path.startsWith('/sightline')) return new Response('', { status: 404 });
      if (path === '/api/v1/alerts') return { data: { alerts: [] } };
      return path.startsWith('/loki') ? { data: { result: [] } } : nothing;
    });
    const { problems } = await loadService('shop', range, live());
    expect(problems.toSorted()).toEqual([
      'durations: too many',
      'exemplars: /api/v1/query_exemplars answered JSON that is not what was expected',
    ]);
  });

  it('gives up when nobody waits any more', async () => {
    const controller = new AbortController();
    fakeServer(({ path }) => {
      if (path === '/api/v1/query_range') return one;
      controller.abort();
      throw new TypeError('fetch failed');
    });
    await expect(loadService('shop', range, controller.signal)).rejects.toThrow('fetch failed');
  });
});
