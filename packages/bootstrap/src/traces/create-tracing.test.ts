import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { RecordingServerSpan, RequestKind } from '@sightline/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../otlp/otlp-receiver.fixture.ts';
import type { OtlpReceiver } from '../otlp/otlp-receiver.fixture.ts';
import type { TracingOptions } from './create-tracing.ts';
import type { EndedRequest } from './server-span-facts.ts';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';
import type { TestTracing } from './tracing.fixture.ts';

let receiver: OtlpReceiver;
let tracing: TestTracing;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await tracing.shutdown(1_000);
  await receiver.close();
});

/** The head samples nothing, so that what arrives was kept. */
const unsampled = { sampler: { name: 'parentbased_traceidratio', ratio: 0 } } as const;

function start(options: Partial<TracingOptions> = {}): Tracer {
  tracing = startTracing(receiver.url, options);
  return tracing.tracerProvider.getTracer('lib', '1.0.0');
}

async function arrived(): Promise<string[]> {
  await tracing.flush(5_000);
  return receiver.spans().map(({ name }) => name);
}

const below = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

const okKind: RequestKind = {
  method: 'GET',
  route: '/orders/:id',
  status: 200,
  errorType: undefined,
  scheme: 'http',
  protocolVersion: '1.1',
};
const failedKind: RequestKind = { ...okKind, status: 500, errorType: 'PaymentDeclined' };

function requestOf(span: Span, kind: RequestKind, extra: Partial<EndedRequest> = {}): EndedRequest {
  return {
    kind,
    startTimeMs: 2_000_000_000_000,
    durationSeconds: 0.25,
    span,
    spanContext: span.spanContext(),
    requestId: 'r-1',
    method: 'GET',
    target: '/orders/7?access_token=t0ken-t0ken',
    safeTarget: '/orders/7?access_token=REDACTED',
    headers: { 'user-agent': 'curl/8' },
    peerAddress: undefined,
    requestBodyBytes: 0,
    responseBodyBytes: 2,
    error: undefined,
    aborted: false,
    slow: false,
    ...extra,
  } as EndedRequest;
}

function serve(
  tracer: Tracer,
  kind: RequestKind,
  extra: Partial<EndedRequest> = {},
  work?: (span: Span) => void,
): boolean {
  const span = tracer.startSpan('GET', { kind: SpanKind.SERVER, startTime: 2_000_000_000_000 }, ROOT_CONTEXT);
  work?.(span);
  return (span as RecordingServerSpan).endRequest(requestOf(span, kind, extra));
}

describe('endRequest', () => {
  const expected = {
    name: 'GET /orders/:id',
    kind: 2,
    startTimeUnixNano: 2_000_000_000_000_000_000n,
    endTimeUnixNano: 2_000_000_000_250_000_000n,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': '/orders/7',
      'url.query': 'access_token=REDACTED',
      'network.protocol.version': '1.1',
      'user_agent.original': 'curl/8',
    },
    status: { code: 0, message: '' },
  };

  it('takes everything from the record', async () => {
    expect(serve(start(), okKind)).toBe(true);
    await arrived();
    expect(receiver.spans()).toMatchObject([expected]);
    expect(receiver.spans()[0]?.attributes).toEqual(expected.attributes);
  });

  it.each(['http/json', 'processors'])('says the same by way of %s', async (way) => {
    const processor = collectingProcessor();
    const target = {
      url: `${receiver.url}/v1/traces`,
      headers: {},
      protocol: 'http/json',
      compression: 'gzip',
      timeoutMs: 5_000,
    } as const;
    serve(start(way === 'processors' ? { spanProcessors: [{ name: 'p', processor }] } : { target }), okKind);
    await arrived();
    expect(receiver.spans()).toMatchObject([expected]);
    expect(receiver.spans()[0]?.attributes).toEqual(expected.attributes);
    expect(processor.ended.map(({ attributes }) => attributes)).toEqual(
      way === 'processors' ? [expected.attributes] : [],
    );
  });

  it('lets the record beat what was set before, and keeps the rest, each once', async () => {
    serve(start(), okKind, {}, (span) => {
      span.setAttributes({
        'http.route': 'mine',
        'url.path': 'mine',
        'shop.tier': 'gold',
        password: 'hunter2hunter2',
      });
    });
    await arrived();
    expect(receiver.spans()[0]?.attributes).toEqual({
      ...expected.attributes,
      'shop.tier': 'gold',
      password: '[REDACTED]',
    });
  });

  it('records the exception of a failed request, without secrets', async () => {
    const error = new RangeError('no: password=hunter2hunter2');
    serve(start(), failedKind, { error });
    await arrived();
    expect(receiver.spans()).toMatchObject([
      {
        status: { code: 2, message: 'no: password=[REDACTED]' },
        attributes: { 'error.type': 'PaymentDeclined' },
        events: [{ name: 'exception', attributes: { 'exception.message': 'no: password=[REDACTED]' } }],
      },
    ]);
  });

  it('ends a span once, and leaves out what it is told afterwards', async () => {
    const tracer = start();
    const span = tracer.startSpan('GET', { kind: SpanKind.SERVER }, ROOT_CONTEXT) as RecordingServerSpan;
    span.endRequest(requestOf(span, okKind));
    expect(span.endRequest(requestOf(span, failedKind))).toBe(true);
    span.setAttribute('late', 1).end();
    expect(await arrived()).toEqual(['GET /orders/:id']);
    expect(receiver.spans()[0]?.attributes).not.toHaveProperty('late');
  });
});

describe('error-and-slow bias', () => {
  const child = (tracer: Tracer, name: string) => (parent: Span) =>
    tracer.startSpan(name, {}, below(parent)).end();

  it('keeps nothing of a trace that went well, and propagates what the head said', async () => {
    const tracer = start(unsampled);
    expect(serve(tracer, okKind, {}, child(tracer, 'db'))).toBe(false);
    const root = tracer.startSpan('job', {}, ROOT_CONTEXT);
    expect(root.isRecording()).toBe(true);
    expect(root.spanContext().traceFlags).toBe(0);
    child(tracer, 'step')(root);
    root.end();
    expect(await arrived()).toEqual([]);
    expect(tracing.stats()).toMatchObject({
      exported: 0,
      held: { traces: 0, spans: 0 },
      dropped: { not_held: 0 },
    });
  });

  it('holds a request that went well within a job, and what ended before it, for the job may fail yet', async () => {
    const tracer = start(unsampled);
    const job = tracer.startSpan('job', {}, ROOT_CONTEXT);
    child(tracer, 'step')(job);
    const request = tracer.startSpan('GET', { kind: SpanKind.SERVER }, below(job));
    expect((request as RecordingServerSpan).endRequest(requestOf(request, okKind))).toBe(false);
    expect(tracing.stats().held).toMatchObject({ traces: 1, spans: 2 });
    job.setStatus({ code: SpanStatusCode.ERROR }).end();
    expect((await arrived()).toSorted()).toEqual(['GET /orders/:id', 'job', 'step']);
  });

  it.each([
    { why: 'failed', kind: failedKind, extra: {} },
    { why: 'was slow', kind: okKind, extra: { slow: true } },
  ])('keeps all of a request that $why, what ended before and after it', async ({ kind, extra }) => {
    const tracer = start(unsampled);
    let late: Span | undefined;
    expect(
      serve(tracer, kind, extra, (root) => {
        const middle = tracer.startSpan('middle', {}, below(root));
        child(tracer, 'inner')(middle);
        middle.end();
        late = tracer.startSpan('late', {}, below(root));
      }),
    ).toBe(true);
    late?.end();
    expect(await arrived()).toEqual(['inner', 'middle', 'GET /orders/:id', 'late']);
    const traceIds = new Set(receiver.spans().map(({ traceId }) => traceId));
    expect(traceIds.size).toBe(1);
  });

  it.each([
    { why: 'went well', kind: okKind, exported: [] },
    { why: 'failed', kind: failedKind, exported: ['GET /orders/:id', 'late'] },
  ])(
    'does with what begins after a request that $why as with the request, and holds none of it',
    async ({ kind, exported }) => {
      const tracer = start(unsampled);
      let root: Span | undefined;
      serve(tracer, kind, {}, (span) => (root = span));
      child(tracer, 'late')(root!);
      expect(tracing.stats().held).toMatchObject({ traces: 0, spans: 0 });
      expect(await arrived()).toEqual(exported);
    },
  );

  it.each([
    { why: 'went well', end: (root: Span) => root.end(), exported: [] },
    {
      why: 'failed',
      end: (root: Span) => root.setStatus({ code: SpanStatusCode.ERROR }).end(),
      exported: ['job', 'late'],
    },
  ])('does the same after a root that is no request and $why', async ({ end, exported }) => {
    const tracer = start(unsampled);
    const root = tracer.startSpan('job', {}, ROOT_CONTEXT);
    end(root);
    child(tracer, 'late')(root);
    expect(tracing.stats().held).toMatchObject({ traces: 0, spans: 0 });
    expect(await arrived()).toEqual(exported);
  });

  it('keeps the root that is no request of a request that failed', async () => {
    const tracer = start(unsampled);
    const job = tracer.startSpan('job', {}, ROOT_CONTEXT);
    const request = tracer.startSpan('GET', { kind: SpanKind.SERVER }, below(job));
    expect((request as RecordingServerSpan).endRequest(requestOf(request, failedKind))).toBe(true);
    job.end();
    child(tracer, 'late')(job);
    expect(await arrived()).toEqual(['GET /orders/:id', 'job', 'late']);
  });

  it('keeps a request that fails below a root that is dropped already, and nothing of other traces', async () => {
    const tracer = start(unsampled);
    const [first, second] = ['first', 'second'].map((name) => tracer.startSpan(name, {}, ROOT_CONTEXT));
    first!.end();
    second!.end();
    const request = tracer.startSpan('GET', { kind: SpanKind.SERVER }, below(first!));
    expect((request as RecordingServerSpan).endRequest(requestOf(request, failedKind))).toBe(true);
    child(tracer, 'after it')(request);
    child(tracer, 'of another')(second!);
    expect(await arrived()).toEqual(['GET /orders/:id', 'after it']);
  });

  it.each([
    { why: 'status', end: (root: Span) => root.setStatus({ code: SpanStatusCode.ERROR }).end() },
    {
      why: 'exception',
      end: (root: Span) => {
        root.recordException(new Error('x'));
        root.end();
      },
    },
    { why: 'slowness', end: (root: Span) => root.end(2_000_000_001_000) },
  ])('keeps a root that is no request for its $why', async ({ end }) => {
    const tracer = start(unsampled);
    const root = tracer.startSpan('job', { startTime: 2_000_000_000_000 }, ROOT_CONTEXT);
    child(tracer, 'step')(root);
    end(root);
    expect(await arrived()).toEqual(['step', 'job']);
  });

  it('does not keep a trace for the error of a child that the root got over', async () => {
    const tracer = start(unsampled);
    serve(tracer, okKind, {}, (root) => {
      tracer.startSpan('retried', {}, below(root)).setStatus({ code: SpanStatusCode.ERROR }).end();
    });
    expect(await arrived()).toEqual([]);
  });

  it('keeps its part of a trace whose root is in another service', async () => {
    const tracer = start(unsampled);
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0, isRemote: true };
    const span = tracer.startSpan('consume', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    span.setStatus({ code: SpanStatusCode.ERROR }).end();
    await arrived();
    expect(receiver.spans()).toMatchObject([{ traceId: remote.traceId, parentSpanId: remote.spanId }]);
  });

  it('can be switched off: then unsampled spans do not record', () => {
    const tracer = start({ ...unsampled, bias: { errors: false, slow: false } });
    expect(tracer.startSpan('a', {}, ROOT_CONTEXT).isRecording()).toBe(false);
    const onlySlow = start({ ...unsampled, bias: { errors: false } });
    expect(serve(onlySlow, failedKind)).toBe(false);
    expect(serve(onlySlow, failedKind, { slow: true })).toBe(true);
  });

  it('keeps nothing with always_off', () => {
    expect(
      start({ sampler: { name: 'always_off' } })
        .startSpan('a', {}, ROOT_CONTEXT)
        .isRecording(),
    ).toBe(false);
  });

  it('tells processors only of what is kept, start and end, with the sampled bit, while they can still write', async () => {
    const processor = collectingProcessor();
    const tracer = start({
      ...unsampled,
      spanProcessors: [
        {
          name: 'p',
          processor: {
            ...processor,
            onStart: (span) => void processor.started.push(span.setAttribute('seen', 1).name),
          },
        },
      ],
    });
    serve(tracer, okKind, {}, child(tracer, 'good'));
    serve(tracer, failedKind, {}, child(tracer, 'bad'));
    expect(processor.started).toEqual(['bad', 'GET /orders/:id']);
    expect(
      processor.ended.map((span) => [span.name, span.spanContext().traceFlags, span.attributes['seen']]),
    ).toEqual([
      ['bad', 1, 1],
      ['GET /orders/:id', 1, 1],
    ]);
    expect(await arrived()).toEqual(['bad', 'GET /orders/:id']);
  });

  it('holds a bounded number of traces and spans, and counts the others', async () => {
    const tracer = start({ ...unsampled, held: { maxTraces: 2, maxSpansPerTrace: 3, maxSpans: 5 } });
    const roots = ['a', 'b', 'c'].map((name) => tracer.startSpan(name, {}, ROOT_CONTEXT));
    for (const root of roots) for (let n = 0; n < 4; n++) child(tracer, 'step')(root);
    expect(tracing.stats()).toMatchObject({
      held: { traces: 2, spans: 5, refused: { full: 7, expired: 0 } },
      dropped: { not_held: 7 },
    });
    for (const root of roots) root.setStatus({ code: SpanStatusCode.ERROR }).end();
    expect((await arrived()).toSorted()).toEqual(['a', 'b', 'c', ...Array.from({ length: 5 }, () => 'step')]);
    expect(tracing.stats().held).toMatchObject({ traces: 0, spans: 0 });
  });

  it('holds a bounded amount of text', () => {
    const tracer = start({ ...unsampled, held: { maxSize: 10_000 } });
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    for (let n = 0; n < 3; n++) {
      tracer.startSpan('step', { attributes: { 'db.query.text': 'x'.repeat(4_000) } }, below(root)).end();
    }
    expect(tracing.stats().held).toMatchObject({ spans: 2, refused: { full: 1 } });
  });

  it('gives up on a trace whose root never ends', async () => {
    const tracer = start({ ...unsampled, held: { maxAgeMs: 0 } });
    const stuck = tracer.startSpan('stuck', {}, ROOT_CONTEXT);
    child(tracer, 'one')(stuck);
    child(tracer, 'two')(stuck);
    expect(tracing.stats().held).toMatchObject({ traces: 0, spans: 0, refused: { expired: 2 } });
    stuck.setStatus({ code: SpanStatusCode.ERROR }).end();
    expect(await arrived()).toEqual(['stuck']);
  });
});

describe('export of spans', () => {
  it('groups them by scope, with the resource once and without its secrets', async () => {
    const tracer = start();
    const other = tracing.tracerProvider.getTracer('other');
    for (let n = 0; n < 3; n++) {
      tracer.startSpan(`a${n}`, {}, ROOT_CONTEXT).end();
      other.startSpan(`b${n}`, {}, ROOT_CONTEXT).end();
    }
    expect(await arrived()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
    expect(receiver.requests()).toHaveLength(1);
    expect(receiver.spans()[3]).toMatchObject({
      scope: { name: 'other', version: '' },
      resource: { 'service.name': 'shop' },
    });
  });

  it('sends full batches without waiting, and the newest are dropped while there is no room', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    const tracer = start({ batch: { maxExportBatchSize: 4, maxQueueSize: 10 } });
    for (let n = 0; n < 13; n++) tracer.startSpan(`span ${n}`, {}, ROOT_CONTEXT).end();
    await receiver.waitFor(() => receiver.requests().length === 1);
    expect(tracing.stats()).toMatchObject({ queued: 10, exported: 0, dropped: { full: 3 } });
  });

  it('waits for the delay, then sends what there is', async () => {
    const tracer = start({ batch: { scheduleDelayMs: 1 } });
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    await receiver.waitFor(() => receiver.spans().length === 1);
    expect(receiver.requests()).toHaveLength(1);
  });

  it('uses http/protobuf and says so when the package for grpc is not there', async () => {
    const target = {
      url: receiver.url,
      headers: {},
      protocol: 'grpc',
      compression: 'none',
      timeoutMs: 5_000,
    } as const;
    start({ target, grpcExporter: () => undefined })
      .startSpan('a', {}, ROOT_CONTEXT)
      .end();
    expect(await arrived()).toEqual(['a']);
    expect(tracing.problems).toMatchObject([
      { code: 'SIGHTLINE_EXPORT_PROTOCOL', instead: { protocol: 'http/protobuf' } },
    ]);
  });

  it('hands spans without secrets to the exporter for grpc where there is one', async () => {
    const exported: string[] = [];
    const target = {
      url: receiver.url,
      headers: {},
      protocol: 'grpc',
      compression: 'none',
      timeoutMs: 5_000,
    } as const;
    const tracer = start({
      target,
      grpcExporter: () => ({
        export(spans, done) {
          exported.push(...spans.map(({ name, attributes }) => `${name} ${String(attributes['password'])}`));
          done(
            exported.length > 1
              ? { code: ExportResultCode.FAILED, error: Object.assign(new Error('no'), { code: 16 }) }
              : { code: ExportResultCode.SUCCESS },
          );
        },
        shutdown: () => Promise.resolve(),
      }),
    });
    for (const name of ['a', 'b']) {
      tracer.startSpan(name, { attributes: { password: 'hunter2hunter2' } }, ROOT_CONTEXT).end();
      // oxlint-disable-next-line no-await-in-loop -- an export each
      await tracing.flush(5_000);
    }
    expect(exported).toEqual(['a [REDACTED]', 'b [REDACTED]']);
    expect(tracing.stats()).toMatchObject({
      exported: 1,
      dropped: { rejected: 1 },
      failures: { unauthorized: 1 },
    });
    expect(tracing.drain()).toEqual([]);
  });

  it('counts as lost at the deadline of the shutdown what a dead collector does not take', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    const tracer = start();
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    await tracing.shutdown(20);
    expect(tracing.stats()).toMatchObject({ queued: 0, exported: 0, dropped: { deadline: 1 } });
  });
});
