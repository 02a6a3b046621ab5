import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server, Socket } from 'node:net';
import { closePort, createPortCloser } from './close-ports.ts';
import { http1Traffic } from './http1-traffic.ts';
import { http2Traffic } from './http2-traffic.ts';
import { plainTraffic } from './plain-traffic.ts';
import type { CutTraffic, OpenTraffic, ServerTraffic, TrafficSource } from './traffic.ts';
import { waitUntil } from './wait.ts';

/** Every server of the process that the drain is about. */
export interface Servers {
  /** Leaves a server alone, such as that of an admin port. */
  ignore(server: object): void;
  /** Takes a server that is not HTTP; to be called before it has connections. @returns leaves it alone again */
  include(server: Server): () => void;
  /** All of them together. */
  open(): OpenTraffic;
  /** Connections that came a moment ago, during the drain: their first request is on its way. */
  awaited(): number;
  /** Answers ask for other connections from now on; servers that come later do the same. */
  announce(): void;
  /** No request is taken any more on connections that are open, where the protocol can say so. */
  endSessions(): void;
  /**
   * No connection is accepted any more once those that have come by now are, and no request where the protocol can say so. Resolves
   * then.
   *
   * @param limitMs longest wait for them [ms]
   */
  stop(limitMs: number, hurry: AbortSignal): Promise<void>;
  /** Ends every connection. @returns what was under way on them */
  destroy(): CutTraffic;
  /** @param listener called after each request and each connection that has ended, and when one is awaited no more */
  onChange(listener: () => void): () => void;
  /** Looks for no more servers, and takes the listeners off those that were found. */
  letGo(): void;
}

/** A connection of a server. */
type Accepted = Socket & { readonly server?: unknown };

/** Longest wait for ports before clients of HTTP/2 are told to go [ms]: one that is told sooner comes again by the open port. */
const SESSIONS_MS = 250;

/** Of a server that begins to listen; of a connection that a server has accepted. */
const LISTEN = 'tracing:net.server.listen:asyncStart';
const ACCEPTED = 'net.server.socket';

/**
 * Finds the HTTP servers of the process by what Node.js publishes: when a server begins to listen, and, for those that
 * listened before, with their next connection. When the drain begins it looks at what is open besides: for servers that had
 * none yet, and for those that never listen, as another process hands them their connections (sticky sessions).
 * Nothing is patched, and nothing is done for a request.
 */
export function findServers(): Servers {
  const found = new Map<Server, ServerTraffic>();
  const ignored = new WeakSet<object>();
  const listeners = new Set<() => void>();
  let announced = false;
  let stopped = false;
  let isOver = false;
  const ports = createPortCloser();

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  function add(server: Server, make: TrafficSource): ServerTraffic {
    const traffic = make(server, changed);
    found.set(server, traffic);
    // One that listens again is found again.
    server.once('close', onClose);
    if (announced) traffic.announce();
    if (stopped) {
      closeSoon(server);
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
    const { socket } = message as { readonly socket: Accepted };
    quietly(() => {
      const traffic = trafficOf(socket.server);
      if (stopped && traffic) ports.accepted(traffic.server);
      traffic?.meet(socket);
    });
  }

  function findOpen(): void {
    const known = new Set<unknown>(found.keys());
    for (const handle of openHandles()) {
      const server = handle instanceof Socket ? (handle as Accepted).server : handle;
      if (known.has(server)) continue;
      const traffic = trafficOf(server);
      if (handle instanceof Socket) traffic?.meet(handle);
    }
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
    awaited: () =>
      Array.from(found.values(), (traffic) => traffic.awaited()).reduce((sum, one) => sum + one, 0),
    announce() {
      if (!isOver) quietly(findOpen);
      announced = true;
      each((traffic) => traffic.announce());
    },
    endSessions() {
      each((traffic) => traffic.stop());
    },
    async stop(limitMs, hurry) {
      stopped = true;
      const listening = [...found.keys()].filter((server) => server.listening);
      for (const server of found.keys()) if (!server.listening) closeSoon(server);
      const closed = ports.close(listening, limitMs, hurry);
      await waitUntil(() => closed, SESSIONS_MS, hurry);
      each((traffic) => traffic.stop());
      await closed;
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
      isOver = true;
      unsubscribe(LISTEN, onListen);
      unsubscribe(ACCEPTED, onAccepted);
      each(({ server }) => leave(server));
      listeners.clear();
    },
  };
}

/** What holds the event loop; not documented, and empty where there is no such thing. */
function openHandles(): readonly unknown[] {
  const { _getActiveHandles: list } = process as { readonly _getActiveHandles?: () => readonly unknown[] };
  return list?.call(process) ?? [];
}

/** By what the server can do: `node:http2`, which does not export its classes, need not be loaded to ask. */
function protocolOf(server: Server): TrafficSource | undefined {
  if ('updateSettings' in server) return http2Traffic;
  return 'closeIdleConnections' in server ? http1Traffic : undefined;
}

/** Of one that is just beginning to listen: when it does. */
function closeSoon(server: Server): void {
  if (server.listening) closePort(server);
  else server.once('listening', () => closePort(server));
}

/** What is thrown to who publishes a message ends the process: rather a server is not drained. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is no server as they usually are.
  }
}
