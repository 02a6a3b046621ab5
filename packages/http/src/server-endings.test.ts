import fc from 'fast-check';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, get as httpGet } from 'node:http';
import { Readable, Transform, Writable, pipeline } from 'node:stream';
import { pipeline as pipelineUntil } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import { recordError } from './request-state.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const diskFull = Object.assign(new Error('disk full'), { code: 'ENOSPC' });

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A recorded server, and a client of it. */
async function served(handler: Handler) {
  const test = testRecorder();
  const server = createServer(handler);
  const port = await listening(server);
  return { ...test, server, port, client: await rawClient(port) };
}

describe('the end of a request', () => {
  it('is the loss of the connection before an answer: aborted, without a status', async () => {
    const { client, seen, recorder } = await served(() => client.leave());
    client.send(get('/'));
    const [record] = await seen(1);
    expect(record).toMatchObject({
      aborted: true,
      kind: { status: undefined, errorType: 'aborted' },
      responseBodyBytes: undefined,
      error: undefined,
    });
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('is the loss of the connection while the answer streams: aborted, with the status that was sent', async () => {
    const { client, seen } = await served((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    client.send(get('/events'));
    await client.received('data: 1');
    client.leave();
    expect((await seen(1))[0]).toMatchObject({ aborted: true, kind: { status: 200, errorType: undefined } });
  });

  it('is the loss of the connection while the request is sent', async () => {
    const { client, seen } = await served((request) => request.on('data', () => client.leave()));
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    expect((await seen(1))[0]).toMatchObject({ aborted: true, requestBodyBytes: undefined });
  });

  it('is the destruction of the response by the app, with its error', async () => {
    const error = new RangeError('no more');
    const { client, seen } = await served((_, response) => response.destroy(error));
    client.send(get('/'));
    const [record] = await seen(1);
    expect(record).toMatchObject({ aborted: true, kind: { status: undefined, errorType: 'RangeError' } });
    expect(record?.error).toBe(error);
  });

  it('has the status that was sent, also when the app sets another one afterwards', async () => {
    const { client, seen } = await served((_, response) => {
      response.write('some');
      response.statusCode = 500;
      response.end();
    });
    client.send(get('/'));
    expect((await seen(1))[0]?.kind).toMatchObject({ status: 200, errorType: undefined });
  });

  it('is that of an upstream which breaks off what the app passes on, with its error', async () => {
    const upstream = await listening(
      createServer((request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('some');
        setImmediate(() => request.socket.resetAndDestroy());
      }),
    );
    const { client, seen } = await served((request, response) => {
      if (request.url !== '/report') return;
      const call = httpGet({ port: upstream, host: '127.0.0.1' });
      call.on('response', (answer) => pipeline(answer, response, () => {})).on('error', () => {});
    });
    client.send(get('/report'));
    const record = (await seen(2)).find(({ target }) => target === '/report');
    expect(record).toMatchObject({ aborted: true, kind: { status: 200, errorType: 'ECONNRESET' } });
  });

  it('has no error of the client that leaves while it is answered with what it sends', async () => {
    const { client, seen } = await served((request, response) => {
      request.on('error', (error) => response.destroy(error));
      pipeline(request, response, () => {});
      client.leave();
    });
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    expect((await seen(1))[0]).toMatchObject({ aborted: true, error: undefined });
  });

  it.each<{ what: string; handle: Handler; status: number | undefined }>([
    {
      what: 'breaks the answer off',
      handle(request, response) {
        response.write('some');
        request.on('aborted', () => response.destroy(new DOMException('left', 'AbortError')));
      },
      status: 200,
    },
    {
      what: 'records an error and answers with 500',
      handle(request, response) {
        request.on('aborted', () => {
          recordError(request, new Error('Request aborted'));
          response.writeHead(500).end('too late');
        });
      },
      status: undefined,
    },
  ])('has no error of the app that $what because the client has left', async ({ handle, status }) => {
    const { client, seen } = await served((request, response) => {
      handle(request, response);
      request.once('data', () => client.leave());
    });
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    const errorType = status === undefined ? 'aborted' : undefined;
    expect((await seen(1))[0]).toMatchObject({
      aborted: true,
      error: undefined,
      kind: { status, errorType },
    });
  });

  it.each<{ what: string; handle: Handler; status: number; error: unknown }>([
    {
      what: 'stops to read',
      async handle(request, response) {
        for await (const _ of request) break;
        response.writeHead(413).end();
      },
      status: 413,
      error: undefined,
    },
    {
      what: 'cannot write what it reads',
      async handle(request, response) {
        const disk = new Writable({ write: (_chunk, _encoding, done) => done(diskFull) });
        await pipelineUntil(request, disk).catch((error: unknown) => recordError(request, error));
        response.writeHead(500).end();
      },
      status: 500,
      error: diskFull,
    },
  ])('is the answer of an app that $what, to a client that is there', async ({ handle, status, error }) => {
    const { client, seen } = await served(handle);
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    const [record] = await seen(1);
    expect(record).toMatchObject({ aborted: false, kind: { status } });
    expect(record?.error).toBe(error);
  });

  it('has the error of what the app passes the request through to its answer', async () => {
    const broken = new Transform({ transform: (_chunk, _encoding, done) => done(diskFull) });
    const { client, seen } = await served((request, response) =>
      pipeline(request, broken, response, () => {}),
    );
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    const [record] = await seen(1);
    expect(record).toMatchObject({ aborted: true, kind: { errorType: 'ENOSPC' } });
    expect(record?.error).toBe(diskFull);
  });

  it('has the error of the app that gives up by itself', async () => {
    const { client, seen } = await served((request, response) => {
      response.write('some');
      request.on('aborted', () => recordError(request, new Error('Request aborted')));
      pipelineUntil(new Readable({ read() {} }), response, { signal: AbortSignal.timeout(1) }).catch(
        () => {},
      );
    });
    client.send('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc');
    expect((await seen(1))[0]).toMatchObject({
      aborted: true,
      kind: { status: 200, errorType: 'ABORT_ERR' },
    });
  });

  it.each([
    { code: 'ECONNRESET', syscall: 'read' },
    { code: 'EPIPE', syscall: 'write' },
  ])('has no error of a connection that was lost by $code', async (facts) => {
    const { client, seen } = await served((_, response) => {
      response.destroy(Object.assign(new Error('lost'), facts));
    });
    client.send(get('/'));
    expect((await seen(1))[0]).toMatchObject({ aborted: true, error: undefined });
  });

  it('is that of all that wait on the connection, when it is lost', async () => {
    const { client, seen, recorder } = await served((request, response) => {
      if (request.url === '/quick') response.end('quick');
      if (request.url === '/last') client.leave();
    });
    client.send(get('/slow') + get('/quick') + get('/last'));
    const records = await seen(3);
    expect(records.map(({ target }) => target).toSorted()).toEqual(['/last', '/quick', '/slow']);
    for (const { aborted, kind } of records) {
      expect({ aborted, status: kind.status, errorType: kind.errorType }).toEqual({
        aborted: true,
        status: undefined,
        errorType: 'aborted',
      });
    }
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('is what the handler throws, which goes on as it was', async () => {
    const thrown = new TypeError('boom');
    const caught: unknown[] = [];
    const { client, seen, server, recorder } = await served((_, response) => {
      response.on('close', () => setImmediate(() => server.emit('gone')));
      throw thrown;
    });
    // As a process that outlives it would see it.
    const { emit } = server;
    server.emit = function guardedEmit(this: unknown, ...args: unknown[]): boolean {
      try {
        return Reflect.apply(emit, this, args) as boolean;
      } catch (error) {
        caught.push(error);
        return true;
      }
    } as typeof emit;
    client.send(get('/'));
    const [record] = await seen(1);
    expect(caught[0]).toBe(thrown);
    expect(record?.error).toBe(thrown);
    expect(record).toMatchObject({ aborted: false, kind: { status: undefined, errorType: 'TypeError' } });
    client.leave();
    await once(server, 'gone');
    expect(recorder.stats().recorded).toBe(1);
  });

  it('comes once for an answer that is ended twice', async () => {
    const { client, seen, recorder } = await served((_, response) => {
      response.on('error', () => {});
      response.end('once');
      response.end('twice');
      response.end();
    });
    client.send(get('/') + get('/'));
    const records = await seen(2);
    client.leave();
    expect(records.map(({ responseBodyBytes }) => responseBodyBytes)).toEqual([4, 4]);
    expect(recorder.stats().recorded).toBe(2);
  });

  it.each([
    { what: 'HEAD', method: 'HEAD', status: 200, send: 'hello', bytes: 0 },
    { what: '204', method: 'GET', status: 204, send: '', bytes: 0 },
    { what: '304', method: 'GET', status: 304, send: '', bytes: 0 },
    { what: 'an empty answer', method: 'GET', status: 200, send: '', bytes: 0 },
    { what: 'characters of several bytes', method: 'GET', status: 200, send: 'žluť', bytes: 6 },
  ])('knows the size of the body for $what', async ({ method, status, send, bytes }) => {
    const { client, seen } = await served((_, response) => {
      response.statusCode = status;
      response.end(send);
    });
    client.send(`${method} / HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect((await seen(1))[0]).toMatchObject({ responseBodyBytes: bytes, kind: { status } });
  });

  it.each<{ how: string; answer: (response: ServerResponse) => void; bytes: number }>([
    {
      how: 'in chunks',
      answer: (response) => {
        response.write('abc');
        response.write(Buffer.from('def'));
        response.end('616263', 'hex');
      },
      bytes: 9,
    },
    {
      how: 'with a length of its own',
      answer: (response) => {
        response.writeHead(200, { 'Content-Length': 6 });
        response.write('abc');
        response.end('def');
      },
      bytes: 6,
    },
    {
      how: 'after flushHeaders',
      answer: (response) => (response.flushHeaders(), response.end('abc')),
      bytes: 3,
    },
    { how: 'with a callback only', answer: (response) => response.end(() => {}), bytes: 0 },
  ])('knows the size of a body that is sent $how', async ({ answer, bytes }) => {
    const { client, seen } = await served((_, response) => answer(response));
    client.send(get('/'));
    expect((await seen(1))[0]).toMatchObject({ responseBodyBytes: bytes, aborted: false });
  });

  it.each<{ how: string; read: Handler; body: string; headers: string; bytes: number | undefined }>([
    {
      how: 'with a length, decoded',
      read: (request, response) =>
        request
          .setEncoding('utf8')
          .resume()
          .on('end', () => response.end()),
      body: 'abc',
      headers: 'content-length: 3',
      bytes: 3,
    },
    {
      how: 'in chunks',
      read: (request, response) => request.resume().on('end', () => response.end()),
      body: '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
      headers: 'transfer-encoding: chunked',
      bytes: 5,
    },
    {
      how: 'in chunks and decoded',
      read: (request, response) =>
        request
          .setEncoding('utf8')
          .resume()
          .on('end', () => response.end()),
      body: '3\r\nabc\r\n0\r\n\r\n',
      headers: 'transfer-encoding: chunked',
      bytes: undefined,
    },
    {
      how: 'in chunks and not read',
      read: (_, response) => response.end(),
      body: '3\r\nabc\r\n0\r\n\r\n',
      headers: 'transfer-encoding: chunked',
      bytes: undefined,
    },
  ])('has $bytes for a request body that came $how', async ({ read, body, headers, bytes }) => {
    const { client, seen } = await served(read);
    client.send(`POST / HTTP/1.1\r\nhost: a\r\n${headers}\r\n\r\n${body}`);
    expect((await seen(1))[0]?.requestBodyBytes).toBe(bytes);
  });

  it('keeps nothing of requests whose answer never ended', async () => {
    const requests: WeakRef<IncomingMessage>[] = [];
    const { port, seen, recorder, client } = await served((request) => requests.push(new WeakRef(request)));
    client.send(get('/') + get('/'));
    const other = await rawClient(port);
    other.send(get('/'));
    await vi.waitFor(() => expect(requests).toHaveLength(3), 20_000);
    expect(recorder.active().get('GET')).toBe(3);
    client.leave();
    other.leave();
    await seen(3);
    expect(recorder.active().get('GET')).toBe(0);
    await vi.waitFor(() => {
      collectGarbage();
      // Only the number: what is compared would be held by the failed comparison.
      expect(requests.filter((request) => request.deref() !== undefined).length).toBe(0);
    }, 20_000);
  });

  it('comes exactly once for each request, whatever client and handler do', async () => {
    let arrived = 0;
    const { port, recorder, records } = await served((request, response) => {
      arrived += 1;
      response.on('error', () => {});
      switch (request.url) {
        case '/end':
          response.end('x');
          break;
        case '/stream':
          response.write('x');
          setImmediate(() => response.end('y'));
          break;
        case '/twice':
          response.end('x');
          response.end('y');
          break;
        case '/destroy':
          response.write('x');
          response.destroy();
          break;
        case '/socket':
          request.socket.destroy();
          break;
        default:
        // Never answered.
      }
    });
    const target = fc.constantFrom('/end', '/stream', '/twice', '/destroy', '/socket', '/never');
    const plan = fc.array(
      fc.record({ targets: fc.array(target, { minLength: 1, maxLength: 4 }), leaves: fc.boolean() }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (connections) => {
        const clients = await Promise.all(connections.map(() => rawClient(port)));
        for (const [index, { targets, leaves }] of connections.entries()) {
          clients[index]?.send(targets.map((each) => get(each)).join(''));
          if (leaves) clients[index]?.leave();
        }
        for (const each of clients) each.socket.end();
        await vi.waitFor(() => {
          for (const each of clients) each.socket.destroy();
          expect([...recorder.active().values()].every((count) => count === 0)).toBe(true);
        }, 20_000);
        expect(records).toHaveLength(arrived);
      }),
      { numRuns: 40 },
    );
    expect(arrived).toBeGreaterThan(0);
    expect(recorder.stats()).toMatchObject({ recorded: arrived, failures: 0 });
  }, 60_000);
});
