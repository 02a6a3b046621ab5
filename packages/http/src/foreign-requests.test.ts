import { context, propagation } from '@opentelemetry/api';
import { EventEmitter } from 'node:events';
import { IncomingMessage, Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import { requestStateKey } from './request-state.ts';

/** A request that came over no connection, as libraries of tests and serverless adapters make it. */
function simulated(url: string, socket: unknown = new EventEmitter()): IncomingMessage {
  return Object.assign(new IncomingMessage(socket as Socket), { url, method: 'GET', headers: { host: 'a' } });
}

describe('an event of a server that has the name of a request', () => {
  it.each<{ what: string; event: string; args: readonly unknown[] }>([
    { what: 'a request without anything', event: 'request', args: [] },
    { what: 'a request that is a text', event: 'request', args: ['GET /'] },
    { what: 'a request that is null', event: 'checkContinue', args: [null, null] },
    { what: 'a request without headers', event: 'request', args: [{ method: 'GET', url: '/' }, {}] },
    { what: 'a request without a response', event: 'request', args: [simulated('/')] },
    { what: 'a request whose response cannot be written', event: 'request', args: [simulated('/'), {}] },
    { what: 'an upgrade without a socket', event: 'upgrade', args: [simulated('/'), {}] },
    { what: 'a CONNECT without a socket', event: 'connect', args: [simulated('/')] },
    { what: 'a stream that is none', event: 'stream', args: [{}, {}] },
    { what: 'a stream of nothing', event: 'stream', args: [] },
  ])('reaches the app as it is and makes no record: $what', ({ event, args }) => {
    const { recorder, records } = testRecorder();
    const server = new Server();
    const got: unknown[][] = [];
    server.on(event, (...given: unknown[]) => got.push(given));
    expect(server.emit(event, ...args)).toBe(true);
    expect(got).toEqual([args]);
    expect(records).toEqual([]);
    expect(recorder.stats()).toMatchObject({ recorded: 0, ignored: 0, failures: 0 });
  });

  it.each([{ response: undefined }, { response: null }, { response: 'a text' }])(
    'of HTTP/2 reaches the app as it is with $response for a response',
    ({ response }) => {
      const { recorder } = testRecorder();
      const server = createHttp2Server();
      let got: unknown;
      server.on('request', (...given: unknown[]) => (got = given[1]));
      const request = { method: 'GET', url: '/', headers: {}, httpVersionMajor: 2 };
      server.emit('request', request as never, response as never);
      expect(got).toBe(response);
      expect(recorder.stats()).toMatchObject({ recorded: 0, failures: 0 });
    },
  );
});

/** A response of a library's own, which leads to nobody's socket. */
function ownResponse(): ServerResponse {
  const response = new EventEmitter() as unknown as Record<string, unknown>;
  return Object.assign(response, {
    socket: null,
    statusCode: 200,
    headersSent: false,
    writableFinished: false,
    writeHead: () => response,
    end() {
      Object.assign(response, { headersSent: true, writableFinished: true });
      (response as unknown as EventEmitter).emit('finish');
    },
  }) as unknown as ServerResponse;
}

describe('a request that came over no connection', () => {
  it.each([{ socket: {} }, { socket: undefined }, { socket: null }])(
    'is recorded once, when its answer is finished, with $socket for a socket',
    ({ socket }) => {
      const { records, recorder } = testRecorder({ clientAddress: true });
      const server = new Server((_, response: ServerResponse) => response.end());
      const request = Object.defineProperty(simulated('/simulated'), 'socket', { value: socket });
      server.emit('request', request, ownResponse());
      expect(records).toMatchObject([
        { target: '/simulated', clientAddress: undefined, kind: { status: 200, scheme: 'http' } },
      ]);
      expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
      expect(recorder.active().get('GET')).toBe(0);
    },
  );
});

describe('a request whose headers are lists', () => {
  it('has its address and the state of its trace, and no baggage that nobody reads', () => {
    const { recorder, records } = testRecorder({ clientAddress: true, trustForwarded: true });
    let baggage: unknown = 'not asked';
    const server = new Server((_, response: ServerResponse) => {
      baggage = propagation.getBaggage(context.active());
      response.end();
    });
    const headers = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: ['a=1', 'b=2'],
      baggage: 'tenant=acme',
      'x-forwarded-for': ['203.0.113.7, 10.0.0.1'],
    };
    server.emit('request', Object.assign(simulated('/'), { headers }), ownResponse());
    const [record] = records;
    expect(record).toMatchObject({
      clientAddress: '203.0.113.7',
      spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c' },
    });
    expect(record?.spanContext.traceState?.serialize()).toBe('a=1,b=2');
    expect(baggage).toBeUndefined();
    expect(recorder.stats().failures).toBe(0);
  });
});

describe('a response that does not lead to its request', () => {
  it('ends the record of the request that it is handed out with', async () => {
    const { seen, recorder } = testRecorder();
    const inner = new Server((_, response: ServerResponse) => response.writeHead(201).end('hello'));
    // As a proxy in the process that gives the request another face.
    const outer = createServer((request, response) =>
      inner.emit('request', simulated('/facade', request.socket), response),
    );
    recorder.ignore(outer);
    const client = await rawClient(await listening(outer));
    client.send(get('/outer'));
    expect(await client.received('hello')).toContain('x-request-id');
    expect(await seen(1)).toMatchObject([{ target: '/facade', responseBodyBytes: 5, kind: { status: 201 } }]);
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('is nothing to us when somebody takes our state off its request', async () => {
    const { records, recorder } = testRecorder();
    const port = await listening(
      createServer((request, response) => {
        Reflect.deleteProperty(request, requestStateKey);
        response.end('hello');
      }),
    );
    const client = await rawClient(port);
    client.send(get('/'));
    expect(await client.received('hello')).toContain('200 OK');
    expect(records).toEqual([]);
    expect(recorder.stats().failures).toBe(0);
  });
});
