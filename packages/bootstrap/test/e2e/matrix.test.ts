import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS, runtimes } from '../signals/run-child.ts';
import { placeService } from './place.ts';
import type { PlacedService } from './place.ts';
import { samplesOf } from './series.ts';
import { isRequest, isStart, startService } from './service.ts';
import type { Service } from './service.ts';
import { startUpstream } from './upstream.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, maxConcurrency: 2 });

const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

/** What each framework is installed as, and what the report of the start says of it. */
const frameworks = [
  { name: 'node:http', app: 'http', dependencies: {}, told: /^(?!.*instrumented)/ },
  { name: 'Express 4', app: 'express', dependencies: { express: 'express4' }, told: /express 4\.\d+\.\d+/ },
  { name: 'Express 5', app: 'express', dependencies: { express: 'express' }, told: /express 5\.\d+\.\d+/ },
  { name: 'Fastify 5', app: 'fastify', dependencies: { fastify: 'fastify' }, told: /fastify 5\.\d+\.\d+/ },
  {
    name: 'Koa 3',
    app: 'koa',
    dependencies: { koa: 'koa', '@koa/router': '@koa/router' },
    told: /koa 3\.\d+\.\d+/,
  },
  {
    name: 'Hono 4',
    app: 'hono',
    dependencies: { hono: 'hono', '@hono/node-server': '@hono/node-server' },
    told: /hono 4\.\d+\.\d+/,
  },
];

const kinds = [
  { kind: 'ES modules', extension: 'mjs' },
  { kind: 'CommonJS', extension: 'cjs' },
  { kind: 'TypeScript', extension: 'ts' },
];

const cases = frameworks.flatMap((framework) => kinds.map((kind) => ({ framework, kind })));

describe.concurrent.each(runtimes)('register on $node', ({ path: runtime }) => {
  const placed = new Map<string, PlacedService>();

  beforeAll(async () => {
    for (const { name, dependencies } of frameworks) {
      // oxlint-disable-next-line no-await-in-loop -- a few links each
      placed.set(name, await placeService('matrix', dependencies));
    }
  });

  afterAll(async () => {
    await Promise.all([...placed.values()].map((each) => each.remove()));
  });

  it.for(cases)('observes a service of $framework.name in $kind.kind once, and whole', async (one) => {
    const { name, app, told } = one.framework;
    const { extension } = one.kind;
    // node:http alone has no templates.
    const [orders, fails] = app === 'http' ? [] : ['/api/:tenant/orders/:id', '/fail'];
    const collector = await startOtlpReceiver();
    const upstream = await startUpstream();
    try {
      const service = await startService({
        app: placed.get(name)?.path(`${app}.${extension}`) ?? '',
        runtime,
        env: {
          OTEL_TRACES_EXPORTER: 'otlp',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          UPSTREAM: upstream.url,
        },
      });
      const { answers, page } = await useIt(service);
      expect(answers).toEqual([200, 404, 500]);
      const { stderr, lines, signal } = await service.end('SIGTERM');
      expect({ signal, stderr: withoutTypeStripping(stderr) }).toEqual({ signal: 'SIGTERM', stderr: '' });

      const servers = collector.spans().filter(({ kind }) => kind === SERVER);
      expect(servers.map((span) => [span.name, span.attributes['http.route'], span.status.code])).toEqual([
        [orders === undefined ? 'GET' : `GET ${orders}`, orders, 0],
        ['GET', undefined, 0],
        [fails === undefined ? 'GET' : `GET ${fails}`, fails, ERROR],
      ]);

      const clients = collector.spans().filter(({ kind }) => kind === CLIENT);
      const [placing] = servers;
      const parent = { traceId: placing?.traceId, parentSpanId: placing?.spanId };
      expect(clients).toMatchObject([parent, parent]);
      expect(clients).toHaveLength(2);
      const sent = [...upstream.headersOf('/stock/7'), ...upstream.headersOf('/price/7')];
      expect(sent.map(({ traceparent }) => traceparent)).toEqual(
        clients.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
      );

      expect(seriesOf(page, 'http_server_request_duration_seconds_count')).toEqual([
        ['200', orders, 1],
        ['404', undefined, 1],
        ['500', fails, 1],
      ]);
      expect(seriesOf(page, 'http_client_request_duration_seconds_count')).toEqual([['200', undefined, 2]]);

      expect(lines.filter(isRequest).map((line) => [line['trace_id'], line['http_route']])).toEqual(
        servers.map(({ traceId, attributes }) => [traceId, attributes['http.route']]),
      );
      const starts = lines.filter(isStart);
      expect(starts).toHaveLength(1);
      expect(starts[0]).toMatchObject({ level: 'info', msg: expect.stringMatching(told) as unknown });
      const said = inspect([lines, collector.spans(), page], { depth: 9 });
      expect(said).not.toContain('hunter2');
    } finally {
      upstream.close();
      await collector.close();
    }
  });
});

describe.concurrent('a framework that is installed under another name', () => {
  it.for(['aliased.mjs', 'aliased.cjs'])('is observed with its routes in %s', async (app) => {
    const placed = await placeService('matrix', { web: 'express4' });
    const upstream = await startUpstream();
    try {
      const service = await startService({
        app: placed.path(app),
        env: { UPSTREAM: upstream.url, FRAMEWORK: 'web' },
      });
      await useIt(service);
      const { lines } = await service.end('SIGTERM');
      expect(lines.filter(isRequest).map((line) => line['http_route'])).toEqual([
        '/api/:tenant/orders/:id',
        undefined,
        '/fail',
      ]);
      expect(lines.find(isStart)?.['msg']).toMatch(/express 4\.\d+\.\d+ instrumented/);
    } finally {
      upstream.close();
      await placed.remove();
    }
  });
});

async function useIt(service: Service): Promise<{ readonly answers: number[]; readonly page: string }> {
  const answers: number[] = [];
  for (const path of ['/api/7/orders/12', '/nothing/here', '/fail']) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    answers.push((await service.request(path)).status);
  }
  // The line comes after the answer, and the observation with it.
  await service.line(({ http_response_status_code: status }) => status === 500);
  return { answers, page: (await service.admin('/metrics')).text };
}

function seriesOf(page: string, name: string): unknown[] {
  return samplesOf(page, name)
    .map(({ labels, value }) => [labels['http_response_status_code'], labels['http_route'], value] as const)
    .toSorted(([one], [other]) => String(one).localeCompare(String(other)));
}

/** Node.js 22 says of TypeScript that it is new. */
function withoutTypeStripping(stderr: string): string {
  return stderr.replace(/^.*ExperimentalWarning: Type Stripping.*\n.*--trace-warnings.*\n/m, '');
}
