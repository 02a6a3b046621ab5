/** The queries to traces with routes as people write them, asked of the embedded stack and of a real Tempo. */
import { type LocalStack, startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type QueryKind,
  interpolateQuery,
} from '../packages/local/ui/src/pages/dashboards/model/fill-query.ts';
import type { VariableValue } from '../packages/local/ui/src/pages/dashboards/model/formats.ts';
import { allPanels } from './dashboards/panel-queries.ts';
import { findTempo, startTempo } from './servers/tempo.ts';

const START_MS = 120_000;
const WAIT = { timeout: 30_000, interval: 100 };
const SERVICE = 'shop (eu).1';
/** As Express, Fastify and Koa take them, and what a string of a query would end at. */
const routes = [
  '/plain/:id',
  String.raw`/files/(\d+)`,
  '/say/"it"',
  String.raw`/back\slash`,
  '/a|b',
  '/a.b*c+d?[e]{f}$^',
] as const;

interface TraceServer {
  readonly get: (path: string, parameters: Readonly<Record<string, string>>) => Promise<string>;
  readonly stop: () => Promise<unknown>;
}

function spansOf(): object {
  const nowMs = Date.now();
  const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const spans = routes.map((route, index) => ({
    traceId: `${index + 1}`.padStart(32, 'a'),
    spanId: `${index + 1}`.padStart(16, 'b'),
    name: `GET ${route}`,
    kind: 2,
    startTimeUnixNano: `${nowMs - 5000}000000`,
    endTimeUnixNano: `${nowMs - 3000}000000`,
    status: { code: 2 },
    attributes: [attribute('http.route', route)],
  }));
  const resource = { attributes: [attribute('service.name', SERVICE)] };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return text;
}

async function openEmbedded(): Promise<TraceServer> {
  const stack: LocalStack = await startLocal({ port: 0 });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(spansOf());
  await textOf(await fetch(`${stack.url}/v1/traces`, { method: 'POST', headers, body }));
  return {
    get: async (path, parameters) =>
      textOf(await fetch(`${stack.url}${path}?${new URLSearchParams(parameters).toString()}`)),
    stop: () => stack.close(),
  };
}

async function openTempo(): Promise<TraceServer | undefined> {
  const found = findTempo();
  if ('missing' in found) {
    process.stdout.write(`skipped: ${found.missing}\n`);
    return undefined;
  }
  const tempo = await startTempo(found.path);
  await tempo.push(spansOf());
  return {
    async get(path, parameters) {
      const answer = await tempo.get(path, parameters);
      if ('error' in answer) throw new Error(answer.error);
      return JSON.stringify(answer.data);
    },
    stop: () => tempo.stop(),
  };
}

/** A query as Grafana and the web app send it, with some routes chosen, or all. */
function chosen(expr: string, route: readonly string[] | 'all', kind: QueryKind = 'pipe'): string {
  const of = (value: readonly string[]): VariableValue => ({ value, text: '', isList: true });
  const variables: Readonly<Record<string, VariableValue>> = {
    service: of([SERVICE]),
    route: route === 'all' ? { ...of(routes), allValue: '.*' } : of(route),
  };
  return interpolateQuery(expr, { variable: (name) => variables[name] }, kind);
}

const queries = allPanels.flatMap(({ board, panel }) =>
  board === 'traces' ? panel.queries.flatMap((query) => (query.language === 'traceql' ? [query] : [])) : [],
);
const newest = allPanels.find(
  ({ board, panel }) => board === 'traces' && panel.title === 'What are the newest requests?',
)?.panel.queries[0]?.expr;

describe.each([
  ['the embedded stack', openEmbedded],
  ['a real Tempo', openTempo],
] as const)('the panels of traces, asked of %s', (_server, open) => {
  let server: TraceServer | undefined;
  beforeAll(async () => {
    server = await open();
  }, START_MS);
  afterAll(() => server?.stop());

  async function found(q: string): Promise<readonly string[]> {
    const nowSeconds = Math.ceil(Date.now() / 1000);
    const times = { start: `${nowSeconds - 600}`, end: `${nowSeconds + 1}` };
    const { traces = [] } = JSON.parse(await server!.get('/api/search', { q, ...times, limit: '50' })) as {
      traces?: readonly { readonly rootTraceName: string }[];
    };
    return traces.map(({ rootTraceName }) => rootTraceName).toSorted();
  }

  it.each(routes)('find what is of the route %s alone', async (route) => {
    if (server === undefined) return;
    await vi.waitFor(
      async () => expect(await found(chosen(newest ?? '', [route]))).toEqual([`GET ${route}`]),
      WAIT,
    );
  });

  it('find what is of several routes, and of all', async () => {
    if (server === undefined) return;
    const both = [routes[1], routes[2]];
    await vi.waitFor(async () => {
      expect(await found(chosen(newest ?? '', both))).toEqual(both.map((route) => `GET ${route}`).toSorted());
      expect(await found(chosen(newest ?? '', 'all'))).toHaveLength(routes.length);
    }, WAIT);
  });

  it('are taken with every route at once', async () => {
    if (server === undefined) return;
    const nowSeconds = Math.ceil(Date.now() / 1000);
    const times = { start: `${nowSeconds - 600}`, end: `${nowSeconds}` };
    for (const { expr, kind } of queries.filter((query) => query.kind !== 'service-map')) {
      const path = kind === 'metrics' ? '/api/metrics/query_range' : '/api/search';
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      await server.get(path, { q: chosen(expr, routes), ...times, step: '60s' });
    }
    expect(queries.length).toBeGreaterThan(5);
  });
});

describe('the map of services', () => {
  it('asks for the edges of a service whatever it is called', async () => {
    const stack = await startLocal({ port: 0 });
    try {
      for (const { expr } of queries.filter((query) => query.kind === 'service-map')) {
        const query = `rate(traces_service_graph_request_total${chosen(expr, 'all', 'regex')}[1m])`;
        // oxlint-disable-next-line no-await-in-loop -- one question after the other
        const response = await fetch(
          `${stack.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
        );
        // oxlint-disable-next-line no-await-in-loop -- see above
        expect([query, response.status, await response.text()]).toEqual([
          query,
          200,
          expect.stringContaining('success'),
        ]);
      }
    } finally {
      await stack.close();
    }
  });
});
