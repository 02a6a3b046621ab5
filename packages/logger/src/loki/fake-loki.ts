import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One entry as the server got it. */
export interface StoredEntry {
  /** Nanoseconds since 1970, as sent. */
  readonly time: string;
  readonly line: string;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** What arrived. */
export interface Push {
  readonly lines: number;
  /** As it came over the wire. */
  readonly body: Buffer;
  /** Uncompressed size [bytes]. */
  readonly plainBytes: number;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
}

/** How the server treats a push. */
export type Behaviour =
  | { readonly kind: 'store' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** True: the lines are kept all the same. */
      readonly stores?: boolean;
    }
  /** Stores, and answers when the test calls `release`. */
  | { readonly kind: 'slow' }
  | { readonly kind: 'hang-before-headers' }
  | { readonly kind: 'hang-in-body' }
  | { readonly kind: 'reset'; readonly stores: boolean }
  | { readonly kind: 'half-answer'; readonly stores: boolean }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'limit'; readonly maxBytes: number };

/** A real HTTP server that understands Loki's JSON push and misbehaves on demand. */
export interface FakeLoki {
  readonly url: string;
  /** Entries by the JSON of their labels, in the order in which they were stored; nothing is deduplicated. */
  readonly streams: ReadonlyMap<string, readonly StoredEntry[]>;
  /** Every push that arrived whole, stored or not. */
  readonly pushes: readonly Push[];
  /** Requests that wait for an answer that will not come. */
  readonly hanging: number;
  readonly connections: number;
  /** From now on, for every push or as the function says. */
  behave(behaviour: Behaviour | ((push: Push) => Behaviour)): void;
  /** Answers the slow pushes. */
  release(): void;
  /** Every line stored, stream after stream. */
  lines(): string[];
  /** Closes the port and every connection. */
  stop(): Promise<void>;
  /** Opens the same port again. */
  start(): Promise<void>;
}

export async function startFakeLoki(): Promise<FakeLoki> {
  const streams = new Map<string, StoredEntry[]>();
  const pushes: Push[] = [];
  const sockets = new Set<Socket>();
  let behaviour: Behaviour | ((push: Push) => Behaviour) = { kind: 'store' };
  let held: ServerResponse[] = [];
  let hanging = 0;
  let connections = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(request, response, Buffer.concat(chunks)));
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const hang = (socket: Socket): void => {
    hanging += 1;
    socket.on('close', () => (hanging -= 1));
  };

  function respond(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { socket, headers } = request;
    const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const parsed = JSON.parse(plain.toString()) as { streams: WireStream[] };
    const lines = parsed.streams.reduce((sum, { values }) => sum + values.length, 0);
    const push = { lines, body, plainBytes: plain.length, headers, path: request.url ?? '' };
    pushes.push(push);
    const store = (): void => {
      for (const { stream, values } of parsed.streams) {
        const key = JSON.stringify(stream);
        const entries = streams.get(key) ?? [];
        for (const [time, line, metadata] of values) entries.push({ time, line, metadata });
        streams.set(key, entries);
      }
    };
    const act = typeof behaviour === 'function' ? behaviour(push) : behaviour;
    switch (act.kind) {
      case 'store':
        store();
        response.writeHead(204).end();
        return;
      case 'answer':
        if (act.stores === true) store();
        response.writeHead(act.status, { ...act.headers }).end(act.body ?? '');
        return;
      case 'slow':
        store();
        held.push(response);
        return;
      case 'hang-before-headers':
        hang(socket);
        return;
      case 'hang-in-body':
        store();
        hang(socket);
        response.writeHead(200, { 'content-length': '100' }).write('{"status":');
        return;
      case 'reset':
        if (act.stores) store();
        socket.resetAndDestroy();
        return;
      case 'half-answer':
        if (act.stores) store();
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"sta');
        return;
      case 'garbage':
        socket.end('SSH-2.0-OpenSSH_9.2\r\n');
        return;
      case 'limit':
        if (push.plainBytes > act.maxBytes) {
          response.writeHead(413).end('request entity too large');
        } else {
          store();
          response.writeHead(204).end();
        }
    }
  }

  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    streams,
    pushes,
    get hanging() {
      return hanging + held.length;
    },
    get connections() {
      return connections;
    },
    behave(next) {
      behaviour = next;
    },
    release() {
      for (const response of held) response.writeHead(204).end();
      held = [];
    },
    lines: () => [...streams.values()].flatMap((entries) => entries.map(({ line }) => line)),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    start: () => listen(port),
  };
}

interface WireStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string, line: string, metadata?: Record<string, string>])[];
}
