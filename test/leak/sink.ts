import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Takes whatever is sent to it and hands it on, uncompressed. */
export interface Sink {
  readonly url: string;
  /** While it does not take, it answers 503. */
  takes(does: boolean): void;
  close(): Promise<void>;
}

/** @param onBody told the path, the body and its content type, of each request that was taken */
export async function startSink(
  onBody: (path: string, body: Buffer, contentType: string) => void,
): Promise<Sink> {
  const sockets = new Set<Socket>();
  let isTaking = true;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (!isTaking) {
        response.writeHead(503).end();
        return;
      }
      const sent = Buffer.concat(parts);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      onBody(request.url ?? '', body, request.headers['content-type'] ?? '');
      response.writeHead(request.url?.startsWith('/loki/') === true ? 204 : 200).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takes(does) {
      isTaking = does;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
