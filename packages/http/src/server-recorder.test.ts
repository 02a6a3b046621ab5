import { context } from '@opentelemetry/api';
import { createServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import { requestIdKey } from './request-id.ts';
import type { RequestKind } from './request-record.ts';
import { recordError, setRoute } from './request-state.ts';
import { createServerRecorder } from './server-recorder.ts';

const PATCHED = [
  [NetServer.prototype, 'emit'],
  [IncomingMessage.prototype, 'emit'],
  [ServerResponse.prototype, '_storeHeader'],
  [ServerResponse.prototype, 'write'],
  [ServerResponse.prototype, 'end'],
] as const;

describe('createServerRecorder', () => {
  it('records a request once, with its kind, its sizes and its times', async () => {
    const { seen } = testRecorder();
    const port = await listening(
      createServer((request, response) => {
        setRoute(request, '/orders/:id');
        response.end('hello');
      }),
    );
    const client = await rawClient(port);
    const before = Date.now();
    client.send(get('/orders/7?x=1'));
    await client.received('hello');
    const [record] = await seen(1);
    expect(record).toMatchObject({
      kind: {
        method: 'GET',
        route: '/orders/:id',
        status: 200,
        errorType: undefined,
        scheme: 'http',
        protocolVersion: '1.1',
      },
      target: '/orders/7?x=1',
      method: 'GET',
      aborted: false,
      slow: false,
      error: undefined,
      requestBodyBytes: 0,
      responseBodyBytes: 5,
      serverAddress: 'shop.example.com',
      serverPort: 8080,
      clientAddress: undefined,
    });
    expect(record?.durationSeconds).toBeGreaterThan(0);
    expect(Math.abs((record?.startTimeMs ?? 0) - before)).toBeLessThan(60_000);
  });

  it('records servers that were made before it was enabled, and none after it was disabled', async () => {
    const port = await listening(createServer((request, response) => response.end(`<${request.url}>`)));
    const { recorder, records, seen } = testRecorder();
    const client = await rawClient(port);
    client.send(get('/1'));
    await seen(1);
    recorder.disable();
    client.send(get('/2'));
    await client.received('</2>');
    recorder.enable();
    client.send(get('/3'));
    await seen(2);
    expect(records.map(({ target }) => target)).toEqual(['/1', '/3']);
  });

  it('leaves no patch behind, however often it is enabled and disabled', () => {
    const before = PATCHED.map(([target, name]) => Object.getOwnPropertyDescriptor(target, name));
    const recorder = createServerRecorder();
    recorder.enable();
    recorder.enable();
    expect(Object.hasOwn(NetServer.prototype, 'emit')).toBe(true);
    recorder.disable();
    recorder.disable();
    expect(PATCHED.map(([target, name]) => Object.getOwnPropertyDescriptor(target, name))).toEqual(before);
  });

  it('records a request that was under way when it was disabled', async () => {
    const { recorder, seen } = testRecorder();
    let end = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      void listening(
        createServer((_, response) => {
          end = () => response.end();
          resolve();
        }),
      ).then(async (port) => (await rawClient(port)).send(get('/')));
    });
    await arrived;
    expect(recorder.active().get('GET')).toBe(1);
    recorder.disable();
    end();
    await seen(1);
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('records once when two recorders are enabled', async () => {
    const first = testRecorder();
    const second = testRecorder();
    const port = await listening(createServer((_, response) => response.end('done')));
    const client = await rawClient(port);
    client.send(get('/'));
    await client.received('done');
    client.send(get('/'));
    await vi.waitFor(() => expect(first.records.length + second.records.length).toBe(2), 20_000);
  });

  it('counts each request of a connection that is kept alive, and those sent in one go', async () => {
    const { seen, recorder } = testRecorder();
    const port = await listening(createServer((request, response) => response.end(`<${request.url}>`)));
    const client = await rawClient(port);
    client.send(get('/1'));
    await client.received('</1>');
    client.send(get('/2') + get('/3') + get('/4'));
    const text = await client.received('</4>');
    const records = await seen(4);
    expect(records.map(({ target }) => target)).toEqual(['/1', '/2', '/3', '/4']);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(4);
    expect(text.match(/x-request-id: /g)).toHaveLength(4);
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('gives the handler its context, and the next request of the connection its own', async () => {
    const { seen } = testRecorder();
    const active: unknown[] = [];
    const server = createServer((_, response) => {
      active.push(context.active().getValue(requestIdKey));
      setImmediate(() => {
        active.push(context.active().getValue(requestIdKey));
        response.end('done');
      });
    });
    const outside: unknown[] = [];
    server.on('connection', () => outside.push(context.active().getValue(requestIdKey)));
    const port = await listening(server);
    const client = await rawClient(port);
    client.send(get('/', { 'x-request-id': 'first' }) + get('/', { 'x-request-id': 'second' }));
    await seen(2);
    client.send(get('/', { 'x-request-id': 'third' }));
    await seen(3);
    expect(active.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'first',
      'first',
      'second',
      'second',
      'third',
      'third',
    ]);
    expect(outside).toEqual([undefined]);
  });

  it('brings the events of a body back into the context of its request', async () => {
    const { seen } = testRecorder();
    const active: unknown[] = [];
    const port = await listening(
      createServer((request, response) => {
        request.on('data', () => active.push(context.active().getValue(requestIdKey)));
        request.on('end', () => {
          active.push(context.active().getValue(requestIdKey));
          response.end();
        });
      }),
    );
    const client = await rawClient(port);
    client.send('POST / HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\ncontent-length: 6\r\n\r\nabc');
    await vi.waitFor(() => expect(active).toEqual(['mine']), 20_000);
    client.send('def');
    const [record] = await seen(1);
    expect(active).toEqual(['mine', 'mine', 'mine']);
    expect(record?.requestBodyBytes).toBe(6);
  });

  it('brings the events of a body back also when another request has begun to read it', async () => {
    const { seen } = testRecorder();
    const active: unknown[] = [];
    let readNext: (() => void) | undefined;
    const port = await listening(
      createServer((request, response) => {
        if (request.url === '/waits') {
          readNext = () => {
            request.on('data', () => active.push(context.active().getValue(requestIdKey)));
            request.on('end', () => response.end());
          };
          return;
        }
        readNext?.();
        response.end('next');
      }),
    );
    const waiting = await rawClient(port);
    waiting.send('POST /waits HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\ncontent-length: 3\r\n\r\nabc');
    await vi.waitFor(() => expect(readNext).toBeDefined(), 20_000);
    (await rawClient(port)).send(get('/other', { 'x-request-id': 'other' }));
    await seen(2);
    expect(active).toEqual(['mine']);
  });

  it.each([
    { event: 'checkContinue', expects: '100-continue', answered: 200 },
    { event: 'checkExpectation', expects: 'a-pony', answered: 200 },
  ])('records a request that comes by $event once, also when it is emitted again', async (given) => {
    const { seen, recorder } = testRecorder();
    const server = createServer((_, response) => response.end('done'));
    server.on(given.event, (request, response: ServerResponse) => {
      if (given.event === 'checkContinue') response.writeContinue();
      server.emit('request', request, response);
    });
    const client = await rawClient(await listening(server));
    client.send(get('/', { expect: given.expects }));
    await client.received('done');
    const records = await seen(1);
    expect(records.map(({ kind }) => kind.status)).toEqual([given.answered]);
    expect(recorder.stats().recorded).toBe(1);
  });

  it('records the final status after 100, 102 and 103', async () => {
    const { seen } = testRecorder();
    const port = await listening(
      createServer((_, response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.statusCode = 202;
        response.end('done');
      }),
    );
    const client = await rawClient(port);
    client.send(get('/', { expect: '100-continue' }));
    const text = await client.received('done');
    expect(text).toMatch(/100 Continue[^]*102 Processing[^]*103 Early Hints[^]*202 Accepted/);
    expect(text.match(/x-request-id/g)).toHaveLength(1);
    expect((await seen(1))[0]?.kind.status).toBe(202);
  });

  it('leaves ignored paths out, and runs them where nothing is traced', async () => {
    const { recorder, seen } = testRecorder({ ignore: ['/livez', '/internal/*'] });
    const suppressed: unknown[] = [];
    const key = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const port = await listening(
      createServer((_, response) => {
        suppressed.push(context.active().getValue(key));
        response.end('done');
      }),
    );
    const client = await rawClient(port);
    client.send(get('http://shop.example.com/livez?full=1') + get('/internal/x') + get('/livezx'));
    const records = await seen(1);
    expect(records.map(({ target }) => target)).toEqual(['/livezx']);
    expect(suppressed).toEqual([true, true, undefined]);
    expect(recorder.stats()).toMatchObject({ recorded: 1, ignored: 2 });
  });

  it('leaves an ignored server alone', async () => {
    const { recorder, records } = testRecorder();
    const server = createServer((_, response) => response.end('done'));
    recorder.ignore(server);
    const client = await rawClient(await listening(server));
    client.send(get('/'));
    expect(await client.received('done')).not.toContain('x-request-id');
    expect(records).toEqual([]);
    expect(recorder.stats().ignored).toBe(1);
  });

  it.each([
    { thresholdMs: 0.000_001, routes: {}, slow: true },
    { thresholdMs: 0.000_001, routes: { 'GET /reports': 60_000 }, slow: false },
    { thresholdMs: 60_000, routes: { 'GET /reports': 0.000_001 }, slow: true },
    { thresholdMs: 60_000, routes: { 'POST /reports': 0.000_001 }, slow: false },
  ])('takes a request for slow by the threshold of its route: $routes, else $thresholdMs', async (given) => {
    const { slow, ...thresholds } = given;
    const { seen } = testRecorder({ slow: thresholds });
    const port = await listening(
      createServer((request, response) => {
        setRoute(request, '/reports');
        response.end();
      }),
    );
    (await rawClient(port)).send(get('/reports'));
    expect((await seen(1))[0]?.slow).toBe(slow);
  });

  it('hands all requests of a kind the same object, prepared once', async () => {
    const { recorder, seen } = testRecorder();
    const prepared: RequestKind[] = [];
    const remove = recorder.addSink({
      prepare: (kind) => {
        prepared.push(kind);
        return () => {};
      },
    });
    const port = await listening(createServer((_, response) => response.end('done')));
    const client = await rawClient(port);
    client.send(get('/1') + get('/2'));
    await seen(2);
    client.send(`HEAD / HTTP/1.1\r\nhost: a\r\n\r\n`);
    const records = await seen(3);
    expect(prepared.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
    expect(records[0]?.kind).toBe(records[1]?.kind);
    remove();
    client.send(`OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n`);
    await seen(4);
    expect(prepared).toHaveLength(2);
  });

  it('keeps what a sink throws from the app and from other sinks, counts it and tells it once', async () => {
    const onProblem = vi.fn<(problem: Error) => void>();
    const recorder = createServerRecorder({}, { onProblem });
    recorder.addSink({
      prepare: () => () => {
        throw new Error('password=hunter2');
      },
    });
    const { seen } = testRecorder({}, { onProblem });
    const other = vi.fn<() => void>();
    recorder.addSink({ prepare: () => other });
    recorder.enable();
    const port = await listening(createServer((_, response) => response.end('done')));
    const client = await rawClient(port);
    client.send(get('/') + get('/'));
    await vi.waitFor(() => expect(other).toHaveBeenCalledTimes(2), 20_000);
    recorder.disable();
    expect(recorder.stats().failures).toBe(2);
    expect(onProblem).toHaveBeenCalledOnce();
    expect(onProblem.mock.calls[0]?.[0]).toMatchObject({ code: 'SIGHTLINE_HTTP_SINK' });
    expect(onProblem.mock.calls[0]?.[0].message).not.toContain('hunter2');
    void seen;
  });

  it('lets a request through when its span cannot be opened', async () => {
    const onProblem = vi.fn<(problem: Error) => void>();
    const { recorder } = testRecorder(
      {},
      {
        onProblem,
        tracer: () => {
          throw new Error('no tracer');
        },
      },
    );
    const client = await rawClient(await listening(createServer((_, response) => response.end('done'))));
    client.send(get('/'));
    expect(await client.received('done')).toContain('200 OK');
    expect(recorder.stats()).toMatchObject({ recorded: 0, failures: 1 });
    expect(recorder.active().get('GET') ?? 0).toBe(0);
    expect(onProblem).toHaveBeenCalledOnce();
  });

  it.each([
    { status: 500, error: new TypeError('x'), errorType: 'TypeError' },
    { status: 404, error: new TypeError('not here'), errorType: undefined },
    { status: 200, error: new RangeError('late'), errorType: 'RangeError' },
    {
      status: 500,
      error: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      errorType: 'ECONNREFUSED',
    },
  ])('has error type $errorType for $error.name and $status', async ({ status, error, errorType }) => {
    const { seen } = testRecorder();
    const port = await listening(
      createServer((request, response) => {
        recordError(request, error);
        recordError(request, new Error('a later one'));
        response.statusCode = status;
        response.end();
      }),
    );
    (await rawClient(port)).send(get('/'));
    const [record] = await seen(1);
    expect(record?.kind.errorType).toBe(errorType);
    expect(record?.error).toBe(error);
  });

  it.each([
    { status: 503, errorType: '503' },
    { status: 404, errorType: undefined },
  ])('has error type $errorType for $status without an error', async ({ status, errorType }) => {
    const { seen } = testRecorder();
    const port = await listening(createServer((_, response) => response.writeHead(status).end()));
    (await rawClient(port)).send(get('/'));
    expect((await seen(1))[0]).toMatchObject({ error: undefined, kind: { status, errorType } });
  });

  it.each([
    { method: 'PURGE', counted: '_OTHER' },
    { method: 'PATCH', counted: 'PATCH' },
  ])('counts method $method as $counted', async ({ method, counted }) => {
    const { seen, recorder } = testRecorder();
    const port = await listening(createServer((_, response) => response.end()));
    (await rawClient(port)).send(`${method} / HTTP/1.1\r\nhost: a\r\n\r\n`);
    const [record] = await seen(1);
    expect(record).toMatchObject({ method, kind: { method: counted } });
    expect([...recorder.active()]).toEqual([[counted, 0]]);
  });

  it('names every option that is wrong', () => {
    const wrong = { slow: { thresholdMs: 0 }, propagation: 'b3', colour: 'red' } as never;
    expect(() => createServerRecorder(wrong)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/slow[^]*propagation|propagation[^]*slow/),
      }),
    );
  });
});
