import { ROOT_CONTEXT, TraceFlags, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';

describe('trace ids', () => {
  const { stream, last, text } = captureLines();
  const provider = new TracerProvider({});
  const tracer = provider.getTracer('test');
  beforeAll(() => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(async () => {
    trace.disable();
    context.disable();
    await provider.shutdown();
  });
  beforeEach(() => {
    for (const name of ['LOG_LEVEL', 'SIGHTLINE_STRICT']) vi.stubEnv(name, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const none = { trace_id: undefined, span_id: undefined, trace_flags: undefined };
  const idsOfLast = () => {
    const { trace_id, span_id, trace_flags } = last();
    return { trace_id, span_id, trace_flags };
  };

  it('are those of the active span, inside, nested, across awaits, after it and outside', async () => {
    const log = createLogger({}, stream);
    log.info('outside');
    expect(idsOfLast()).toEqual(none);
    await tracer.startActiveSpan('outer', async (outer) => {
      const { traceId, spanId } = outer.spanContext();
      log.info({ a: 1 }, 'inside');
      expect(idsOfLast()).toEqual({ trace_id: traceId, span_id: spanId, trace_flags: '01' });
      tracer.startActiveSpan('inner', (inner) => {
        log.child({ b: 1 }).info('nested %s', 'x');
        expect(idsOfLast()).toEqual({
          trace_id: traceId,
          span_id: inner.spanContext().spanId,
          trace_flags: '01',
        });
        inner.end();
      });
      await Promise.resolve();
      log.error(new Error('x'));
      expect(idsOfLast()).toMatchObject({ span_id: spanId });
      log.audit('a.b', {
        actor: { type: 'user', id: '1' },
        resource: { type: 'user', id: '1' },
        outcome: 'denied',
      });
      expect(last()).toMatchObject({ audit: true, trace_id: traceId, span_id: spanId });
      outer.end();
    });
    log.info('after');
    expect(idsOfLast()).toEqual(none);
  });

  it.each([
    { flags: TraceFlags.NONE, written: '00' },
    { flags: TraceFlags.SAMPLED, written: '01' },
    { flags: 0x1ab, written: 'ab' },
  ])('have the flags $flags as $written', ({ flags, written }) => {
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: flags,
    };
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => createLogger({}, stream).info('x'));
    expect(idsOfLast()).toEqual({ trace_id: span.traceId, span_id: span.spanId, trace_flags: written });
  });

  it('are not there where the span has none', () => {
    const span = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => createLogger({}, stream).info('x'));
    expect(idsOfLast()).toEqual(none);
  });

  it('stand once where a mixin, an object, bindings or a formatter has them already', () => {
    tracer.startActiveSpan('span', (span) => {
      const before = text().length;
      createLogger({ mixin: () => ({ trace_id: 'mixed', span_id: 's' }) }, stream).info('x');
      expect(idsOfLast()).toMatchObject({ trace_id: 'mixed', span_id: 's' });
      createLogger({}, stream).info({ trace_id: 'own' }, 'x');
      expect(idsOfLast()).toMatchObject({ trace_id: 'own' });
      createLogger({}, stream).child({ trace_id: 'bound' }).info('x');
      expect(idsOfLast()).toMatchObject({ trace_id: 'bound' });
      createLogger({ formatters: { log: (object) => ({ ...object, trace_id: 'formatted' }) } }, stream).info(
        'x',
      );
      expect(idsOfLast()).toMatchObject({ trace_id: 'formatted' });
      expect(
        text()
          .slice(before)
          .match(/"trace_id"/g),
      ).toHaveLength(4);
      span.end();
    });
  });

  it('stand there also where a binding has such names within it, and a field or binding of the name has no value', () => {
    tracer.startActiveSpan('span', (span) => {
      const { traceId } = span.spanContext();
      const message = { id: 7, trace_id: 'of the sender' };
      createLogger({}, stream).child({ message }).info('x');
      expect(last()).toMatchObject({ message, trace_id: traceId });
      createLogger({}, stream).info({ trace_id: undefined }, 'x');
      expect(last()).toMatchObject({ trace_id: traceId });
      createLogger({}, stream).child({ trace_id: undefined }).info('x');
      expect(last()).toMatchObject({ trace_id: traceId });
      span.end();
    });
  });

  it('stand beside a nested key, not in it', () => {
    tracer.startActiveSpan('span', (span) => {
      createLogger({ nestedKey: 'payload' }, stream).info({ trace_id: 'own', a: 1 }, 'x');
      expect(last()).toMatchObject({
        payload: { trace_id: 'own', a: 1 },
        trace_id: span.spanContext().traceId,
      });
      span.end();
    });
  });
});
