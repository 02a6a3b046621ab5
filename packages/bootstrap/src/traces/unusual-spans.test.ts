import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Exception, Link, Span } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { RecordingServerSpan } from '@sightline/http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp/otlp-receiver.fixture.ts';
import { consoleSpans } from './console-spans.ts';
import type { TracingOptions } from './create-tracing.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { EndedRequest } from './server-span-facts.ts';
import { toHrTime } from './span-clock.ts';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';

const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const unsampled = { sampler: { name: 'parentbased_traceidratio', ratio: 0 } } as const;

function collected(options: Partial<TracingOptions> = {}) {
  const processor = collectingProcessor();
  const tracing = startTracing(undefined, { spanProcessors: [{ name: 'test', processor }], ...options });
  return { tracing, ended: processor.ended, tracer: tracing.tracerProvider.getTracer('lib') };
}

/** Tracing that sends to a real receiver, both closed when the test ends. */
async function sending(options: Partial<TracingOptions> = {}) {
  const receiver = await startOtlpReceiver();
  const tracing = startTracing(receiver.url, options);
  onTestFinished(async () => {
    await tracing.shutdown(1_000);
    await receiver.close();
  });
  return { receiver, tracing, tracer: tracing.tracerProvider.getTracer('lib') };
}

function requestOf(span: Span, more: Partial<EndedRequest> = {}): EndedRequest {
  return {
    kind: {
      method: 'GET',
      route: '/x',
      status: 200,
      errorType: undefined,
      scheme: 'http',
      protocolVersion: '1.1',
    },
    startTimeMs: 2_000_000_000_000,
    durationSeconds: 0.25,
    span,
    spanContext: span.spanContext(),
    requestId: 'r-1',
    method: 'GET',
    target: '/x',
    safeTarget: '/x',
    headers: {},
    error: undefined,
    aborted: false,
    slow: false,
    ...more,
  } as EndedRequest;
}

describe('a span', () => {
  it('keeps nothing where the limits are 0, and counts it', () => {
    const { tracer, ended } = collected({ limits: { attributeCount: 0, eventCount: 0, linkCount: 0 } });
    const span = tracer.startSpan('a', { attributes: { early: 1 } }, ROOT_CONTEXT);
    span.setAttribute('a', 1).addEvent('e').addLink({ context: remote }).end();
    expect(ended[0]).toMatchObject({
      attributes: {},
      events: [],
      links: [],
      droppedAttributesCount: 2,
      droppedEventsCount: 1,
      droppedLinksCount: 1,
    });
  });

  it('leaves out links with ids of other tracers, for which a collector refuses a whole request', () => {
    const { tracer, ended } = collected();
    const span = tracer.startSpan('a', {}, ROOT_CONTEXT);
    for (const traceId of ['550e8400-e29b-41d4-a716-446655440000', '1234567890123456789', 'ab'.repeat(8)])
      span.addLink({ context: { ...remote, traceId } });
    span.addLink({ context: { ...remote, spanId: '1234' } });
    span.addLink({ context: { ...remote, traceId: '', spanId: '' }, attributes: { a: 1 } });
    span.addLink({ context: remote }).end();
    expect(ended[0]?.links.map(({ context }) => context.traceId)).toEqual(['', remote.traceId]);
    expect(ended[0]?.droppedLinksCount).toBe(4);
  });

  it('has attributes under any name', () => {
    const { tracer, ended } = collected();
    const attributes = JSON.parse('{"__proto__":"x","constructor":"y"}') as Attributes;
    tracer.startSpan('a', { attributes }, ROOT_CONTEXT).end();
    expect(Object.entries(ended[0]?.attributes ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it.each([
    { what: 'links that are no list', work: (span: Span) => span.addLinks('none' as never) },
    { what: 'a link without a context', work: (span: Span) => span.addLink({} as Link) },
    { what: 'no link', work: (span: Span) => span.addLink(undefined as never) },
    { what: 'a status of its own', work: (span: Span) => span.setStatus({ code: 7 as never }) },
    { what: 'no exception', work: (span: Span) => span.recordException(null as never) },
    {
      what: 'an event whose attributes throw',
      work: (span: Span) =>
        span.addEvent(
          'e',
          new Proxy(
            {},
            {
              ownKeys: () => {
                throw new Error('trap');
              },
            },
          ),
        ),
    },
    {
      what: 'an exception whose stack throws',
      work: (span: Span) =>
        span.recordException(
          Object.defineProperty(new Error('x'), 'stack', {
            get: () => {
              throw new Error('trap');
            },
          }) as Exception,
        ),
    },
  ])('throws nothing at whoever gives it $what', ({ work }) => {
    const { tracer, ended } = collected();
    const span = tracer.startSpan('a', {}, ROOT_CONTEXT);
    expect(() => work(span)).not.toThrow();
    span.end();
    expect(ended).toMatchObject([{ name: 'a', links: [], status: { code: SpanStatusCode.UNSET } }]);
  });

  it('has no duration before its end, and borrows a second for its nanoseconds', () => {
    const { tracer } = collected();
    const span = tracer.startSpan(
      'a',
      { startTime: [2_000_000_000, 999_000_000] },
      ROOT_CONTEXT,
    ) as RecordingSpan;
    expect(span.duration).toEqual([-1, -1]);
    span.end([2_000_000_001, 1_000_000]);
    expect(span.duration).toEqual([0, 2_000_000]);
    expect(span.resource.attributes).toEqual({ 'service.name': 'shop' });
  });

  it('takes as much room as the texts in it', () => {
    const { tracer } = collected();
    const sizeOf = (work: (span: Span) => unknown): number => {
      const span = tracer.startSpan('a', {}, ROOT_CONTEXT) as RecordingSpan;
      work(span);
      return span.approximateSize();
    };
    const empty = sizeOf(() => {});
    expect(sizeOf((span) => span.setAttributes({ a: 'x'.repeat(1_000), b: 7 })) - empty).toBe(1_002);
    const messages = [{ role: 'user', parts: ['x'.repeat(500), 'y'.repeat(500)] }, new Uint8Array(100), null];
    expect(sizeOf((span) => span.setAttributes({ messages })) - empty).toBe(8 + 4 + 4 + 5 + 1_000 + 100);
    const event = sizeOf((span) => span.addEvent('e', { n: 1 }));
    expect(sizeOf((span) => span.addEvent('e', { n: 1, a: 'x'.repeat(1_000) })) - event).toBe(1_000);
  });
});

describe('toHrTime', () => {
  it.each([
    { ms: 1_999.999_999_9, time: [2, 0] },
    { ms: 1_999.5, time: [1, 999_500_000] },
    { ms: 0, time: [0, 0] },
  ])('is $time for $ms', ({ ms, time }) => {
    expect(toHrTime(ms)).toEqual(time);
  });
});

describe('endRequest', () => {
  it('never ends before it began, and says once whether it is kept', () => {
    const { tracer, ended } = collected();
    const span = tracer.startSpan(
      'GET',
      { kind: SpanKind.SERVER, startTime: 2_000_000_000_000 },
      ROOT_CONTEXT,
    );
    const server = span as RecordingServerSpan;
    expect(server.endRequest(requestOf(span, { durationSeconds: -1 }))).toBe(true);
    expect(server.endRequest(requestOf(span))).toBe(true);
    expect(ended).toMatchObject([{ startTime: [2_000_000_000, 0], endTime: [2_000_000_000, 0] }]);
  });

  it('says of a trace that was not kept that it is not, again and again', () => {
    const { tracer, ended } = collected(unsampled);
    const span = tracer.startSpan('GET', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    const child = tracer.startSpan('late', {}, trace.setSpan(ROOT_CONTEXT, span));
    tracer.startSpan('early', {}, trace.setSpan(ROOT_CONTEXT, span)).end();
    const server = span as RecordingServerSpan;
    expect([server.endRequest(requestOf(span)), server.endRequest(requestOf(span))]).toEqual([false, false]);
    child.end();
    expect(ended).toEqual([]);
  });

  it('keeps the exception that was recorded before, and adds no other', () => {
    const { tracer, ended } = collected();
    const span = tracer.startSpan('GET', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    span.recordException(new RangeError('first'));
    const kind = { ...requestOf(span).kind, status: 500, errorType: 'TypeError' };
    (span as RecordingServerSpan).endRequest(requestOf(span, { kind, error: new TypeError('second') }));
    expect(ended[0]?.events.map(({ attributes }) => attributes?.['exception.message'])).toEqual(['first']);
    expect(ended[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'second' });
  });
});

describe('getTracer', () => {
  it('gives the same tracer for the same name, version and schema', () => {
    const { getTracer } = collected().tracing.tracerProvider;
    const schemaUrl = 'https://opentelemetry.io/schemas/1.38.0';
    expect(getTracer('a', '1', { schemaUrl })).toBe(getTracer('a', '1', { schemaUrl }));
    const all = [getTracer('a'), getTracer('a', '1'), getTracer('a', '1', { schemaUrl }), getTracer('b')];
    expect(new Set(all).size).toBe(4);
  });

  it('gives a tracer that works also for more names than it remembers, and for none', () => {
    const { tracing, ended } = collected();
    const { getTracer } = tracing.tracerProvider;
    const names = Array.from({ length: 1_100 }, (_, at) => `lib-${at}`);
    for (const name of names) getTracer(name).startSpan('a', {}, ROOT_CONTEXT).end();
    getTracer(undefined as never)
      .startSpan('a', {}, ROOT_CONTEXT)
      .end();
    expect(ended.map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([...names, '']);
  });
});

describe('a span processor', () => {
  it('that throws what is no error is left out as well', () => {
    const onEnd = vi.fn<() => void>(() => {
      throw 'a text' as unknown as Error;
    });
    const { tracing, tracer } = collected({
      spanProcessors: [{ name: 'broken', processor: { ...collectingProcessor(), onEnd } }],
    });
    for (const name of ['a', 'b']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    expect(onEnd).toHaveBeenCalledOnce();
    expect(tracing.problems).toMatchObject([
      { message: 'A span processor of broken threw and is left out from now on: a text.' },
    ]);
  });

  it('of the console writes each span', async () => {
    const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
    const { tracing, tracer } = collected({ spanProcessors: [consoleSpans()] });
    tracer.startSpan('shown', {}, ROOT_CONTEXT).end();
    await tracing.flush(1_000);
    expect(dir.mock.calls.map(([shown]) => (shown as { name: string }).name)).toEqual(['shown']);
    dir.mockRestore();
  });
});

describe('what is exported', () => {
  it('has the schema of the resource, and spans of many scopes', async () => {
    const { receiver, tracing } = await sending({
      resource: resourceFromAttributes({ 'service.name': 'shop' }, { schemaUrl: 'https://schema.example/1' }),
    });
    const rounds = [0, 1].map((round) => Array.from({ length: 70 }, (_, at) => `${round}-${at}`));
    for (const names of rounds) {
      for (const name of names)
        tracing.tracerProvider.getTracer(name).startSpan(name, {}, ROOT_CONTEXT).end();
      // oxlint-disable-next-line no-await-in-loop -- a batch each
      await tracing.flush(5_000);
    }
    expect(new Set(receiver.spans().map(({ name }) => name))).toEqual(new Set(rounds.flat()));
    for (const { body } of receiver.requests()) {
      expect(body.toString('latin1')).toContain('https://schema.example/1');
    }
  });

  it('is nothing of a span that cannot be encoded, which is counted, and all of the others', async () => {
    const { receiver, tracing, tracer } = await sending();
    const trap = {
      toString() {
        throw new Error('trap');
      },
    };
    for (const name of ['a', trap, 'b'])
      tracer
        .startSpan('x', {}, ROOT_CONTEXT)
        .updateName(name as string)
        .end();
    await tracing.flush(5_000);
    expect(receiver.spans().map(({ name }) => name)).toEqual(['a', 'b']);
    expect(tracing.stats()).toMatchObject({ exported: 2, dropped: { failed: 1 } });
  });

  it('has the user agents of requests without secrets, long ones and many', async () => {
    const { receiver, tracing, tracer } = await sending();
    const secret = 'bot/1 token=hunter2hunter2';
    const agents = [
      'curl/8',
      'curl/8',
      secret,
      secret,
      'x'.repeat(300),
      ...Array.from({ length: 600 }, (_, at) => `agent/${at}`),
      'curl/8',
      'curl/9',
      'curl/8',
    ];
    for (const agent of agents) {
      const span = tracer.startSpan('GET', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      (span as RecordingServerSpan).endRequest(requestOf(span, { headers: { 'user-agent': agent } }));
    }
    await tracing.flush(5_000);
    expect(receiver.spans().map(({ attributes }) => attributes['user_agent.original'])).toEqual(
      agents.map((agent) => (agent === secret ? 'bot/1 token=[REDACTED]' : agent)),
    );
  });
});
