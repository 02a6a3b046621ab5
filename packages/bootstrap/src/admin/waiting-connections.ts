import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes the connections that have waited longest without a whole request when there are more than `most`, so that
 * connections that are only held open, however many, do not keep probes and scrapes out.
 *
 * @param most below `maxConnections` of the server, beyond which new ones are turned away unseen
 */
export function boundWaitingConnections(server: Server, most: number): void {
  // A set keeps its order: the first has waited longest.
  const waiting = new Set<Socket>();
  const forget = function (this: Socket): void {
    waiting.delete(this);
  };

  server.on('connection', (socket: Socket) => {
    const [longest] = waiting;
    if (waiting.size >= most) longest?.destroy();
    waiting.add(socket);
    socket.once('close', forget);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
  });
}
