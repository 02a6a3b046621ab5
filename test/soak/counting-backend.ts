import { type Server, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Takes what is sent to it and keeps nothing but its size; it goes away and hangs when it is told to. */
export interface CountingBackend {
  readonly url: string;
  readonly bytes: () => number;
  answers(how: 'at once' | 'never'): void;
  /** Closes its port and all connections. */
  leave(): Promise<void>;
  /** Opens the same port again. */
  comeBack(): Promise<void>;
}

export async function startCountingBackend(): Promise<CountingBackend> {
  let bytes = 0;
  let isHanging = false;
  let waiting: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      // oxlint-disable-next-line unicorn/consistent-function-scoping -- it is of this request
      const answer = (): void =>
        void response.writeHead(request.url === '/loki/api/v1/push' ? 204 : 200).end();
      if (isHanging) waiting.push(answer);
      else answer();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bytes: () => bytes,
    answers(how) {
      isHanging = how === 'never';
      if (isHanging) return;
      for (const answer of waiting) answer();
      waiting = [];
    },
    leave: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    comeBack: () => listen(port),
  };
}
