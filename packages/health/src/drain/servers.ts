import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import type { Socket } from 'node:net';
import { http1Traffic } from './http1-traffic.ts';
import { http2Traffic } from './http2-traffic.ts';
import { plainTraffic } from './plain-traffic.ts';
import type { CutTraffic, OpenTraffic, ServerTraffic, TrafficSource } from './traffic.ts';

/** Every server of the process that the drain is about. */
export interface Servers {
  /** Leaves a server alone, such as that of an admin port. */
  ignore(server: object): void;
  /** Takes a server that is not HTTP; to be called before it has connections. @returns leaves it alone again */
  include(server: Server): () => void;
  /** All of them together. */
  open(): OpenTraffic;
  /** Answers ask for other connections from now on; servers that come later do the same. */
  announce(): void;
  /** Closes connections on which nothing happens. */
  closeIdle(): void;
  /** No connection is accepted any more, and no request where the protocol can say so. */
  stop(): void;
  /** Ends every connection. @returns what was under way on them */
  destroy(): CutTraffic;
  /** @param listener called after each request and each connection that has ended */
  onChange(listener: () => void): () => void;
  /** Looks for no more servers, and takes the listeners off those that were found. */
  letGo(): void;
}

/** Of a server that begins to listen; of a connection that a server has accepted. */
const LISTEN = 'tracing:net.server.listen:asyncStart';
const ACCEPTED = 'net.server.socket';

/**
 * Finds the HTTP servers of the process by what Node.js publishes: when a server begins to listen, and, for those that
 * listened before, with their next connection. Nothing is patched, and nothing is done for a request.
 */
export function findServers(): Servers {
  const found = new Map<Server, ServerTraffic>();
  const ignored = new WeakSet<object>();
  const listeners = new Set<() => void>();
  let announced = false;
  let closesIdle = false;
  let stopped = false;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  function add(server: Server, make: TrafficSource): ServerTraffic {
    const traffic = make(server, changed);
    found.set(server, traffic);
    // One that listens again is found again.
    server.once('close', onClose);
    if (announced) traffic.announce();
    if (closesIdle) traffic.closeIdle();
    if (stopped) {
      stopListening(server);
      traffic.stop();
    }
    return traffic;
  }

  function trafficOf(server: unknown): ServerTraffic | undefined {
    if (!(server instanceof Server) || ignored.has(server)) return undefined;
    const known = found.get(server);
    if (known) return known;
    const make = protocolOf(server);
    return make && add(server, make);
  }

  function onListen(message: unknown): void {
    quietly(() => trafficOf((message as { readonly server?: unknown }).server));
  }

  function onAccepted(message: unknown): void {
    const { socket } = message as { readonly socket: Socket & { readonly server?: unknown } };
    quietly(() => trafficOf(socket.server)?.meet(socket));
  }

  function leave(server: Server): void {
    server.off('close', onClose);
    found.get(server)?.letGo();
    found.delete(server);
  }

  function onClose(this: Server): void {
    leave(this);
  }

  function each(act: (traffic: ServerTraffic) => void): void {
    for (const traffic of found.values()) act(traffic);
  }

  function open(): OpenTraffic {
    let [requests, streams, connections] = [0, 0, 0];
    each((traffic) => {
      const one = traffic.open();
      requests += one.requests;
      streams += one.streams;
      connections += one.connections;
    });
    return { requests, streams, connections };
  }

  subscribe(LISTEN, onListen);
  subscribe(ACCEPTED, onAccepted);

  return {
    ignore(server) {
      ignored.add(server);
      if (server instanceof Server) leave(server);
    },
    include(server) {
      if (!found.has(server)) add(server, protocolOf(server) ?? plainTraffic);
      return () => leave(server);
    },
    open,
    announce() {
      announced = true;
      each((traffic) => traffic.announce());
    },
    closeIdle() {
      closesIdle = true;
      each((traffic) => traffic.closeIdle());
    },
    stop() {
      stopped = true;
      each((traffic) => {
        stopListening(traffic.server);
        traffic.stop();
      });
    },
    destroy() {
      const { requests, streams } = open();
      each((traffic) => traffic.destroy());
      return { requests, streams };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    letGo() {
      unsubscribe(LISTEN, onListen);
      unsubscribe(ACCEPTED, onAccepted);
      each(({ server }) => leave(server));
      listeners.clear();
    },
  };
}

/** By what the server can do: `node:http2`, which does not export its classes, need not be loaded to ask. */
function protocolOf(server: Server): TrafficSource | undefined {
  if ('updateSettings' in server) return http2Traffic;
  return 'closeIdleConnections' in server ? http1Traffic : undefined;
}

/**
 * Not by `server.close()`: that of `node:http` also destroys connections whose answer has ended and is still on its way,
 * so that a client with a slow line gets half of it.
 */
function stopListening(server: Server): void {
  if (server.listening) Server.prototype.close.call(server);
  else server.once('listening', () => Server.prototype.close.call(server));
}

/** What is thrown to who publishes a message ends the process: rather a server is not drained. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is no server as they usually are.
  }
}
