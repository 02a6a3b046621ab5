import { once } from 'node:events';
import { context } from '@opentelemetry/api';
import * as undici from 'undici';
import { describe, expect, it } from 'vitest';
import { suppressed } from './recorded-calls.fixture.ts';
import { recordedUpstream } from './recorded-upstream.fixture.ts';

const recorded = recordedUpstream();

describe.each<[string, typeof fetch]>([
  ['fetch', (...values) => fetch(...values)],
  ['fetch of the package undici', undici.fetch as never],
])('calls with %s', (_name, call) => {
  /** A call that is aborted as soon as it has arrived; a timeout is an abort with a reason of its own. */
  async function abandoned(reason: unknown): Promise<unknown> {
    const controller = new AbortController();
    const result = call(`${recorded.upstream.origin}/silent`, { signal: controller.signal });
    await recorded.upstream.arrival();
    controller.abort(reason);
    return result;
  }

  it('has a span with the attributes of the conventions, and a record', async () => {
    const response = await call(`${recorded.upstream.origin}/orders/7?token=s3cr3t-value&page=2`, {
      method: 'POST',
      body: 'x',
    });
    await response.text();
    await recorded.calls.ended(1);
    const [span] = recorded.calls.spans();
    expect(span).toMatchObject({ name: 'POST', status: { code: 0 } });
    expect(span?.attributes).toEqual({
      'http.request.method': 'POST',
      'url.full': `http://localhost:${recorded.upstream.port}/orders/7?token=REDACTED&page=2`,
      'server.address': 'localhost',
      'server.port': recorded.upstream.port,
      'http.response.status_code': 200,
      'network.protocol.version': '1.1',
    });
    expect(recorded.calls.kinds).toEqual([
      { method: 'POST', serverAddress: 'localhost', status: 200, errorType: undefined },
    ]);
    expect(recorded.calls.problems).toEqual([]);
  });

  it('is a call for each hop of a redirect', async () => {
    const response = await call(`${recorded.upstream.origin}/redirect`);
    await response.text();
    await recorded.calls.ended(2);
    expect(recorded.calls.kinds.map(({ status, errorType }) => [status, errorType])).toEqual([
      [302, undefined],
      [200, undefined],
    ]);
    const ids = recorded.calls.spans().map((span) => span.spanContext().spanId);
    expect(recorded.upstream.received.map(({ traceparent }) => String(traceparent).slice(36, 52))).toEqual(
      ids,
    );
  });

  it('is an error when the answer is 404', async () => {
    await (await call(`${recorded.upstream.origin}/status/404`)).text();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 404, errorType: '404' });
    expect(recorded.calls.spans()[0]).toMatchObject({ status: { code: 2 } });
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['ECONNREFUSED', 'the connection is refused', () => call('http://127.0.0.1:1000/')],
    ['AbortError', 'it is aborted before the answer', () => abandoned(undefined)],
    ['TimeoutError', 'it takes too long', () => abandoned(new DOMException('too late', 'TimeoutError'))],
  ])('fails with %s when %s', async (errorType, _case, run) => {
    await expect(run()).rejects.toBeDefined();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: undefined, errorType });
    expect(recorded.calls.spans()[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': errorType },
    });
    expect([...recorded.calls.recorder.active().values()]).toEqual([0]);
  });

  it('keeps the status of an answer that breaks off', async () => {
    const response = await call(`${recorded.upstream.origin}/breaks`);
    await expect(response.text()).rejects.toBeDefined();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({
      status: 200,
      errorType: expect.stringMatching(/^UND_ERR/),
    });
  });

  it('ends an answer that is cancelled', async () => {
    const controller = new AbortController();
    await call(`${recorded.upstream.origin}/hangs`, { signal: controller.signal });
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 1]]);
    controller.abort();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 200, errorType: 'AbortError' });
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 0]]);
  });

  it('passes context and the request id on, unless they are there', async () => {
    await context.with(context.active().setValue(Symbol.for('sightline.request.id'), 'id-1'), async () => {
      await (await call(recorded.upstream.origin)).text();
      await (
        await call(recorded.upstream.origin, {
          headers: { Traceparent: '00-theirs', 'X-Request-Id': 'theirs' },
        })
      ).text();
    });
    const [span] = recorded.calls.spans();
    expect(recorded.upstream.received).toMatchObject([
      { traceparent: expect.stringContaining(String(span?.spanContext().spanId)), 'x-request-id': 'id-1' },
      { traceparent: '00-theirs', 'x-request-id': 'theirs' },
    ]);
  });

  it('makes nothing of a call of telemetry itself', async () => {
    await context.with(suppressed, async () => (await call(recorded.upstream.origin)).text());
    expect(recorded.calls.spans()).toEqual([]);
    expect(recorded.upstream.received[0]?.['traceparent']).toBeUndefined();
  });
});

describe('calls with undici', () => {
  it('has a span for request, stream and pool', async () => {
    await (await undici.request(recorded.upstream.origin)).body.text();
    const pool = new undici.Pool(recorded.upstream.origin);
    await (await pool.request({ path: '/status/201', method: 'GET' })).body.dump();
    await recorded.calls.ended(2);
    await pool.close();
    expect(recorded.calls.kinds.map(({ status }) => status)).toEqual([200, 201]);
    expect(recorded.calls.spans()).toHaveLength(2);
  });

  it('ends an upgrade with its answer', async () => {
    const { socket } = await undici.upgrade(recorded.upstream.origin, { protocol: 'echo' });
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 101, errorType: undefined });
    socket.destroy();
  });

  it('ends CONNECT with its answer', async () => {
    const client = new undici.Client(recorded.upstream.origin);
    const { socket } = await client.connect({ path: 'example.com:443' });
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ method: 'CONNECT', status: 200, errorType: undefined });
    socket.destroy();
    await once(socket, 'close');
    await client.destroy();
  });
});

describe('calls of undici past its interceptor for DNS', () => {
  it('have the host as the code names it', async () => {
    const agent = new undici.Agent().compose(undici.interceptors.dns());
    const { origin } = recorded.upstream;
    const response = await undici.request(`${origin}/orders`, { dispatcher: agent });
    await response.body.text();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds).toMatchObject([{ serverAddress: 'localhost', status: 200 }]);
    expect(recorded.calls.spans()[0]?.attributes['url.full']).toBe(`${origin}/orders`);
    await agent.close();
  });
});
