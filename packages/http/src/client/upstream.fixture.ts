import { once } from 'node:events';
import { type IncomingHttpHeaders, type RequestListener, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A real server that calls go to. */
export interface Upstream {
  readonly port: number;
  /** `http://localhost:<port>`. */
  readonly origin: string;
  /** The headers of each request, in order. */
  readonly received: IncomingHttpHeaders[];
  /** The next request has come in. */
  arrival(): Promise<unknown>;
  close(): Promise<void>;
}

/** Answers what the path asks for. */
const answer: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://upstream');
  if (pathname.startsWith('/status/')) {
    response.statusCode = Number(pathname.slice('/status/'.length));
    response.end();
  } else if (pathname === '/redirect') {
    response.writeHead(302, { location: '/status/200' });
    response.end('moved');
  } else if (pathname === '/breaks') {
    response.writeHead(200, { 'content-length': '100' });
    response.write('some');
    setImmediate(() => request.socket.destroy());
  } else if (pathname === '/hangs') {
    response.flushHeaders();
  } else if (pathname === '/silent') {
    // Never answered.
  } else {
    request.resume();
    request.on('end', () => response.end('ok'));
  }
};

export async function startUpstream(): Promise<Upstream> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers);
    answer(request, response);
  });
  const detached = new Set<Socket>();
  server.on('upgrade', (request, socket) => {
    received.push(request.headers);
    detached.add(socket as Socket);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  });
  server.on('connect', (request, socket) => {
    received.push(request.headers);
    detached.add(socket as Socket);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://localhost:${port}`,
    received,
    arrival: () => once(server, 'request'),
    async close() {
      for (const socket of detached) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
