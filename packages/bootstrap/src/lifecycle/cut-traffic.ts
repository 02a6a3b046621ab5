import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import type { Socket } from 'node:net';

/** What clients send to this process. */
export interface Traffic {
  /**
   * Listens on no port any more, and ends the connections of HTTP, at once and without an event loop: for a process that is about to end and
   * will answer nothing any more. Clients go elsewhere from now on, rather than to wait for the end of it. Never throws.
   */
  cut(): void;
  /** Looks for no more servers. */
  stop(): void;
}

/** A server listens now; one that did so before is found with the next connection that it accepts. */
const LISTENS = 'tracing:net.server.listen:asyncEnd';
const ACCEPTED = 'net.server.socket';

/** Finds every server of this thread by what Node.js publishes: nothing is done for a request. */
export function watchTraffic(): Traffic {
  const servers = new Set<Server>();
  /** Of `node:http2`, which cannot end all of its connections by itself. */
  const sockets = new Set<Socket>();

  function meet(server: unknown): void {
    if (!(server instanceof Server) || servers.has(server)) return;
    servers.add(server);
    server.once('close', forget);
  }

  function forget(this: Server): void {
    servers.delete(this);
  }

  function onListens(message: unknown): void {
    meet((message as { readonly server?: unknown }).server);
  }

  function onAccepted(message: unknown): void {
    const { socket } = message as { readonly socket: Socket & { readonly server?: unknown } };
    const { server } = socket;
    meet(server);
    if (!isHttp2(server)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  subscribe(LISTENS, onListens);
  subscribe(ACCEPTED, onAccepted);

  return {
    cut() {
      for (const server of servers) {
        quietly(() => stopListening(server));
        quietly(() => (server as Partial<HttpServer>).closeAllConnections?.());
      }
      for (const socket of sockets) quietly(() => socket.destroy());
    },
    stop() {
      unsubscribe(LISTENS, onListens);
      unsubscribe(ACCEPTED, onAccepted);
      for (const server of servers) server.off('close', forget);
      servers.clear();
      sockets.clear();
    },
  };
}

/**
 * Not by the server's own `close`, which an application may have replaced by one that waits. A server at a path is left: closing
 * it would delete the path, which may be that of the process that comes after this one by now.
 */
function stopListening(server: Server): void {
  if (typeof server.address() !== 'string') Server.prototype.close.call(server);
}

/** By what the server can do: `node:http2` does not export its classes. */
function isHttp2(server: unknown): boolean {
  return typeof server === 'object' && server !== null && 'updateSettings' in server;
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is no server as they usually are: what is left of it ends with the process.
  }
}
