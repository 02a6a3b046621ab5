import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server as HttpServer, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { ServerTraffic } from './traffic.ts';

/** What `node:http` keeps on a connection, and reads itself to find idle ones. */
interface HttpSocket extends Socket {
  /** The answer that is being made; null between requests. */
  readonly _httpMessage?: ServerResponse | null;
  /** Null once an upgrade has taken the connection over. */
  readonly parser?: object | null;
  /** Of TLS: the protocol that was agreed upon. */
  readonly alpnProtocol?: string | false | null;
}

/** Published before the handler of each request is called. */
const REQUEST_START = 'http.server.request.start';

/**
 * The connections of a server of `node:http`, `node:https`, or the HTTP/1 side of a server of `node:http2`.
 *
 * Until the drain begins connections are kept in a set, and nothing is done for a request.
 */
export function http1Traffic(server: Server, onChange: () => void): ServerTraffic {
  const { closeAllConnections } = server as Partial<HttpServer>;
  const sockets = new Set<HttpSocket>();
  /** Once the drain has begun: what is being answered. */
  const responses = new Set<ServerResponse>();
  let announced = false;
  let closesIdle = false;

  function meet(socket: Socket): void {
    if (sockets.has(socket) || isHttp2(socket)) return;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      onChange();
    });
  }

  function follow(response: ServerResponse): void {
    if (responses.has(response)) return;
    responses.add(response);
    if (!response.headersSent) response.setHeader('connection', 'close');
    response.once('close', () => {
      responses.delete(response);
      if (closesIdle) setImmediate(closeIdle);
      onChange();
    });
  }

  function onRequest(message: unknown): void {
    const {
      server: at,
      response,
      socket,
    } = message as {
      server: unknown;
      response: ServerResponse;
      socket: Socket;
    };
    if (at !== server) return;
    try {
      meet(socket);
      follow(response);
    } catch {
      // What is thrown to who publishes it ends the process; this connection is not asked to go.
    }
  }

  /**
   * Not by `server.closeIdleConnections()`: that takes a connection for idle whose answer has ended and is still on its way,
   * and, as Node.js 26 does it, one that was accepted a moment ago.
   */
  function closeIdle(): void {
    for (const socket of sockets) {
      const { bytesWritten, parser, _httpMessage: response } = socket;
      // One that has not been answered yet may have its first request on its way.
      if (bytesWritten > 0 && parser && !response) socket.destroy();
    }
  }

  function streams(): HttpSocket[] {
    return [...sockets].filter(({ parser, destroyed }) => !parser && !destroyed);
  }

  if (isTls(server)) server.on('secureConnection', meet);

  return {
    server,
    meet(socket) {
      // Of TLS the connection below it is none that requests come over.
      if (!isTls(server)) meet(socket);
    },
    open: () => ({ requests: responses.size, streams: streams().length, connections: sockets.size }),
    announce() {
      if (announced) return;
      announced = true;
      subscribe(REQUEST_START, onRequest);
      for (const { _httpMessage: response } of sockets) if (response) follow(response);
    },
    stop() {},
    closeIdle() {
      closesIdle = true;
      closeIdle();
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
      closeAllConnections?.call(server as HttpServer);
    },
    letGo() {
      unsubscribe(REQUEST_START, onRequest);
      server.off('secureConnection', meet);
    },
  };
}

function isTls(server: Server): boolean {
  return 'setSecureContext' in server;
}

function isHttp2(socket: HttpSocket): boolean {
  return socket.alpnProtocol === 'h2';
}
