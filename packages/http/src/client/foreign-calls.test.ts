import { once } from 'node:events';
import { channel } from 'node:diagnostics_channel';
import { type IncomingMessage, type RequestOptions, get } from 'node:http';
import { type Span, type Tracer, context, propagation, trace } from '@opentelemetry/api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClientRecorder } from './client-recorder.ts';
import { recordCalls } from './recorded-calls.fixture.ts';
import { recordedUpstream } from './recorded-upstream.fixture.ts';

const recorded = recordedUpstream();

async function called(headers: RequestOptions['headers'] = {}): Promise<void> {
  const [response] = (await once(get(recorded.upstream.origin, { headers }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  await once(response, 'close');
}

const told = (name: string, message: object): void => channel(name).publish(message);

/** A request as a client of another version tells of it. */
function request(more: object = {}) {
  const added: string[] = [];
  return {
    origin: 'http://shop.example',
    method: 'GET',
    path: '/x',
    headers: [] as unknown,
    added,
    addHeader: (name: string) => void added.push(name),
    ...more,
  };
}

const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
/** A tracer whose spans cannot be ended. */
const brokenTracer = {
  startSpan: () =>
    Object.assign(trace.wrapSpanContext(spanContext), {
      end() {
        throw new Error('closed');
      },
    }),
} as unknown as Tracer;
const plainTracer = { startSpan: () => trace.wrapSpanContext(spanContext) } as unknown as Tracer;

describe('a call that a channel tells of', () => {
  it('is nothing without its beginning', () => {
    const unknown = { request: request(), error: new Error('x'), response: { statusCode: 200 }, socket: {} };
    for (const name of ['headers', 'trailers', 'error']) told(`undici:request:${name}`, unknown);
    told('undici:client:sendHeaders', unknown);
    told('http.client.request.error', unknown);
    expect(recorded.calls.kinds).toEqual([]);
    expect(recorded.calls.problems).toEqual([]);
  });

  it.each([
    { headers: 'X-Own: yes\r\ntraceparent: theirs\r\n', added: [] },
    { headers: 'X-Own: traceparent: no\r\n', added: ['traceparent'] },
    { headers: ['x-own', ['yes', 'yes'], 'TraceParent', 'theirs'], added: [] },
  ])('gets $added for the headers $headers', ({ headers, added }) => {
    const outgoing = request({ headers });
    told('undici:request:create', { request: outgoing });
    expect(outgoing.added).toEqual(added);
    told('undici:request:error', { request: outgoing });
    expect(recorded.calls.kinds).toMatchObject([{ status: undefined, errorType: 'AbortError' }]);
  });

  it('has failed of what broke it off, unless it was left for where it was sent', () => {
    for (const statusCode of [200, 302, 404]) {
      const outgoing = request();
      told('undici:request:create', { request: outgoing });
      told('undici:request:headers', { request: outgoing, response: { statusCode } });
      told('undici:request:error', { request: outgoing, error: new DOMException('left', 'AbortError') });
      told('undici:request:error', { request: outgoing, error: new Error('again') });
    }
    expect(recorded.calls.kinds.map(({ status, errorType }) => [status, errorType])).toEqual([
      [200, 'AbortError'],
      [302, undefined],
      [404, 'AbortError'],
    ]);
  });

  it('reaches the app also when it cannot be read, and is counted', () => {
    const unreadable = [request({ origin: 'no origin' }), request({ headers: null })];
    for (const each of unreadable) told('undici:request:create', { request: each });
    told('undici:request:create', {});
    expect(recorded.calls.recorder.stats().failures).toBe(3);
    expect(recorded.calls.problems).toMatchObject([{ code: 'SIGHTLINE_HTTP_SINK' }]);
  });

  it('hands its socket over also when its span cannot be ended', () => {
    recorded.calls.recorder.disable();
    const recorder = createClientRecorder({}, { tracer: () => brokenTracer, onProblem: () => {} });
    recorder.enable();
    onTestFinished(() => recorder.disable());
    const seen: unknown[][] = [];
    const outgoing = request({ upgrade: 'echo', onUpgrade: (...values: unknown[]) => seen.push(values) });
    told('undici:request:create', { request: outgoing });
    (outgoing as never as { onUpgrade(...values: unknown[]): void }).onUpgrade(101, [], 'socket');
    expect(seen).toEqual([[101, [], 'socket']]);
    expect(recorder.stats()).toEqual({ failures: 1 });
    expect([...recorder.active().values()]).toEqual([0]);
  });

  it('is recorded once when it is told of twice', async () => {
    const outgoing = get(recorded.upstream.origin);
    told('http.client.request.created', { request: outgoing });
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await recorded.calls.ended(1);
    expect(recorded.calls.spans()).toHaveLength(1);
    expect([...recorded.calls.recorder.active()]).toEqual([['localhost', 0]]);
  });
});

describe('a tracer', () => {
  it.each([
    { what: 'does not record', tracer: plainTracer, failures: 0 },
    { what: 'cannot end its span', tracer: brokenTracer, failures: 1 },
  ])('that $what does not keep the record away', async ({ tracer, failures }) => {
    recorded.calls.recorder.disable();
    const problems = vi.fn<(problem: Error) => void>();
    const recorder = createClientRecorder({}, { tracer: () => tracer, onProblem: problems });
    const observe = vi.fn<(record: object) => void>();
    recorder.addSink({ prepare: () => observe });
    recorder.enable();
    onTestFinished(() => recorder.disable());
    await called();
    await vi.waitFor(() => expect(observe).toHaveBeenCalledOnce(), 20_000);
    expect(observe.mock.calls[0]?.[0]).toMatchObject({ kind: { status: 200 }, spanContext });
    await vi.waitFor(() => expect(recorder.stats()).toEqual({ failures }), 20_000);
    expect(problems).toHaveBeenCalledTimes(failures);
    expect(recorded.upstream.received[0]?.['traceparent']).toBe(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`);
  });

  it('is the one that is registered when none is given', async () => {
    recorded.calls.recorder.disable();
    const startSpan = vi.fn<() => Span>(() => trace.wrapSpanContext(spanContext));
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) as unknown as Tracer });
    const recorder = createClientRecorder();
    recorder.enable();
    onTestFinished(() => recorder.disable());
    await called();
    expect(startSpan).toHaveBeenCalledOnce();
  });
});

describe('what a call is given along', () => {
  const id = Symbol.for('sightline.request.id');
  const thrower = (): never => {
    throw new Error('in the option');
  };

  it.each<{ options: Parameters<typeof recordCalls>[0]; traced: boolean; idIn: string | undefined }>([
    { options: { propagate: ['localhost'] }, traced: true, idIn: 'x-request-id' },
    { options: { propagate: ['elsewhere'] }, traced: false, idIn: undefined },
    { options: { propagate: thrower }, traced: false, idIn: undefined },
    { options: { requestId: false }, traced: true, idIn: undefined },
    { options: { requestId: 'X-Trace-Id' }, traced: true, idIn: 'x-trace-id' },
    { options: { ignore: thrower }, traced: true, idIn: 'x-request-id' },
    {
      options: { ignore: (host, path, method) => `${method} ${host}${path}` === 'GET localhost/' },
      traced: false,
      idIn: undefined,
    },
  ])('with $options is a trace: $traced, and the id in $idIn', async ({ options = {}, traced, idIn }) => {
    recorded.calls.stop();
    recorded.calls = recordCalls(options);
    await context.with(context.active().setValue(id, 'id-1'), () => called());
    const [headers = {}] = recorded.upstream.received;
    expect(headers['traceparent'] !== undefined).toBe(traced);
    expect(Object.keys(headers).filter((name) => headers[name] === 'id-1')).toEqual(
      idIn === undefined ? [] : [idIn],
    );
    expect(recorded.calls.problems).toEqual([]);
  });

  it.each<[string, RequestOptions['headers']]>([
    ['fields', { 'x-own': 'yes' }],
    ['an array', ['Host', 'localhost', 'X-Own', 'yes'] as never],
  ])('is no id that would begin another header, with headers given as %s', async (_case, headers) => {
    await context.with(context.active().setValue(id, 'id-1\r\nx-evil: yes'), () => called(headers));
    expect(recorded.upstream.received[0]).toMatchObject({ 'x-own': 'yes', traceparent: expect.any(String) });
    expect(recorded.upstream.received[0]).not.toHaveProperty('x-evil');
    expect(recorded.upstream.received[0]).not.toHaveProperty('x-request-id');
  });

  it('leaves the baggage of the app beside a trace of ours', async () => {
    const active = propagation.setBaggage(
      context.active(),
      propagation.createBaggage({ tenant: { value: 'acme' } }),
    );
    await context.with(active, () => called({ baggage: 'theirs=1' }));
    expect(recorded.upstream.received[0]).toMatchObject({
      baggage: 'theirs=1',
      traceparent: expect.any(String),
    });
  });
});
