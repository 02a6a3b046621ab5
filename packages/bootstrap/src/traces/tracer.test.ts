import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  context,
  createTraceState,
  trace,
} from '@opentelemetry/api';
import type { AnyValue, Attributes, Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';
import type { TracingOptions } from './create-tracing.ts';

const remote = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

function start(options: Partial<TracingOptions> = {}) {
  const processor = collectingProcessor();
  const tracing = startTracing(undefined, { spanProcessors: [{ name: 'test', processor }], ...options });
  return {
    tracing,
    processor,
    ended: processor.ended,
    tracer: tracing.tracerProvider.getTracer('lib', '1.0.0'),
  };
}

describe('createTracer', () => {
  it('takes the parent from the context, with its trace state', () => {
    const { tracer } = start();
    const traceState = createTraceState('a=b');
    const parent = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceState });
    const span = tracer.startSpan('child', {}, parent) as Span & ReadableSpan;
    expect(span.spanContext()).toMatchObject({
      traceId: remote.traceId,
      traceFlags: TraceFlags.SAMPLED,
      traceState,
    });
    expect(span.spanContext().spanId).not.toBe(remote.spanId);
    expect(span.parentSpanContext?.spanId).toBe(remote.spanId);
    const grandchild = tracer.startSpan('grandchild', {}, trace.setSpan(ROOT_CONTEXT, span)) as Span &
      ReadableSpan;
    expect(grandchild.parentSpanContext).toEqual(span.spanContext());
  });

  it('starts a trace of its own without a valid parent, and with root', () => {
    const { tracer } = start();
    const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
    const invalid = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceId: '0'.repeat(32) });
    for (const span of [tracer.startSpan('a', { root: true }, parent), tracer.startSpan('b', {}, invalid)]) {
      expect(span.spanContext().traceId).not.toBe(remote.traceId);
      expect((span as Span & ReadableSpan).parentSpanContext).toBeUndefined();
    }
  });

  it('records nothing where tracing is suppressed', () => {
    const { tracer, processor } = start();
    const span = tracer.startSpan('a', {}, suppressTracing(ROOT_CONTEXT));
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(trace.isSpanContextValid(span.spanContext())).toBe(false);
    expect(processor.started).toEqual([]);
  });

  it('takes all forms of startActiveSpan and returns what the function returns', () => {
    const { tracer } = start();
    const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
    const see = (span: Span) => {
      expect(trace.getActiveSpan()).toBe(span);
      return span as Span & ReadableSpan;
    };
    expect(tracer.startActiveSpan('a', see).kind).toBe(SpanKind.INTERNAL);
    expect(tracer.startActiveSpan('b', { kind: SpanKind.CLIENT }, see).kind).toBe(SpanKind.CLIENT);
    expect(tracer.startActiveSpan('c', {}, parent, see).spanContext().traceId).toBe(remote.traceId);
    expect(() =>
      tracer.startActiveSpan('d', () => {
        throw new RangeError('through');
      }),
    ).toThrow(RangeError);
  });

  it('gives unsampled spans without bias ids of their own and nothing else', () => {
    const { tracer, processor } = start({ sampler: { name: 'always_off' } });
    const span = tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    expect(span.isRecording()).toBe(false);
    expect(span.spanContext()).toMatchObject({ traceId: remote.traceId, traceFlags: TraceFlags.NONE });
    expect(span.spanContext().spanId).not.toBe(remote.spanId);
    expect(processor.started).toEqual([]);
  });

  it('passes the parent on where nobody takes spans, and ids of its own where there is none', () => {
    const { tracer } = start({ spanProcessors: [] });
    const span = tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    expect([span.spanContext(), span.isRecording()]).toEqual([remote, false]);
    const root = tracer.startSpan('b', {}, ROOT_CONTEXT);
    expect([trace.isSpanContextValid(root.spanContext()), root.isRecording()]).toEqual([true, false]);
  });

  it('records nothing after the shutdown', async () => {
    const { tracer, tracing } = start();
    await tracing.shutdown(100);
    expect(tracer.startSpan('a').isRecording()).toBe(false);
  });
});

describe('RecordingSpan', () => {
  function record(work: (span: Span) => void, options: Partial<TracingOptions> = {}): ReadableSpan {
    const { tracer, ended } = start(options);
    const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
    work(span);
    span.end();
    const [seen] = ended;
    if (ended.length !== 1 || seen === undefined) throw new Error(`${ended.length} spans ended`);
    return seen;
  }

  it('is what the SDK calls a readable span', () => {
    const span = record((each) => each.setAttribute('a', 1));
    expect(span).toMatchObject({
      name: 'work',
      kind: SpanKind.INTERNAL,
      ended: true,
      attributes: { a: 1 },
      events: [],
      links: [],
      status: { code: SpanStatusCode.UNSET },
      instrumentationScope: { name: 'lib', version: '1.0.0' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    });
    expect(span.resource.attributes).toEqual({ 'service.name': 'shop' });
    expect(span.duration[0] * 1e9 + span.duration[1]).toBe(
      (span.endTime[0] - span.startTime[0]) * 1e9 + span.endTime[1] - span.startTime[1],
    );
  });

  it('keeps attributes that are valid, overwrites, and copies what it is given', () => {
    const list = [1, 2];
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const trap = {
      get a() {
        throw new Error('trap');
      },
    };
    const { attributes, droppedAttributesCount } = record((span) => {
      span.setAttribute('a', 1).setAttribute('a', 'again').setAttribute('list', list);
      for (const bad of [undefined, 1n, Symbol('s'), () => 1, new Date(), cyclic, trap, new Map()]) {
        span.setAttribute('bad', bad as AnyValue);
      }
      span
        .setAttribute('', 'no key')
        .setAttribute('null', null)
        .setAttributes({ b: false, c: [null, 'x'] });
      span.setAttributes(trap).setAttributes(undefined as unknown as Attributes);
      list.push(3);
    });
    expect(attributes).toEqual({ a: 'again', list: [1, 2], null: null, b: false, c: [null, 'x'] });
    expect(droppedAttributesCount).toBe(0);
  });

  it('keeps to the limits and counts what it drops', () => {
    const limits = {
      attributeCount: 2,
      attributeValueLength: 3,
      eventCount: 2,
      linkCount: 1,
      attributesPerEvent: 1,
      attributesPerLink: 1,
    };
    const span = record(
      (each) => {
        each.setAttributes({ a: 'abcdef', b: ['abcdef'], c: 1, d: 2 }).setAttribute('a', 'xyzxyz');
        for (const name of ['1', '2', '3']) each.addEvent(name, { x: 'abcdef', y: 1 });
        each.addLinks([
          { context: remote },
          { context: { ...remote, spanId: '1'.repeat(16) }, attributes: { a: 1, b: 2 } },
        ]);
      },
      { limits },
    );
    expect(span.attributes).toEqual({ a: 'xyz', b: ['abc'] });
    expect(span.droppedAttributesCount).toBe(2);
    expect(span.events.map(({ name }) => name)).toEqual(['2', '3']);
    expect(span.events[0]).toMatchObject({ attributes: { x: 'abc' }, droppedAttributesCount: 1 });
    expect(span.droppedEventsCount).toBe(1);
    expect(span.links).toMatchObject([{ context: { spanId: '1'.repeat(16) }, attributes: { a: 1 } }]);
    expect(span.droppedLinksCount).toBe(1);
  });

  const { UNSET, OK, ERROR } = SpanStatusCode;
  it.each([
    { calls: [OK], code: OK, message: undefined },
    { calls: [ERROR], code: ERROR, message: 'm' },
    { calls: [ERROR, OK], code: OK, message: undefined },
    { calls: [OK, ERROR], code: OK, message: undefined },
    { calls: [ERROR, UNSET], code: ERROR, message: 'm' },
  ])('has status $code after the statuses $calls', ({ calls, code, message }) => {
    const { status } = record((span) => {
      for (const each of calls) span.setStatus({ code: each, message: 'm' });
    });
    expect(status).toEqual(message === undefined ? { code } : { code, message });
  });

  it('takes times as numbers, dates and pairs, and never ends before it began', () => {
    const { tracer, ended } = start();
    const span = tracer.startSpan('a', { startTime: new Date(2_000_000_000_000) }, ROOT_CONTEXT);
    span.addEvent('pair', [2_000_000_000, 5_000_000]);
    span.addEvent('number', { a: 1 }, 2_000_000_000_001);
    span.addEvent('date', new Date(2_000_000_000_002));
    span.end(1_999_999_999_000);
    expect(ended[0]).toMatchObject({
      startTime: [2_000_000_000, 0],
      endTime: [2_000_000_000, 0],
      duration: [0, 0],
      events: [
        { name: 'pair', time: [2_000_000_000, 5_000_000] },
        { name: 'number', time: [2_000_000_000, 1_000_000] },
        { name: 'date', time: [2_000_000_000, 2_000_000] },
      ],
    });
  });

  it('records exceptions of any kind without throwing', () => {
    class PaymentDeclined extends Error {}
    const { events } = record((span) => {
      span.recordException(new PaymentDeclined('no funds'));
      span.recordException('as text');
      span.recordException({ name: 'Custom', message: 'like an error' });
      span.recordException(
        new Proxy(
          {},
          {
            get: () => {
              throw new Error('trap');
            },
          },
        ) as Error,
      );
      span.recordException(undefined as unknown as Error);
    });
    expect(
      events.map(({ attributes }) => [attributes?.['exception.type'], attributes?.['exception.message']]),
    ).toEqual([
      ['PaymentDeclined', 'no funds'],
      [undefined, 'as text'],
      ['Custom', 'like an error'],
    ]);
    expect(events[0]?.attributes?.['exception.stacktrace']).toContain('tracer.test.ts');
  });

  it('ignores all calls after its end, and ends once', () => {
    const { tracer, ended } = start();
    const span = tracer.startSpan('a', {}, ROOT_CONTEXT);
    span.end();
    span
      .setAttribute('a', 1)
      .addEvent('e')
      .addLink({ context: remote })
      .setStatus({ code: SpanStatusCode.ERROR })
      .updateName('b');
    span.recordException(new Error('late'));
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ name: 'a', attributes: {}, events: [], links: [], status: { code: 0 } });
  });
});

describe('span processors', () => {
  it('may write in onStart and onEnding, and see no secrets in onEnd', () => {
    const processor = collectingProcessor();
    const { tracer } = start({
      spanProcessors: [
        {
          name: 'writer',
          processor: {
            ...processor,
            onStart: (span) => span.setAttribute('started', true),
            onEnding: (span) => span.setAttribute('ending', true),
          },
        },
      ],
    });
    tracer.startSpan('a', { attributes: { password: 'hunter2hunter2' } }, ROOT_CONTEXT).end();
    expect(processor.ended[0]?.attributes).toEqual({ password: '[REDACTED]', started: true, ending: true });
  });

  it('are left out once they throw; it is said once and the others go on', () => {
    const processor = collectingProcessor();
    const broken = {
      ...collectingProcessor(),
      onStart: () => {
        throw new Error('password=hunter2hunter2');
      },
    };
    const { tracer, tracing } = start({
      spanProcessors: [
        { name: 'broken', processor: broken },
        { name: 'good', processor },
      ],
    });
    for (const name of ['a', 'b']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    expect(processor.ended.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(broken.ended).toEqual([]);
    expect(tracing.problems).toMatchObject([{ code: 'SIGHTLINE_SPAN_PROCESSOR' }]);
    expect(tracing.problems[0]?.message).toContain('broken');
    expect(tracing.problems[0]?.message).not.toContain('hunter2');
  });
});
