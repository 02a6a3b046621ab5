import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server as HttpServer, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { keptBy } from './kept-by.ts';
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

/** So long a connection that came during the drain has for its first request [ms]: a handshake, and a client that is busy itself. */
const FIRST_REQUEST_MS = 1000;
/** So long a connection that looks idle has for what is on its way on it, when the application closes its server [ms]. */
const IDLE_MS = 250;
/** Published before the handler of each request is called. */
const REQUEST_START = 'http.server.request.start';

/**
 * The connections of a server of `node:http`, `node:https`, or the HTTP/1 side of a server of `node:http2`.
 *
 * Until the drain begins connections are kept in a set, and nothing is done for a request.
 */
export function http1Traffic(server: Server, onChange: () => void): ServerTraffic {
  const { closeAllConnections, closeIdleConnections } = server as Partial<HttpServer>;
  const sockets = new Set<HttpSocket>();
  /** Of TLS: the connections below, from before it is agreed upon who is there and how it is spoken. */
  const accepted = new Set<Socket>();
  /** Once the drain has begun: what is being answered. */
  const responses = new Set<ServerResponse>();
  /** Once the drain has begun: connections that are new, whose first request is on its way. */
  const newcomers = new Map<Socket, NodeJS.Timeout>();
  let announced = false;
  let closing: NodeJS.Timeout | undefined;

  function expect(socket: Socket): void {
    const timer = setTimeout(() => {
      newcomers.delete(socket);
      onChange();
    }, FIRST_REQUEST_MS).unref();
    newcomers.set(socket, timer);
  }

  function expectNoMore(socket: Socket): void {
    clearTimeout(newcomers.get(socket));
    newcomers.delete(socket);
  }

  function keep<Kept extends Socket>(connections: Set<Kept>, socket: Kept): void {
    if (connections.has(socket)) return;
    connections.add(socket);
    if (announced) expect(socket);
    socket.once('close', () => {
      connections.delete(socket);
      expectNoMore(socket);
      onChange();
    });
  }

  function meet(socket: Socket): void {
    if (!isHttp2(socket)) keep(sockets, socket);
  }

  function follow(response: ServerResponse): void {
    if (responses.has(response)) return;
    responses.add(response);
    if (!response.headersSent) response.setHeader('connection', 'close');
    response.once('close', () => {
      responses.delete(response);
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
      expectNoMore(socket);
      follow(response);
    } catch {
      // What is thrown to who publishes it ends the process; this connection is not asked to go.
    }
  }

  /**
   * In place of `closeIdleConnections`, which `server.close()` of an application calls at once: requests may be on their way on
   * connections that are idle between two of them, and an answer that has ended may still flow.
   */
  function closeIdleSoon(): void {
    clearTimeout(closing);
    closing = setTimeout(() => {
      if (newcomers.size > 0 || [...sockets].some(({ writableLength }) => writableLength > 0))
        closeIdleSoon();
      else closeIdleConnections?.call(server as HttpServer);
    }, IDLE_MS).unref();
  }

  function streams(): HttpSocket[] {
    return [...sockets].filter(({ parser, destroyed }) => !parser && !destroyed);
  }

  if (isTls(server)) server.on('secureConnection', meet);
  // Those that another process hands to it are accepted by none.
  else server.on('connection', meet);

  return {
    server,
    meet(socket) {
      // Of TLS the connection below it is none that requests come over, but one is about to.
      if (isTls(server)) keep(accepted, socket);
      else meet(socket);
    },
    open: () => ({
      requests: responses.size,
      streams: streams().length,
      connections: Math.max(sockets.size, accepted.size),
    }),
    awaited: () => newcomers.size,
    announce() {
      if (announced) return;
      for (const socket of openConnections(server)) meet(socket);
      announced = true;
      subscribe(REQUEST_START, onRequest);
      if (closeIdleConnections) (server as HttpServer).closeIdleConnections = closeIdleSoon;
      for (const { _httpMessage: response } of sockets) if (response) follow(response);
    },
    stop() {},
    destroy() {
      for (const socket of [...sockets, ...accepted]) socket.destroy();
      closeAllConnections?.call(server as HttpServer);
    },
    letGo() {
      unsubscribe(REQUEST_START, onRequest);
      server.off('secureConnection', meet);
      server.off('connection', meet);
      clearTimeout(closing);
      // Until the drain it is that of the class.
      if (announced) Reflect.deleteProperty(server, 'closeIdleConnections');
      for (const socket of newcomers.keys()) expectNoMore(socket);
    },
  };
}

/** Those that came before the server was found; those of TLS lead to it in no other way. Not among them are upgraded ones. */
function openConnections(server: Server): HttpSocket[] {
  try {
    const list = keptBy(server, 'http.server.connections') as ConnectionsList | undefined;
    return list?.all().flatMap(({ socket }) => socket ?? []) ?? [];
  } catch {
    return [];
  }
}

/** What Node.js itself closes connections by. */
interface ConnectionsList {
  all(): readonly { readonly socket?: HttpSocket | null }[];
}

function isTls(server: Server): boolean {
  return 'setSecureContext' in server;
}

function isHttp2(socket: HttpSocket): boolean {
  return socket.alpnProtocol === 'h2';
}
