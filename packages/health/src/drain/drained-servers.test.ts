import express from 'express';
import fastify from 'fastify';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, createServer, request as httpRequest } from 'node:http';
import type { ServerResponse } from 'node:http';
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect,
  createServer as createNetServer,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDrain } from './create-drain.ts';
import type { Drain } from './create-drain.ts';

/** Longer than any test: a wait that nobody ends fails it. */
const FOREVER_MS = 600_000;

function drainOf(...[options = {}, parts]: Parameters<typeof createDrain>): Drain {
  const drain = createDrain({ deadlineMs: FOREVER_MS, ...options }, parts);
  onTestFinished(() => drain.close());
  return drain;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    (server as Partial<ReturnType<typeof createServer>>).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

/** Resolves when it listens no more. */
async function stopsListening(server: Server): Promise<void> {
  await vi.waitFor(() => expect(server.listening).toBe(false), 20_000);
}

/** A server whose answers are given by the test. */
async function heldServer() {
  const held: { request: IncomingMessage; response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    held.push({ request, response });
    server.emit('held');
  });
  const port = await listening(server);
  /** The next answer that is to be given. */
  async function next(): Promise<ServerResponse> {
    if (held.length === 0) await once(server, 'held');
    const [first] = held.splice(0, 1);
    if (first === undefined) throw new Error('nothing is held');
    return first.response;
  }
  return { server, port, next };
}

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

async function ask(port: number, agent: Agent = keepAliveAgent(), path = '/'): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, agent, path });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(response);
  return { status: response.statusCode, connection: response.headers.connection, body };
}

/** A connection without a client's library on it. */
async function rawConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

/** What Linux knows of each port. */
const PORTS = '/proc/net/tcp';

/** How many connections the system has taken for a port that the process has not. */
function waitingAt(port: number): number {
  const place = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A `;
  const line = readFileSync(PORTS, 'latin1')
    .split('\n')
    .find((each) => each.includes(place));
  return Number.parseInt(/ 0A [\dA-F]+:([\dA-F]+)/.exec(line ?? '')?.[1] ?? '0', 16);
}

const UPGRADE = 'GET / HTTP/1.1\r\nhost: shop\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';

describe('a drain of node:http', () => {
  it('lets what is being answered end, with connection: close, and takes no new connection', async () => {
    const drain = drainOf();
    const { server, port, next } = await heldServer();
    const answer = ask(port);
    const response = await next();
    const report = drain.start();
    await stopsListening(server);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(drain.state).toBe('draining');
    response.end('late');
    await expect(answer).resolves.toEqual({ status: 200, connection: 'close', body: 'late' });
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
  });

  it('answers during the delay as before, and asks each client for another connection', async () => {
    const hurry = new AbortController();
    const drain = drainOf({ drainDelayMs: FOREVER_MS });
    const server = createServer((_request, response) => void response.end('ok'));
    const port = await listening(server);
    const agent = keepAliveAgent();
    await expect(ask(port, agent)).resolves.toMatchObject({ connection: 'keep-alive' });
    const report = drain.start({ hurry: hurry.signal });
    await expect(ask(port, agent)).resolves.toEqual({ status: 200, connection: 'close', body: 'ok' });
    await expect(ask(port, agent)).resolves.toEqual({ status: 200, connection: 'close', body: 'ok' });
    hurry.abort();
    await report;
    await expect(ask(port, agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes idle connections once servers stop, not before', async () => {
    const drain = drainOf({ drainDelayMs: 1 });
    const server = createServer((_request, response) => void response.end('ok'));
    const port = await listening(server);
    const socket = await rawConnection(port);
    socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await expect(drain.start()).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
    await closed;
  });

  it('does not cut an answer that has ended and is still on its way, as server.close() does', async () => {
    const drain = drainOf();
    const sizeBytes = 16 * 1024 * 1024;
    const { port, next } = await heldServer();
    const socket = await rawConnection(port);
    const idle = await rawConnection(port);
    idle.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    (await next()).end();
    socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    const response = await next();
    response.end(Buffer.alloc(sizeBytes));
    expect([response.writableEnded, response.writableFinished]).toEqual([true, false]);
    const report = drain.start();
    let receivedBytes = 0;
    socket.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    await once(socket, 'close');
    expect(receivedBytes).toBeGreaterThan(sizeBytes);
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('cuts nothing either where the application closes its server by itself meanwhile', async () => {
    const drain = drainOf();
    const sizeBytes = 16 * 1024 * 1024;
    const { server, port, next } = await heldServer();
    const [slow, crossing, idle] = [
      await rawConnection(port),
      await rawConnection(port),
      await rawConnection(port),
    ];
    for (const socket of [crossing, idle]) {
      socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      (await next()).end();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await once(socket, 'data');
    }
    slow.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    (await next()).end(Buffer.alloc(sizeBytes));
    const gone = Promise.all([slow, crossing, idle].map((socket) => once(socket, 'close')));

    const report = drain.start({ ends: 'clients' });
    server.close();
    crossing.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    (await next()).end('crossed');
    expect(String(((await once(crossing, 'data')) as [Buffer])[0])).toMatch(/connection: close[^]*crossed/i);
    let receivedBytes = 0;
    slow.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    await gone;
    expect(receivedBytes).toBeGreaterThan(sizeBytes);
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('lets an answer that streams go on to its end', async () => {
    const drain = drainOf();
    const { port, next } = await heldServer();
    const answer = ask(port);
    const response = await next();
    response.write('one,');
    const report = drain.start();
    response.write('two,');
    response.end('three');
    await expect(answer).resolves.toMatchObject({ status: 200, body: 'one,two,three' });
    // Its head was written before: the connection is closed all the same.
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('takes the request of a connection that was accepted before it stopped', async () => {
    const drain = drainOf();
    const { port, next, server } = await heldServer();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    await once(server, 'connection');
    const report = drain.start();
    socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    (await next()).end('just in time');
    await expect(text(socket)).resolves.toMatch(/connection: close[^]*just in time/i);
    await report;
  });

  it.runIf(existsSync(PORTS))(
    'answers those whose connections have come and were not accepted yet',
    async () => {
      const drain = drainOf();
      const server = createServer((_request, response) => void response.end('just in time'));
      const port = await listening(server);
      const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'));
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
      });
      for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
      await new Promise<void>((resolve) => process.nextTick(resolve));
      // The system has all of them before a turn of the event loop could take one.
      while (waitingAt(port) < sockets.length);
      const report = drain.start();
      expect(await Promise.all(sockets.map(text))).toEqual(
        sockets.map(() => expect.stringMatching(/connection: close[^]*just in time/i) as string),
      );
      await report;
      expect(server.listening).toBe(false);
    },
  );

  it('answers what is sent on a connection that was kept, while it is about to be closed', async () => {
    const drain = drainOf();
    const server = createServer((_request, response) => void response.end('ok'));
    const socket = await rawConnection(await listening(server));
    socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    await once(socket, 'data');
    socket.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    const report = drain.start();
    expect(await text(socket)).toMatch(/connection: close/i);
    await report;
  });

  it('does not wait for a connection on which nothing was ever asked', async () => {
    const drain = drainOf();
    const { port, server } = await heldServer();
    const [socket] = await Promise.all([rawConnection(port), once(server, 'connection')]);
    const closed = once(socket, 'close');
    await expect(drain.start()).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
    await closed;
  });

  it('destroys and counts what is left at the deadline', async () => {
    const drain = drainOf({ deadlineMs: 20 });
    const { port, next } = await heldServer();
    const answers = [ask(port), ask(port)].map((answer) => expect(answer).rejects.toThrow('socket hang up'));
    await next();
    await next();
    await expect(drain.start()).resolves.toMatchObject({
      hurried: false,
      destroyed: { requests: 2, streams: 0 },
    });
    await Promise.all(answers);
  });

  it('leaves what is being answered half of the time where the process is too busy for its port to be closed', async () => {
    const drain = drainOf({ deadlineMs: 3000 });
    const { server, port, next } = await heldServer();
    const answer = ask(port);
    const response = await next();
    function work(): void {
      const untilMs = performance.now() + 30;
      while (performance.now() < untilMs);
      if (server.listening) setImmediate(work);
      // What has no time left is cut by then.
      else setTimeout(() => response.end('late'), 50);
    }
    work();
    await expect(drain.start()).resolves.toMatchObject({ destroyed: { requests: 0 } });
    await expect(answer).resolves.toMatchObject({ body: 'late' });
  });

  it('destroys and counts it at once when it is hurried', async () => {
    const hurry = new AbortController();
    const drain = drainOf();
    const { port, next } = await heldServer();
    const answers = [ask(port)].map((answer) => expect(answer).rejects.toThrow('socket hang up'));
    await next();
    const report = drain.start({ hurry: hurry.signal });
    hurry.abort();
    await expect(report).resolves.toMatchObject({ hurried: true, destroyed: { requests: 1 } });
    await Promise.all(answers);
  });

  it('gives what an upgrade has taken over until the deadline, or until a hook ends it', async () => {
    for (const closes of [false, true]) {
      const drain = drainOf({ deadlineMs: closes ? FOREVER_MS : 20 });
      const sockets: Socket[] = [];
      const server = createServer().on('upgrade', (_request, socket: Socket) => {
        sockets.push(socket);
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      });
      /* oxlint-disable no-await-in-loop -- a server each */
      const port = await listening(server);
      const client = await rawConnection(port);
      client.write(UPGRADE);
      await once(client, 'data');
      const ended = once(client.resume(), 'close');
      if (closes) {
        drain.add('sockets', {
          phase: 'servers',
          run() {
            for (const socket of sockets) socket.end('bye');
          },
        });
      }
      await expect(drain.start()).resolves.toMatchObject({
        destroyed: { requests: 0, streams: closes ? 0 : 1 },
      });
      await ended;
      drain.close();
      /* oxlint-enable no-await-in-loop */
    }
  });

  it('leaves the servers to an application that ends them itself', async () => {
    const drain = drainOf({ deadlineMs: 20 });
    const { port, next } = await heldServer();
    const hanging = ask(port);
    const response = await next();
    const hook = { phase: 'pools', run: () => 'ended' } as const;
    drain.add('pool', hook);
    await expect(drain.start({ ends: 'clients' })).resolves.toMatchObject({
      destroyed: { requests: 0, streams: 0 },
      hooks: [{ outcome: 'done' }],
    });
    const later = ask(port);
    (await next()).end('taken');
    await expect(later).resolves.toEqual({ status: 200, connection: 'close', body: 'taken' });
    response.end('ended');
    await expect(hanging).resolves.toEqual({ status: 200, connection: 'close', body: 'ended' });
  });
});

describe('which servers a drain is about', () => {
  it('is not about one that it ignores, such as that of an admin port', async () => {
    const drain = drainOf();
    const server = createServer((_request, response) => void response.end('ready'));
    drain.ignore(server);
    const port = await listening(server);
    const agent = keepAliveAgent();
    await ask(port, agent);
    await drain.start();
    await expect(ask(port, agent)).resolves.toMatchObject({ connection: 'keep-alive', body: 'ready' });
  });

  it('is also about one that has listened before, once it has had a connection', async () => {
    const { server, port, next } = await heldServer();
    const drain = drainOf();
    const answer = ask(port);
    const response = await next();
    const report = drain.start();
    await stopsListening(server);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    response.end('late');
    await expect(answer).resolves.toMatchObject({ connection: 'close', body: 'late' });
    await report;
  });

  it('is about one that gets its connections from another process, as with sticky sessions', async () => {
    const drain = drainOf();
    const held = Promise.withResolvers<ServerResponse>();
    const server = createServer((request, response) => {
      if (request.url === '/held') held.resolve(response);
      else response.end('ok');
    });
    // Later, as one that comes from another process.
    const door = createNetServer({ pauseOnConnect: true }, (socket) =>
      setImmediate(() => {
        server.emit('connection', socket);
        socket.resume();
      }),
    );
    const port = await listening(door);
    const answer = ask(port, undefined, '/held');
    const response = await held.promise;
    const report = drain.start();
    await expect(Promise.race([report, ask(port)])).resolves.toMatchObject({ connection: 'close' });
    response.end('late');
    await expect(answer).resolves.toEqual({ status: 200, connection: 'close', body: 'late' });
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
  });

  it('is about one that begins to listen during the drain', async () => {
    const drain = drainOf();
    await drain.start();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'close');
    expect(server.listening).toBe(false);
  });

  it('is about servers that are not HTTP only when they are included', async () => {
    const drain = drainOf({ deadlineMs: 20 });
    const [left, included] = [createNetServer(), createNetServer()];
    drain.include(included);
    const ports = [await listening(left), await listening(included)];
    const [alive, ended] = await Promise.all(ports.map(rawConnection));
    const closed = once(ended as Socket, 'close');
    await expect(drain.start()).resolves.toMatchObject({ destroyed: { requests: 0, streams: 1 } });
    await closed;
    expect([left.listening, included.listening, alive?.destroyed]).toEqual([true, false, false]);
    alive?.destroy();
  });

  it('is about none after it was closed, and nothing of it is left on them', async () => {
    const drain = drainOf();
    const { server, port, next } = await heldServer();
    const listeners = server.listenerCount('close');
    drain.close();
    await drain.start();
    const answer = ask(port);
    (await next()).end('ok');
    await expect(answer).resolves.toMatchObject({ connection: 'keep-alive' });
    expect(server.listening).toBe(true);
    expect(server.listenerCount('close')).toBe(listeners - 1);
  });

  it.each([
    {
      framework: 'Express',
      async make(handle: () => Promise<string>) {
        const app = express();
        app.get('/', async (_request, response) => {
          response.send(await handle());
        });
        return createServer(app);
      },
    },
    {
      framework: 'Fastify',
      async make(handle: () => Promise<string>) {
        const app = fastify({ forceCloseConnections: false });
        app.get('/', handle);
        await app.ready();
        return app.server;
      },
    },
  ])('is about that of $framework', async ({ make }) => {
    const drain = drainOf();
    let answerWith!: (body: string) => void;
    let isAsked!: () => void;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const server = await make(() => {
      isAsked();
      return new Promise((resolve) => (answerWith = resolve));
    });
    const port = await listening(server);
    const answer = ask(port);
    await asked;
    const report = drain.start();
    await stopsListening(server);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answerWith('late');
    await expect(answer).resolves.toEqual({ status: 200, connection: 'close', body: 'late' });
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });
});
