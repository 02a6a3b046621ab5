import { type Socket, connect } from 'node:net';

/** A Prometheus that does harm, until it is stopped. */
export interface Scraper {
  stop(): void;
}

/** The answer ends with its connection. */
const REQUEST =
  'GET /metrics HTTP/1.1\r\nhost: a\r\naccept: application/openmetrics-text\r\nconnection: close\r\n\r\n';
/** Each of them holds as many connections. */
const CONNECTIONS = 20;
const MANY = 50;
const MANY_EVERY_MS = 1000;
const SLOW_MS = 50;

type Behaviour = (socket: Socket, again: () => void) => void;

const behaviours = {
  /** Asks, and never reads the answer. */
  hangs: (socket) => socket.pause(),
  /** Reads a little now and then. */
  slow: (socket) => {
    socket.on('data', () => {
      socket.pause();
      setTimeout(() => socket.resume(), SLOW_MS);
    });
  },
  /** Asks again a second after the answer. */
  many: (socket, again) => {
    socket.resume();
    socket.once('end', () => {
      socket.destroy();
      setTimeout(again, MANY_EVERY_MS);
    });
  },
  /** Goes away when the answer begins. */
  cuts: (socket, again) => {
    socket.once('data', () => {
      socket.resetAndDestroy();
      again();
    });
  },
} as const satisfies Readonly<Record<string, Behaviour>>;

export type ScraperFault = keyof typeof behaviours;

export function startScraper(port: number, fault: ScraperFault): Scraper {
  const sockets = new Set<Socket>();
  let stopped = false;
  function ask(): void {
    if (stopped) return;
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST));
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    behaviours[fault](socket, () => void setTimeout(ask, 5));
  }
  for (let each = 0; each < (fault === 'many' ? MANY : CONNECTIONS); each++) ask();
  return {
    stop() {
      stopped = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
