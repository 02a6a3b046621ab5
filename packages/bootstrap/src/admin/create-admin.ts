import type { SightlineError } from '@sightline/errors';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createDispatch } from './dispatch.ts';
import { createListener } from './listener.ts';
import type { ListenAddress } from './listener.ts';
import { createRouteTable } from './routes.ts';
import type { AdminRoute } from './route.ts';
import { boundWaitingConnections } from './waiting-connections.ts';

export interface AdminSetup {
  readonly routes: readonly AdminRoute[];
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Opens the guarded routes from elsewhere than this machine. */
  readonly token?: string | undefined;
  /** Told when the port cannot be had, once, and when a handler throws, once a route. */
  readonly onProblem: (error: SightlineError) => void;
  /** Told each time it listens: with port 0, which port it is; later, that a taken port was had after all. */
  readonly onListening?: (address: ListenAddress) => void;
  /** For tests: the address of the other end of a connection. */
  readonly peerAddress?: (request: IncomingMessage) => string | undefined;
}

/** The server of `/metrics`, `/status` and their like, and the same for the service's own server. */
export interface Admin {
  /** So that requests to it are left out of what is observed. */
  readonly server: Server;
  /** Where it listens; undefined while it does not. */
  readonly address: ListenAddress | undefined;
  /**
   * The routes for another server, as an Express or node:http handler. There the guarded ones take the token only: a
   * proxy of this machine, which may show in no header, would make every request look as if it came from here.
   */
  handler(request: IncomingMessage, response: ServerResponse, next?: () => void): void;
  /** Resolves when it listens, or when it turned out that it cannot for now; never rejects. */
  listen(): Promise<void>;
  /**
   * @returns takes the route off
   * @throws {SightlineError} `SIGHTLINE_ADMIN_ROUTE` when it cannot be served, or the path is taken
   */
  addRoute(route: AdminRoute): () => void;
  /** Handlers that threw, and requests that were refused. */
  stats(): { readonly failures: number; readonly refused: number };
  /** Ends what runs and lets go of the port. Never rejects. */
  close(): Promise<void>;
}

/** What nobody needs who scrapes, probes or looks: against slow and greedy clients. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  // Longer than the usual scrape interval of 15 s, so that Prometheus keeps its connection.
  keepAliveTimeout: 20_000,
} as const;
const MAX_HEADERS = 64;
const MAX_CONNECTIONS = 128;
/** Of these, most that wait for a request. */
const MAX_WAITING = 64;
/** Longest silence of a connection [ms]: longer than the longest CPU profile. */
const SILENCE_MS = 90_000;

/**
 * Makes the admin server; it listens once `listen()` is called. It never keeps the process alive.
 *
 * @throws {SightlineError} `SIGHTLINE_ADMIN_ROUTE` when one of the routes cannot be served
 */
export function createAdmin({ routes, onProblem, onListening, host, port, ...rule }: AdminSetup): Admin {
  const table = createRouteTable(routes);
  const dispatch = createDispatch({
    routes: table,
    onProblem,
    token: rule.token,
    ...(rule.peerAddress && { peerAddress: rule.peerAddress }),
  });
  const server = createServer(LIMITS, (request, response) => {
    response.on('error', ignore);
    void dispatch.answer(request, response, true).catch(ignore);
  });
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = SILENCE_MS;
  boundWaitingConnections(server, MAX_WAITING);
  server.on('connection', (socket) => socket.unref());
  const listener = createListener({ server, host, port, onProblem, onListening });

  return {
    server,
    get address() {
      return listener.address();
    },
    handler(request, response, next) {
      // What the service does with it, and throws, is its own.
      if (next !== undefined && !dispatch.serves(request)) next();
      else void dispatch.answer(request, response, false).catch(ignore);
    },
    listen: listener.listen,
    addRoute: table.add,
    stats: dispatch.stats,
    async close() {
      dispatch.abort();
      await listener.close();
    },
  };
}

/** A client that went away, or an `onProblem` that threw: neither is a reason to end the process. */
function ignore(): void {}
