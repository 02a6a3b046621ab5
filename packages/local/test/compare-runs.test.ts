import { startLocal } from '@sightline/local';
import { describe, expect, it, vi } from 'vitest';

const ATTRIBUTES = (instance: string, version: string) =>
  Object.entries({ 'service.name': 'shop', 'service.instance.id': instance, 'service.version': version }).map(
    ([key, stringValue]) => ({ key, value: { stringValue } }),
  );

interface RunNumbers {
  readonly instance: string;
  readonly version: string;
  readonly startMs: number;
  /** Requests of each route within 0.1 s, within 1 s and failed. */
  readonly routes: Readonly<Record<string, readonly [quick: number, slow: number, failed: number]>>;
  readonly heapBytes: readonly number[];
  readonly lines: readonly string[];
}

const nano = (ms: number): string => `${Math.floor(ms)}000000`;

async function send(url: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect({ path, status: response.status, text: await response.text() }).toMatchObject({ status: 200 });
}

/** What a service of ten seconds sends by OTLP, the spans now: a run is known from when its first span came. */
async function sendRun(url: string, run: RunNumbers): Promise<void> {
  const resource = { attributes: ATTRIBUTES(run.instance, run.version) };
  await send(url, '/v1/traces', {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: [
              {
                traceId: 'fedcba9876543210fedcba9876543210',
                spanId: 'fedcba9876543210',
                name: 'GET /',
                startTimeUnixNano: nano(run.startMs),
                endTimeUnixNano: nano(run.startMs + 5),
              },
            ],
          },
        ],
      },
    ],
  });
  const points = Object.entries(run.routes).flatMap(([route, [quick, slow, failed]]) => {
    const point = (code: number, buckets: readonly number[], more: Record<string, string> = {}) => ({
      attributes: Object.entries({
        'http.request.method': 'GET',
        'http.route': route,
        'http.response.status_code': String(code),
        ...more,
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      startTimeUnixNano: nano(run.startMs),
      timeUnixNano: nano(run.startMs + 20),
      count: buckets.reduce((sum, each) => sum + each, 0),
      sum: 1,
      explicitBounds: [0.1, 1],
      bucketCounts: buckets,
    });
    return [point(200, [quick, slow, 0]), point(500, [failed, 0, 0], { 'error.type': '500' })];
  });
  await send(url, '/v1/metrics', {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'http.server.request.duration',
                unit: 's',
                histogram: { aggregationTemporality: 2, dataPoints: points },
              },
              {
                name: 'v8js.memory.heap.used',
                unit: 'By',
                gauge: {
                  dataPoints: run.heapBytes.map((asDouble, at) => ({
                    timeUnixNano: nano(run.startMs + at),
                    asDouble,
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  });
  await send(url, '/v1/logs', {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            logRecords: run.lines.map((stringValue, at) => ({
              timeUnixNano: nano(run.startMs + at),
              severityNumber: stringValue.includes('fingerprint') ? 17 : 9,
              body: { stringValue },
            })),
          },
        ],
      },
    ],
  });
}

const error = (fingerprint: string, message: string): string =>
  JSON.stringify({
    msg: `the order ${fingerprint} has failed`,
    err: { fingerprint, type: 'TypeError', message },
  });
const lines = (count: number, line: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => line(at));

interface Comparison {
  readonly before: { readonly instance: string; readonly metricsFoundBy: string };
  readonly after: { readonly instance: string };
  readonly rule: string;
  readonly operations: readonly {
    readonly name: string;
    readonly state: string;
    readonly isSignificant: boolean;
    readonly before?: { readonly requests: number; readonly p95Seconds: number };
    readonly after?: { readonly requests: number; readonly errorRatio: number };
    readonly errors?: { readonly isSignificant: boolean };
    readonly p95?: { readonly isSignificant: boolean };
  }[];
  readonly logs: {
    readonly foundBy: unknown;
    readonly patterns: readonly { readonly pattern: string; readonly state: string }[];
    readonly errors: readonly {
      readonly fingerprint: string;
      readonly state: string;
      readonly afterLines: number;
    }[];
  };
}

describe('GET /sightline/api/v1/runs/compare', () => {
  it('tells which routes fail or are slow now, what is new in the logs, and what is noise', async () => {
    const stack = await startLocal({ port: 0 });
    try {
      const shared = { '/steady': [400, 20, 2], '/rare': [6, 0, 0] } as const;
      await sendRun(stack.url, {
        instance: 'one',
        version: '1',
        // What is sent has happened by then.
        startMs: Date.now() - 100,
        routes: { ...shared, '/orders': [500, 10, 4], '/slow': [500, 10, 0], '/old': [50, 0, 0] },
        heapBytes: [100, 110, 90],
        lines: [
          ...lines(40, (at) => `order ${at} was placed by customer ${at * 3}`),
          error('f1', 'no stock'),
        ],
      });
      // The next one begins in a millisecond of its own.
      const before = Date.now();
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(before + 1), {
        timeout: 20_000,
        interval: 1,
      });
      await sendRun(stack.url, {
        instance: 'two',
        version: '2',
        // What is sent has happened by then.
        startMs: Date.now() - 100,
        routes: {
          ...shared,
          '/rare': [3, 0, 3],
          '/orders': [400, 10, 80],
          '/slow': [300, 200, 0],
          '/new': [40, 0, 0],
        },
        heapBytes: [100, 110, 90],
        lines: [
          ...lines(40, (at) => `order ${at} was placed by customer ${at * 3}`),
          ...lines(5, (at) => `cache of tenant ${at} is cold, reading it from the database`),
          error('f2', 'no money'),
          error('f2', 'no money'),
        ],
      });
      const ask = async (query: string): Promise<{ status: number; body: Comparison; text: string }> => {
        const response = await fetch(`${stack.url}/sightline/api/v1/runs/compare?${query}`);
        const text = await response.text();
        return { status: response.status, text, body: (response.ok ? JSON.parse(text) : {}) as Comparison };
      };

      const { status, body } = await ask('before=one&after=two');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        before: { instance: 'one', metricsFoundBy: 'instance' },
        after: { instance: 'two' },
        rule: expect.stringContaining('two-proportion z-test'),
        logs: { foundBy: { before: 'instance', after: 'instance' } },
      });
      const changed = body.operations.filter((each) => each.isSignificant).map(({ name }) => name);
      expect(changed).toEqual(['GET /slow', 'GET /orders']);
      expect(Object.fromEntries(body.operations.map(({ name, state }) => [name, state]))).toEqual({
        'GET /slow': 'in both',
        'GET /orders': 'in both',
        'GET /old': 'gone',
        'GET /new': 'new',
        'GET /steady': 'in both',
        'GET /rare': 'in both',
      });
      const [slow, orders] = body.operations;
      expect(orders?.errors?.isSignificant).toBe(true);
      expect(orders?.after).toMatchObject({ requests: 490, errorRatio: 80 / 490 });
      expect(slow?.p95).toMatchObject({ isSignificant: true, boundSeconds: 0.1 });
      expect(slow?.before?.p95Seconds).toBeLessThan(0.1);

      const patterns = body.logs.patterns.map(({ pattern, state }) => [state, pattern]);
      expect(patterns).toContainEqual(['new', 'cache of tenant <_> is cold, reading it from the database']);
      expect(patterns.filter(([, pattern]) => pattern?.includes('was placed'))).toEqual([]);
      expect(
        body.logs.errors.map(({ fingerprint, state, afterLines }) => [fingerprint, state, afterLines]),
      ).toEqual([
        ['f2', 'new', 2],
        ['f1', 'gone', 0],
      ]);

      expect((await ask('service=shop')).body).toMatchObject({
        before: { instance: 'one' },
        after: { instance: 'two' },
      });
      expect(await ask('before=one&after=none')).toMatchObject({ status: 404 });
      expect(await ask('after=one')).toMatchObject({ status: 404 });
      expect(await ask('before=two&after=two')).toMatchObject({ status: 400 });
      expect(await ask('service=none')).toMatchObject({ status: 404 });
    } finally {
      await stack.close();
    }
  }, 60_000);
});
