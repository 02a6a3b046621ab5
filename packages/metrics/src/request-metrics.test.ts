import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { createMetrics, type Metrics } from './create-metrics.ts';
import { parsePage, readBody } from './page-parser.fixture.ts';
import type { MeasuredRequest } from './request-metrics.ts';

const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const request: MeasuredRequest = {
  durationSeconds: 0.02,
  spanContext,
  kept: true,
  requestBodyBytes: undefined,
  responseBodyBytes: 2000,
};
let metrics: Metrics;

beforeEach(() => {
  metrics = createMetrics({ onProblem: () => {} });
});

async function counts(family: string): Promise<unknown[]> {
  const page = parsePage(await readBody(metrics.page('application/openmetrics-text').body), 'openmetrics');
  const found =
    page.get(family)?.samples.filter(({ name }) => name === `${family}_count` || name === family) ?? [];
  return Array.from(found, ({ labels, value }) => [...labels.values(), value]);
}

describe('createRequestSink', () => {
  it('binds a kind once and observes duration and the sizes that are known', async () => {
    const measure = metrics.requestSink.prepare({
      method: 'GET',
      route: '/a/:b',
      status: 200,
      errorType: undefined,
    });
    measure(request);
    measure({ ...request, requestBodyBytes: 5 });
    expect(await counts('http_server_request_duration_seconds')).toEqual([['GET', '/a/:b', '200', 2]]);
    expect(await counts('http_server_request_body_size_bytes')).toEqual([['GET', '/a/:b', 1]]);
    expect(await counts('http_server_response_body_size_bytes')).toEqual([['GET', '/a/:b', 2]]);
  });

  it('leaves the route off where none matched, the status where nothing was answered', async () => {
    metrics.requestSink.prepare({ method: 'GET', route: undefined, status: 404, errorType: undefined })(
      request,
    );
    metrics.requestSink.prepare({ method: 'PURGE', route: '/a', status: undefined, errorType: 'aborted' })(
      request,
    );
    expect(await counts('http_server_request_duration_seconds')).toEqual([
      ['GET', '404', 1],
      ['_OTHER', '/a', 'aborted', 1],
    ]);
  });

  it('counts error types past the bound as _OTHER, and codes that nobody registered as their class', async () => {
    for (let error = 0; error < 60; error++) {
      metrics.requestSink.prepare({ method: 'GET', route: '/a', status: 500, errorType: `E${error}` })(
        request,
      );
    }
    metrics.requestSink.prepare({ method: 'GET', route: '/a', status: 599, errorType: undefined })(request);
    const found = await counts('http_server_request_duration_seconds');
    expect(found).toHaveLength(51);
    expect(found).toContainEqual(['GET', '/a', '500', '_OTHER', 11]);
    expect(found).toContainEqual(['GET', '/a', '5xx', 1]);
  });

  it.each([
    { exemplars: true, kept: true, expected: 1 },
    { exemplars: true, kept: false, expected: 0 },
    { exemplars: false, kept: true, expected: 0 },
  ])(
    'makes $expected exemplar with exemplars $exemplars and kept $kept',
    async ({ exemplars, kept, expected }) => {
      metrics = createMetrics({ exemplars });
      metrics.requestSink.prepare({ method: 'GET', route: '/a', status: 200, errorType: undefined })({
        ...request,
        kept,
      });
      const page = parsePage(
        await readBody(metrics.page('application/openmetrics-text').body),
        'openmetrics',
      );
      const samples = page.get('http_server_request_duration_seconds')?.samples ?? [];
      expect(samples.flatMap(({ exemplar }) => exemplar?.value ?? [])).toEqual(expected === 1 ? [0.02] : []);
    },
  );

  it('takes the records of a recorder that says more', () => {
    interface Kind {
      readonly method: string;
      readonly route: string | undefined;
      readonly status: number | undefined;
      readonly errorType: string | undefined;
      readonly scheme: 'http' | 'https';
    }
    interface Sink {
      prepare(kind: Kind): (record: MeasuredRequest & { readonly target: string }) => void;
    }
    expectTypeOf(metrics.requestSink).toExtend<Sink>();
  });
});

describe('createClientRequestSink', () => {
  it('observes calls out, without addresses', async () => {
    const { prepare } = metrics.clientRequestSink;
    prepare({ method: 'GET', serverAddress: 'payments', status: 200, errorType: undefined })({
      durationSeconds: 1,
      spanContext,
    });
    prepare({ method: 'GET', serverAddress: '[::1]:80', status: undefined, errorType: 'ECONNREFUSED' })({
      durationSeconds: 1,
      spanContext,
    });
    expect(await counts('http_client_request_duration_seconds')).toEqual([
      ['GET', 'payments', '200', 1],
      ['GET', '_OTHER', 'ECONNREFUSED', 1],
    ]);
  });
});

describe('observeActiveRequests', () => {
  it('reads the counts for each page, adds up what is one series, and leaves at its end', async () => {
    const server = new Map([
      ['GET', 2],
      ['BREW', 1],
      ['PURGE', 3],
    ]);
    const client = new Map([['payments', 1]]);
    const end = metrics.observeActiveRequests({ server: () => server, client: () => client });
    expect(await counts('http_server_active_requests')).toEqual([
      ['GET', 2],
      ['_OTHER', 4],
    ]);
    client.clear();
    client.set('orders', 5);
    expect(await counts('http_client_active_requests')).toEqual([['orders', 5]]);
    end();
    expect(await counts('http_client_active_requests')).toEqual([]);
  });

  it('shows no requests any more to hosts past the bound once there are none', async () => {
    const client = new Map(Array.from({ length: 300 }, (_, at) => [`host${at}.example.com`, 2]));
    metrics.observeActiveRequests({ client: () => client });
    expect((await counts('http_client_active_requests')).at(-1)).toEqual(['_OTHER', expect.any(Number)]);
    client.clear();
    expect(await counts('http_client_active_requests')).toEqual([['_OTHER', 0]]);
    client.set('10.0.0.1', 3);
    expect(await counts('http_client_active_requests')).toEqual([['_OTHER', 3]]);
  });
});
