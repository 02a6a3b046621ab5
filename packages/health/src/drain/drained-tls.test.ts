import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createSecureServer } from 'node:http2';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import { type AddressInfo, type Server, connect as connectPlain } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCertificate } from '../checks/certificate.fixture.ts';
import { type DrainBegin, createDrain } from './create-drain.ts';
import { findServers } from './servers.ts';
import { untilQuiet } from './until-quiet.ts';

const certificate = createCertificate({ commonName: 'drained', from: '250101', to: '491231' });

/** A server whose answers wait for the test. */
async function heldServer(make: (handle: (request: unknown, response: ServerResponse) => void) => Server) {
  const held: ServerResponse[] = [];
  const server = make((_request, response) => {
    held.push(response);
    server.emit('held');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async next() {
      if (held.length === 0) await once(server, 'held');
      const [first] = held.splice(0, 1);
      if (first === undefined) throw new Error('nothing is held');
      return first;
    },
  };
}

async function askHttps(port: number): Promise<{ connection: string | undefined; body: string }> {
  const agent = new Agent({ keepAlive: true, ca: certificate.cert });
  onTestFinished(() => agent.destroy());
  const request = httpsRequest({ host: '127.0.0.1', port, agent });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { connection: response.headers.connection, body: await text(response) };
}

describe('a drain of servers with TLS', () => {
  const { key, cert } = certificate;

  it.each([
    { server: 'node:https', make: (handle: never) => createServer({ key, cert }, handle) },
    {
      server: 'the HTTP/1 side of node:http2',
      make: (handle: never) => createSecureServer({ key, cert, allowHTTP1: true }, handle),
    },
  ])('lets $server answer what it has begun, and counts nothing else', async ({ make }) => {
    const drain = createDrain();
    onTestFinished(() => drain.close());
    const { server, port, next } = await heldServer((handle) => make(handle as never));
    const answer = askHttps(port);
    const response = await next();
    const report = drain.start();
    await vi.waitFor(() => expect(server.listening).toBe(false), 20_000);
    await expect(askHttps(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    response.end('late');
    await expect(answer).resolves.toEqual({ connection: 'close', body: 'late' });
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
  });

  it.each([
    { server: 'node:https', make: (handle: never) => createServer({ key, cert }, handle) },
    {
      server: 'the HTTP/1 side of node:http2',
      make: (handle: never) => createSecureServer({ key, cert, allowHTTP1: true }, handle),
    },
  ])('waits for what $server was answering before there was a drain', async ({ make }) => {
    const { port, next } = await heldServer((handle) => make(handle as never));
    const answer = askHttps(port);
    const response = await next();
    const begun = vi.fn<(begin: DrainBegin) => void>();
    const drain = createDrain({}, { onDraining: begun });
    onTestFinished(() => drain.close());
    const report = drain.start();
    expect(begun).toHaveBeenCalledWith(
      expect.objectContaining({ open: { requests: 1, streams: 0, connections: 1 } }),
    );
    response.end('late');
    await expect(answer).resolves.toEqual({ connection: 'close', body: 'late' });
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
  });

  it('counts a connection whose handshake goes on, for a request is about to come, and waits a second for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const servers = findServers();
    onTestFinished(() => servers.letGo());
    const { server, port } = await heldServer((handle) => createServer({ key, cert }, handle as never));
    servers.announce();
    const accepted = once(server, 'connection');
    const socket = connectPlain(port, '127.0.0.1');
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await accepted;
    expect(servers.open()).toEqual({ requests: 0, streams: 0, connections: 1 });
    expect(servers.awaited()).toBe(1);
    const quiet = untilQuiet(
      servers,
      { deadlineMs: 600_000, settleMs: 600_000 },
      new AbortController().signal,
    );
    servers.destroy();
    await once(socket, 'close');
    await quiet;
    expect(servers.awaited()).toBe(0);
  });

  it('does not take a session of HTTP/2 for a connection that an upgrade has taken over', async () => {
    const drain = createDrain();
    onTestFinished(() => drain.close());
    const { port, next } = await heldServer((handle) =>
      createSecureServer({ key, cert, allowHTTP1: true }, handle as never),
    );
    const session = connect(`https://127.0.0.1:${port}`, { ca: cert });
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/' });
    const body = text(stream);
    const response = await next();
    const report = drain.start();
    response.end('late');
    await expect(body).resolves.toBe('late');
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
  });
});
