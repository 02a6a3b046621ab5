import cluster from 'node:cluster';
import { Server } from 'node:net';
import { type QuietTurns, createQuietTurns } from './quiet-turns.ts';

/** Clients whose connections have come, and that no server has accepted yet, are served before a port is closed. */
export interface PortCloser {
  /** To be called for each connection that a server has accepted, once `close` was called. */
  accepted(server: Server): void;
  /**
   * Closes each port when nobody waits before it, and all of them when there is no time any more. Resolves then.
   *
   * @param limitMs longest wait [ms]; 0 closes them at once
   */
  close(servers: Iterable<Server>, limitMs: number, hurry: AbortSignal): Promise<void>;
}

/**
 * The system accepts connections for a port by itself, and resets those that the process has not taken when the port is closed. A turn
 * of the event loop takes one of them for each port, so after one in which none came nobody waits.
 */
export function createPortCloser(turns: QuietTurns<Server> = createQuietTurns()): PortCloser {
  function close(server: Server, limitMs: number, hurry: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      turns.wait(server, { limitMs, hurry, onOverload: () => letNobodyIn(server) }, () => {
        closePort(server);
        resolve();
      });
    });
  }

  return {
    accepted: turns.came,
    async close(servers, limitMs, hurry) {
      await Promise.all(Array.from(servers, (server) => close(server, limitMs, hurry)));
    },
  };
}

/**
 * Not by `server.close()`: that of `node:http` also destroys connections whose answer has ended and is still on its way,
 * so that a client with a slow line gets half of it.
 */
export function closePort(server: Server): void {
  if (server.listening) Server.prototype.close.call(server);
}

/** What a server keeps of the port that it listens on. */
interface PortHandle {
  listen?(backlog: number): number;
}

/**
 * Clients that the system does not let in hear nothing, try again by themselves after a second, and then learn that nobody listens.
 * A port that this process was given, or has together with others, is not only its own, and stays as it is.
 */
function letNobodyIn(server: Server): void {
  const { _handle: handle, _connectionKey: key } = server as Server & {
    readonly _handle?: PortHandle | null;
    readonly _connectionKey?: string;
  };
  if (cluster.isWorker || typeof server.address() === 'string' || !/^[46]:/.test(key ?? '')) return;
  try {
    handle?.listen?.(0);
  } catch {
    // The port stays as wide as it is, and is closed in time.
  }
}
