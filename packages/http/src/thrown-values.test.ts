import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Span, type SpanContext, type Tracer, trace } from '@opentelemetry/api';
import { createServer } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { get, guarded, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import { recordError } from './request-state.ts';

/** The span and the record of a request that failed of a value. */
async function failedOf(error: unknown): Promise<{ span: ReadableSpan | undefined; errorType: unknown }> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const { seen } = testRecorder({}, { tracer: provider.getTracer('test') });
  const server = createServer((request, response) => {
    recordError(request, error);
    response.writeHead(500).end();
  });
  (await rawClient(await listening(server))).send(get('/'));
  const [record] = await seen(1);
  return { span: exporter.getFinishedSpans()[0], errorType: record?.kind.errorType };
}

const hostile = {
  get message(): never {
    throw new Error('a getter that ran');
  },
  get stack(): never {
    throw new Error('a getter that ran');
  },
};

describe('what a handler fails of', () => {
  it.each<{ what: string; error: unknown; type: string; message: string }>([
    { what: 'a text', error: 'no such order', type: '_OTHER', message: 'no such order' },
    {
      what: 'a text with a secret',
      error: 'token=hunter2hunter2',
      type: '_OTHER',
      message: 'token=[REDACTED]',
    },
    { what: 'a number', error: 7, type: '_OTHER', message: 'number was thrown' },
    { what: 'a symbol', error: Symbol('x'), type: '_OTHER', message: 'symbol was thrown' },
    { what: 'an object', error: { message: 'as if' }, type: '_OTHER', message: 'as if' },
    { what: 'an object with no message', error: { message: 7 }, type: '_OTHER', message: '' },
    { what: 'an object whose getters throw', error: hostile, type: '_OTHER', message: '' },
    { what: 'a function', error: () => 'x', type: '_OTHER', message: '' },
    { what: 'a long message', error: new Error('x'.repeat(5000)), type: 'Error', message: 'x'.repeat(1024) },
    {
      what: 'an error whose class cannot be told',
      error: Object.assign(new Error('lost'), { name: 'a name with spaces', constructor: 'none' }),
      type: '_OTHER',
      message: 'lost',
    },
  ])('is in the span, told without running its code: $what', async ({ error, type, message }) => {
    const { span, errorType } = await failedOf(error);
    expect(errorType).toBe(type);
    const [event] = span?.events ?? [];
    expect(event?.attributes).toMatchObject({ 'exception.type': type, 'exception.message': message });
    expect(String(event?.attributes?.['exception.stacktrace']).length).toBeLessThanOrEqual(8192);
    expect(span?.status).toEqual(message === '' ? { code: 2 } : { code: 2, message });
  });

  it('has no stack when the stack of an error throws', async () => {
    const { prepareStackTrace } = Error;
    const error = new Error('x');
    Error.prepareStackTrace = () => {
      throw new TypeError('in prepareStackTrace');
    };
    const { span } = await failedOf(error).finally(() => {
      Error.prepareStackTrace = prepareStackTrace as never;
    });
    expect(span?.events[0]?.attributes).toMatchObject({
      'exception.type': 'Error',
      'exception.stacktrace': '',
    });
  });

  it.each([{ thrown: undefined }, { thrown: null }, { thrown: 'a text' }])(
    'is recorded also when $thrown is thrown, and goes on to the app',
    async ({ thrown }) => {
      const { seen, recorder } = testRecorder();
      const { server, caught } = guarded(
        createServer(() => {
          throw thrown;
        }),
      );
      const client = await rawClient(await listening(server));
      client.send(get('/'));
      const [record] = await seen(1);
      expect(caught).toEqual([thrown]);
      expect(record?.kind).toMatchObject({ status: undefined, errorType: expect.any(String) });
      expect(recorder.stats().recorded).toBe(1);
    },
  );
});

describe('a recorder whose parts fail', () => {
  const spanContext: SpanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

  it('records a request whose span cannot be ended, counts it and tells it once', async () => {
    const onProblem = vi.fn<(problem: Error) => void>();
    const tracer = {
      startSpan: (): Span =>
        Object.assign(trace.wrapSpanContext(spanContext), {
          end() {
            throw new Error('the processor is closed');
          },
        }),
    } as unknown as Tracer;
    const { seen, recorder } = testRecorder({}, { tracer, onProblem });
    const client = await rawClient(await listening(createServer((_, response) => response.end('done'))));
    client.send(get('/') + get('/'));
    expect(await seen(2)).toMatchObject([{ kind: { status: 200 } }, { kind: { status: 200 } }]);
    expect(recorder.stats()).toMatchObject({ recorded: 2, failures: 2 });
    expect(onProblem).toHaveBeenCalledOnce();
    expect(onProblem.mock.calls[0]?.[0].message).toContain('the end of a span');
  });

  it('answers a request whose record cannot be made', async () => {
    const onProblem = vi.fn<(problem: Error) => void>();
    const { recorder } = testRecorder({}, { onProblem });
    const server = createServer((request, response) => {
      // As an app that has taken what arrives apart.
      recordError(request, new Proxy(new Error('x'), {}));
      Object.defineProperty(request, 'httpVersionMinor', {
        get() {
          throw new Error('the request is gone');
        },
      });
      response.end('done');
    });
    const client = await rawClient(await listening(server));
    client.send(get('/'));
    expect(await client.received('done')).toContain('200 OK');
    await vi.waitFor(() => expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 1 }), 20_000);
    expect(onProblem.mock.calls[0]?.[0].message).toContain('the end of a request');
    expect(recorder.active().get('GET')).toBe(0);
  });
});
