import {
  SpanKind,
  SpanStatusCode,
  type Span,
  type Tracer,
  propagation,
  trace,
  context,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HttpServerOptions } from './options.ts';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import type { RecordingServerSpan, RequestRecord } from './request-record.ts';
import { recordError, setRoute } from './request-state.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const PARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

/** Serves one request and returns its span, as an SDK exports it, with its record. */
async function spanOf(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  headers: Readonly<Record<string, string>> = {},
  { options = {}, target = '/' }: { options?: HttpServerOptions; target?: string } = {},
) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const { seen } = testRecorder(options, { tracer: provider.getTracer('test') });
  const client = await rawClient(await listening(createServer(handler)));
  client.send(get(target, headers));
  const [record] = await seen(1);
  const spans: readonly ReadableSpan[] = exporter.getFinishedSpans();
  const span = spans.at(-1);
  if (span === undefined || record === undefined) throw new Error('no span was exported');
  return { span, spans, record };
}

/** One whose spans take a whole record. */
function recordingTracer(
  onStart: (options: unknown) => void,
  onEnd: (record: Omit<RequestRecord, 'kept'>) => void,
): Tracer {
  return {
    startSpan(_name: string, options: unknown): Span {
      onStart(options);
      const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 });
      return Object.assign(span, {
        endRequest(record: Omit<RequestRecord, 'kept'>) {
          onEnd(record);
          return true;
        },
      }) as RecordingServerSpan;
    },
  } as unknown as Tracer;
}

describe('the span of a request', () => {
  it('has no secret that was sent as the host', async () => {
    const token = 'ghp_a8Kd72nQ0xZp1a8Kd72nQ0xZp1a8Kd72nQ0x';
    const { span } = await spanOf((_, response) => response.end(), { host: token });
    expect(JSON.stringify(span.attributes)).not.toContain(token);
    expect(span.attributes['server.address']).toBe('[REDACTED]');
  });

  it('has the attributes of the semantic conventions', async () => {
    const { span, record } = await spanOf(
      (request, response) => {
        setRoute(request, '/orders/:id');
        response.end('hello');
      },
      { 'user-agent': 'curl/8', traceparent: PARENT, tracestate: 'a=1' },
      { target: '/orders/7?page=2' },
    );
    expect(span.name).toBe('GET /orders/:id');
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
      'url.path': '/orders/7',
      'url.query': 'page=2',
      'url.scheme': 'http',
      'server.address': 'shop.example.com',
      'server.port': 8080,
      'user_agent.original': 'curl/8',
      'network.protocol.version': '1.1',
    });
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.parentSpanContext).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, isRemote: true });
    expect(span.spanContext().traceState?.serialize()).toBe('a=1');
    expect(record).toMatchObject({ kept: true, spanContext: { traceId: TRACE_ID } });
    const [seconds, nanos] = span.duration;
    expect(seconds + nanos / 1e9).toBeCloseTo(record.durationSeconds, 3);
    expect(span.startTime[0] * 1000 + span.startTime[1] / 1e6).toBeCloseTo(record.startTimeMs, 0);
  });

  it('is the parent of what the handler traces', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('test');
    const { seen } = testRecorder({}, { tracer });
    const port = await listening(
      createServer((_, response) => {
        setImmediate(() => {
          tracer.startSpan('child').end();
          response.end();
        });
      }),
    );
    (await rawClient(port)).send(get('/'));
    await seen(1);
    const [child, server] = exporter.getFinishedSpans();
    expect(child?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
    expect(server?.parentSpanContext).toBeUndefined();
  });

  it('is no child of what was active when the server began to listen', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('test');
    const { seen } = testRecorder({}, { tracer });
    const startup = trace.setSpan(context.active(), tracer.startSpan('startup'));
    const port = await context.with(startup, () => listening(createServer((_, response) => response.end())));
    (await rawClient(port)).send(get('/'));
    await seen(1);
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext).toBeUndefined();
  });

  it('has failed for an error, with the exception, and every secret censored', async () => {
    const { span } = await spanOf(
      (request, response) => {
        recordError(request, new RangeError('connect postgres://app:hunter2@db/orders'));
        response.statusCode = 500;
        response.end();
      },
      { 'user-agent': 'bot token=hunter2', authorization: 'Bearer hunter2hunter2', cookie: 'sid=hunter2' },
      { target: '/reset/x?token=hunter2&lang=en' },
    );
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({ 'error.type': 'RangeError', 'http.response.status_code': 500 });
    const [event] = span.events;
    expect(event?.name).toBe('exception');
    expect(event?.attributes).toMatchObject({
      'exception.type': 'RangeError',
      'exception.message': 'connect postgres://app:REDACTED@db/orders',
    });
    expect(event?.attributes?.['exception.stacktrace']).toContain('server-tracing.test.ts');
    const { name, attributes, events, status } = span;
    expect(JSON.stringify({ name, attributes, events, status })).not.toContain('hunter2');
  });

  it.each([
    { status: 500, code: SpanStatusCode.ERROR, errorType: '500' },
    { status: 404, code: SpanStatusCode.UNSET, errorType: undefined },
    { status: 302, code: SpanStatusCode.UNSET, errorType: undefined },
  ])('has status code $code for $status', async ({ status, code, errorType }) => {
    const { span } = await spanOf((_, response) => response.writeHead(status).end());
    expect(span.status).toEqual({ code });
    expect(span.attributes['error.type']).toBe(errorType);
    expect(span.name).toBe('GET');
    expect(span.events).toEqual([]);
  });

  it('has no exception for an error that was the caller’s', async () => {
    const { span } = await spanOf((request, response) => {
      recordError(request, new Error('no such order'));
      response.writeHead(404).end();
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.events).toEqual([]);
  });

  it.each([
    { options: {}, expected: undefined },
    { options: { clientAddress: true }, expected: '127.0.0.1' },
    { options: { clientAddress: true, trustForwarded: true }, expected: '203.0.113.7' },
  ])('has client.address $expected with $options', async ({ options, expected }) => {
    const headers = {
      'x-forwarded-for': '203.0.113.7, 10.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public.example.com',
    };
    const { span } = await spanOf((_, response) => response.end(), headers, { options });
    expect(span.attributes['client.address']).toBe(expected);
    expect(span.attributes['network.peer.address']).toBe(expected === undefined ? undefined : '127.0.0.1');
    expect(span.attributes['url.scheme']).toBe('trustForwarded' in options ? 'https' : 'http');
    expect(span.attributes['server.address']).toBe(
      'trustForwarded' in options ? 'public.example.com' : 'shop.example.com',
    );
  });

  it('names a method that is not standard HTTP, and keeps it beside', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const { seen } = testRecorder({}, { tracer: provider.getTracer('test') });
    const client = await rawClient(await listening(createServer((_, response) => response.end())));
    client.send('PURGE /x HTTP/1.1\r\nhost: a\r\n\r\n');
    await seen(1);
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe('HTTP');
    expect(span?.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    });
  });

  it('is not kept when the caller’s trace is not sampled', async () => {
    const exporter = new InMemorySpanExporter();
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const provider = new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const { seen } = testRecorder({}, { tracer: provider.getTracer('test') });
    const client = await rawClient(await listening(createServer((_, response) => response.end())));
    client.send(get('/', { traceparent: `${PARENT.slice(0, -2)}00` }));
    expect((await seen(1))[0]).toMatchObject({
      kept: false,
      spanContext: { traceId: TRACE_ID, traceFlags: 0 },
    });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('takes the whole record where it can, and says whether it is kept', async () => {
    const given: Omit<RequestRecord, 'kept'>[] = [];
    const startOptions: unknown[] = [];
    const tracer = recordingTracer(
      (options) => startOptions.push(options),
      (record) => given.push(record),
    );
    const { seen } = testRecorder({}, { tracer });
    const client = await rawClient(await listening(createServer((_, response) => response.end('hello'))));
    client.send(get('/1') + get('/2'));
    const records = await seen(2);
    expect(records.map(({ kept }) => kept)).toEqual([true, true]);
    expect(given.map(({ target, kind }) => [target, kind.status])).toEqual([
      ['/1', 200],
      ['/2', 200],
    ]);
    expect(startOptions[1]).toEqual({ kind: SpanKind.SERVER });
  });

  it('has the address of a caller that is gone when the record is taken', async () => {
    const addresses: unknown[] = [];
    const tracer = recordingTracer(
      () => {},
      ({ clientAddress, peerAddress }) => addresses.push([clientAddress, peerAddress]),
    );
    const { recorder, seen } = testRecorder({ clientAddress: true }, { tracer });
    const server = createServer(({ url }, response) => void (url === '/1' && response.end()));
    const port = await listening(server);
    (await rawClient(port)).send(get('/1'));
    await seen(1);
    const client = await rawClient(port);
    client.send(get('/2'));
    await vi.waitFor(() => expect(recorder.active().get('GET')).toBe(1));
    client.leave();
    expect((await seen(2))[1]).toMatchObject({ target: '/2', aborted: true });
    expect(addresses[1]).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe('context that a request brings', () => {
  it('has baggage by the propagator that is registered', async () => {
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    );
    onTestFinished(() => propagation.disable());
    let seen: string | undefined;
    const { span } = await spanOf(
      (_, response) => {
        seen = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
        response.end();
      },
      { baggage: 'tenant=acme', traceparent: PARENT },
    );
    expect(seen).toBe('acme');
    expect(span.parentSpanContext?.spanId).toBe(SPAN_ID);
  });

  it('comes through the propagator that is registered, when that is asked for', async () => {
    propagation.setGlobalPropagator({
      inject() {},
      extract: (base, carrier, getter) =>
        trace.setSpanContext(base, {
          traceId: String(getter.get(carrier, 'X-B3-TraceId')),
          spanId: SPAN_ID,
          traceFlags: 1,
          isRemote: true,
        }),
      fields: () => ['x-b3-traceid'],
    });
    onTestFinished(() => propagation.disable());
    const options = { propagation: 'api' } as const;
    const { span } = await spanOf((_, response) => response.end(), { 'x-b3-traceid': TRACE_ID }, { options });
    expect(span.spanContext().traceId).toBe(TRACE_ID);
  });

  it.each(['nonsense', `${PARENT}-x`, PARENT.toUpperCase(), `00-${'0'.repeat(32)}-${SPAN_ID}-01`])(
    'begins a trace of its own for traceparent %s',
    async (traceparent) => {
      const { span } = await spanOf((_, response) => response.end(), { traceparent });
      expect(span.parentSpanContext).toBeUndefined();
      expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    },
  );
});
