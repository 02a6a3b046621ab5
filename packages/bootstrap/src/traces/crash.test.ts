import { ROOT_CONTEXT, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectingProcessor, startTracing } from './tracing.fixture.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

function start() {
  const processor = collectingProcessor();
  const tracing = startTracing(undefined, { spanProcessors: [{ name: 'test', processor }] });
  return { tracing, ended: processor.ended, tracer: tracing.tracerProvider.getTracer('lib') };
}

describe('recordCrash', () => {
  it('ends the active span and the local root above it in the error, once each', () => {
    const { tracing, tracer, ended } = start();
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const middle = tracer.startSpan('middle', {}, trace.setSpan(ROOT_CONTEXT, root));
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, middle));
    context.with(trace.setSpan(ROOT_CONTEXT, child), () => tracing.recordCrash(new RangeError('boom')));
    expect(ended).toMatchObject([
      { name: 'child', status: { code: SpanStatusCode.ERROR }, events: [{ name: 'exception' }] },
      { name: 'root', status: { code: SpanStatusCode.ERROR }, events: [{ name: 'exception' }] },
    ]);
    expect(ended[0]?.events[0]?.attributes).toMatchObject({ 'exception.message': 'boom' });
  });

  it.each([7, 8n, Symbol('boom'), 'boom', null, undefined])('takes %s for an error as well', (thrown) => {
    const { tracing, tracer, ended } = start();
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    context.with(trace.setSpan(ROOT_CONTEXT, root), () => tracing.recordCrash(thrown));
    expect(ended).toMatchObject([{ name: 'root', status: { code: SpanStatusCode.ERROR } }]);
    const message = thrown === null || thrown === undefined ? undefined : String(thrown);
    expect(ended[0]?.events[0]?.attributes?.['exception.message']).toBe(message);
  });

  it('leaves a root alone that has ended', () => {
    const { tracing, tracer, ended } = start();
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
    root.end();
    context.with(trace.setSpan(ROOT_CONTEXT, child), () => tracing.recordCrash(new Error('boom')));
    expect(ended.map(({ name, status }) => [name, status.code])).toEqual([
      ['root', SpanStatusCode.UNSET],
      ['child', SpanStatusCode.ERROR],
    ]);
  });

  it('does nothing without a span of ours, and when looking for it throws', () => {
    const { tracing, ended } = start();
    tracing.recordCrash(new Error('boom'));
    const foreign = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
    context.with(trace.setSpan(ROOT_CONTEXT, foreign), () => tracing.recordCrash(new Error('boom')));
    const broken = {
      getValue() {
        throw new Error('in a context');
      },
    };
    context.with(broken as never, () => tracing.recordCrash(new Error('boom')));
    expect(ended).toEqual([]);
  });
});

describe('the end of a process', () => {
  it('hands out what waits, and counts what came of it', () => {
    const tracing = startTracing(NOWHERE);
    const tracer = tracing.tracerProvider.getTracer('lib');
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    tracer.startSpan('b', {}, ROOT_CONTEXT).end();
    expect(tracing.stats().queued).toBe(2);
    const posts = tracing.drain();
    expect(posts.map(({ request }) => request.url)).toEqual([`${NOWHERE}/v1/traces`]);
    posts[0]?.settled(true);
    expect(tracing.stats()).toMatchObject({ queued: 0, exported: 2 });
    posts[0]?.settled(false);
    expect(tracing.stats().dropped.deadline).toBe(2);
    expect(tracing.drain()).toEqual([]);
  });

  it('counts as lost what no time is left for', () => {
    const tracing = startTracing(NOWHERE);
    tracing.tracerProvider.getTracer('lib').startSpan('a', {}, ROOT_CONTEXT).end();
    tracing.flushSync(0);
    expect(tracing.stats()).toMatchObject({ queued: 0, exported: 0, dropped: { deadline: 1 } });
  });

  it('counts as lost what an exporter for grpc has, which does not send without an event loop', () => {
    const tracing = startTracing(undefined, {
      target: { url: NOWHERE, headers: {}, protocol: 'grpc', compression: 'none', timeoutMs: 5_000 },
      grpcExporter: () => ({ export: () => {}, shutdown: () => Promise.resolve() }),
    });
    tracing.tracerProvider.getTracer('lib').startSpan('a', {}, ROOT_CONTEXT).end();
    expect(tracing.drain()).toEqual([]);
    expect(tracing.stats()).toMatchObject({ queued: 0, dropped: { deadline: 1 } });
  });

  it('has nothing to send where spans go nowhere', async () => {
    const { tracing } = start();
    expect(tracing.drain()).toEqual([]);
    tracing.flushSync(1_000);
    await tracing.flush(1_000);
    expect(tracing.stats()).toMatchObject({
      queued: 0,
      exported: 0,
      dropped: { full: 0, rejected: 0, deadline: 0, failed: 0, not_held: 0 },
      lastError: undefined,
    });
  });
});
