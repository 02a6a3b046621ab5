import { once } from 'node:events';
import http, { Agent, type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import * as namespace from 'node:http';
import type { Socket } from 'node:net';
import { context, propagation, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { recordCalls, suppressed } from './recorded-calls.fixture.ts';
import { failed, recordedUpstream } from './recorded-upstream.fixture.ts';

const recorded = recordedUpstream();

async function read(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'close');
  return response;
}

describe('calls with node:http', () => {
  it('has a span with the attributes of the conventions, and a record', async () => {
    const outgoing = request(`${recorded.upstream.origin}/orders/7?token=s3cr3t-value&page=2`, {
      method: 'POST',
      auth: 'ada:pw',
    });
    outgoing.end('body');
    await read(outgoing);
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

  it.each<[string, (url: string) => ClientRequest]>([
    ['default import', (url) => http.get(url)],
    ['named import', (url) => get(url)],
    ['namespace', (url) => namespace.get(url)],
    ['process.getBuiltinModule', (url) => process.getBuiltinModule('node:http').get(url)],
    ['ClientRequest', (url) => new http.ClientRequest(url).end()],
    [
      'an agent that keeps alive',
      (url) => get(url, { agent: new Agent({ keepAlive: true, maxSockets: 1 }) }),
    ],
    ['no agent', (url) => get(url, { agent: false })],
  ])('has one span and one record by way of %s', async (_way, call) => {
    await read(call(`${recorded.upstream.origin}/x`));
    await recorded.calls.ended(1);
    expect(recorded.calls.spans()).toHaveLength(1);
    expect(recorded.calls.kinds).toHaveLength(1);
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 0]]);
  });

  it('counts a call as active until its end', async () => {
    const outgoing = get(`${recorded.upstream.origin}/hangs`);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 1]]);
    response.on('error', () => {});
    response.destroy();
    await recorded.calls.ended(1);
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 0]]);
  });

  it('keeps the spans of calls over one connection apart', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await Promise.all(
      [1, 2, 3].map((at) => read(get(`${recorded.upstream.origin}/status/20${at}`, { agent }))),
    );
    await recorded.calls.ended(3);
    agent.destroy();
    expect(recorded.calls.kinds.map(({ status }) => status)).toEqual([201, 202, 203]);
    expect(new Set(recorded.calls.spans().map((span) => span.spanContext().spanId)).size).toBe(3);
  });

  it.each([400, 404, 500, 503])('is an error when the answer is %i', async (status) => {
    await read(get(`${recorded.upstream.origin}/status/${status}`));
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status, errorType: String(status) });
    expect(recorded.calls.spans()[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': String(status) },
    });
  });

  it.each<[string, string, () => ClientRequest]>([
    ['ECONNREFUSED', 'the connection is refused', () => get('http://127.0.0.1:1/')],
    [
      'ENOTFOUND',
      'the name is not found',
      () =>
        get('http://nowhere.invalid/', {
          lookup: (_name, _options, done) =>
            done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), ''),
        }),
    ],
    [
      'AbortError',
      'a signal has aborted already',
      () => get(`${recorded.upstream.origin}/silent`, { signal: AbortSignal.abort() }),
    ],
    [
      'ECONNRESET',
      'the request is destroyed',
      () => {
        const outgoing = get(`${recorded.upstream.origin}/silent`);
        setImmediate(() => outgoing.destroy());
        return outgoing;
      },
    ],
    [
      'ECONNRESET',
      'it is destroyed after a timeout',
      () => {
        const outgoing = get(`${recorded.upstream.origin}/silent`, { timeout: 5 });
        outgoing.on('timeout', () => outgoing.destroy());
        return outgoing;
      },
    ],
  ])('fails with %s when %s', async (errorType, _case, call) => {
    await failed(call());
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: undefined, errorType });
    expect(recorded.calls.spans()[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': errorType },
    });
    expect([...recorded.calls.recorder.active().values()]).toEqual([0]);
  });

  it('keeps the status of an answer that breaks off', async () => {
    const outgoing = get(`${recorded.upstream.origin}/breaks`);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.on('error', () => {}).resume();
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 200, errorType: 'ECONNRESET' });
  });

  it('ends when nobody listens for the answer', async () => {
    get(`${recorded.upstream.origin}/x`);
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 200, errorType: undefined });
  });

  it('ends an upgrade with its answer', async () => {
    const outgoing = get(recorded.upstream.origin, { headers: { connection: 'upgrade', upgrade: 'echo' } });
    const [, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Socket];
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ status: 101, errorType: undefined });
    socket.destroy();
  });

  it('ends CONNECT with its answer', async () => {
    const outgoing = request(recorded.upstream.origin, { method: 'CONNECT', path: 'example.com:443' }).end();
    const [, socket] = (await once(outgoing, 'connect')) as [IncomingMessage, Socket];
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ method: 'CONNECT', status: 200, errorType: undefined });
    socket.destroy();
  });

  it('calls a method that is not standard _OTHER', async () => {
    await read(request(recorded.upstream.origin, { method: 'PROPFIND' }).end());
    await recorded.calls.ended(1);
    expect(recorded.calls.kinds[0]).toMatchObject({ method: '_OTHER' });
    expect(recorded.calls.spans()[0]).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    });
  });

  it("has the port from the socket when the Host header is the app's own", async () => {
    await read(get(recorded.upstream.origin, { headers: { host: 'elsewhere.example' } }));
    await recorded.calls.ended(1);
    expect(recorded.calls.spans()[0]?.attributes).toMatchObject({
      'server.address': 'localhost',
      'server.port': recorded.upstream.port,
    });
  });

  it('is a child of the active span, and passes its context, baggage and the request id on', async () => {
    const span = recorded.calls.tracer.startSpan('parent');
    const active = propagation
      .setBaggage(
        trace.setSpan(context.active(), span),
        propagation.createBaggage({ tenant: { value: 'acme' } }),
      )
      .setValue(Symbol.for('sightline.request.id'), 'id-1');
    await context.with(active, () => read(get(recorded.upstream.origin)));
    await recorded.calls.ended(1);
    const [call] = recorded.calls.spans();
    expect(call?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    expect(recorded.upstream.received[0]).toMatchObject({
      traceparent: `00-${span.spanContext().traceId}-${call?.spanContext().spanId}-01`,
      baggage: 'tenant=acme',
      'x-request-id': 'id-1',
    });
  });

  it.each<[string, http.RequestOptions]>([
    ['an array', { headers: ['Host', 'localhost', 'X-Own', 'yes'] as never }],
    ['an expectation', { headers: { expect: '100-continue', 'x-own': 'yes' }, method: 'POST' }],
  ])('writes headers into those given as %s', async (_case, options) => {
    const outgoing = request(recorded.upstream.origin, options);
    outgoing.end(options.method === 'POST' ? 'body' : undefined);
    await read(outgoing);
    await recorded.calls.ended(1);
    const { spanId } = recorded.calls.spans()[0]?.spanContext() ?? {};
    expect(recorded.upstream.received[0]).toMatchObject({
      'x-own': 'yes',
      traceparent: expect.stringContaining(String(spanId)),
    });
  });

  it.each<[string, http.RequestOptions['headers']]>([
    ['fields', { traceparent: '00-theirs', 'x-request-id': 'theirs', baggage: 'theirs=1' }],
    [
      'an array',
      [
        'Host',
        'localhost',
        'Traceparent',
        '00-theirs',
        'X-Request-Id',
        'theirs',
        'baggage',
        'theirs=1',
      ] as never,
    ],
  ])('leaves headers that are there in %s', async (_case, headers) => {
    await context.with(context.active().setValue(Symbol.for('sightline.request.id'), 'ours'), () =>
      read(get(recorded.upstream.origin, headers === undefined ? {} : { headers })),
    );
    expect(recorded.upstream.received[0]).toMatchObject({
      traceparent: '00-theirs',
      'x-request-id': 'theirs',
      baggage: 'theirs=1',
    });
    expect(recorded.upstream.received[0]?.['tracestate']).toBeUndefined();
  });

  it('makes nothing of a call of telemetry itself', async () => {
    await context.with(suppressed, () => read(get(recorded.upstream.origin)));
    expect(recorded.calls.spans()).toEqual([]);
    expect(recorded.calls.recorder.active().size).toBe(0);
    expect(recorded.upstream.received[0]?.['traceparent']).toBeUndefined();
  });

  it('leaves no listener but its own, and nothing after disable', async () => {
    recorded.calls.recorder.disable();
    const outgoing = get(recorded.upstream.origin);
    expect(outgoing.listenerCount('close')).toBe(0);
    await read(outgoing);
    expect(recorded.calls.spans()).toEqual([]);
  });
});

describe('options of calls', () => {
  it('ignores hosts, and passes context on to chosen ones only', async () => {
    recorded.calls.stop();
    recorded.calls = recordCalls({ ignore: ['127.0.0.1'], propagate: (host) => host !== 'localhost' });
    await read(get(recorded.upstream.origin));
    await failed(get('http://127.0.0.1:1/'));
    expect(recorded.calls.kinds.map(({ serverAddress }) => serverAddress)).toEqual(['localhost']);
    expect(recorded.upstream.received[0]?.['traceparent']).toBeUndefined();
  });

  it('goes on when sinks throw, counts it and says it once', async () => {
    recorded.calls.recorder.addSink({
      prepare: () => () => {
        throw new Error('sink');
      },
    });
    await read(get(recorded.upstream.origin));
    await read(get(recorded.upstream.origin));
    await recorded.calls.ended(2);
    expect(recorded.calls.recorder.stats()).toEqual({ failures: 2 });
    expect(recorded.calls.problems).toMatchObject([{ code: 'SIGHTLINE_HTTP_SINK' }]);
  });

  it('names every wrong option', () => {
    expect(() => recordCalls({ propagate: 'some' as never, requestId: 'a b' })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});
