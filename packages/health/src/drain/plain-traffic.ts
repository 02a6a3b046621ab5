import type { Server, Socket } from 'node:net';
import type { ServerTraffic } from './traffic.ts';

/** The connections of a server that speaks something else than HTTP: each is in use until it ends by itself. */
export function plainTraffic(server: Server, onChange: () => void): ServerTraffic {
  const sockets = new Set<Socket>();
  return {
    server,
    meet(socket) {
      if (sockets.has(socket)) return;
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        onChange();
      });
    },
    open: () => ({ requests: 0, streams: sockets.size, connections: sockets.size }),
    awaited: () => 0,
    announce() {},
    stop() {},
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
    letGo() {},
  };
}
