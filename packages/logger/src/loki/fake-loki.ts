import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
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
  /** Labels of its streams. */
  readonly streams: readonly Readonly<Record<string, string>>[];
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
  | { readonly kind: 'limit'; readonly maxBytes: number }
  /** Stores the entries for which there is no reason against, and answers as Loki's distributor does. */
  | { readonly kind: 'refuse'; readonly reason: (entry: StoredEntry) => string | undefined };

/** An answer in the form of Loki's own, which come from Go's `http.Error`. */
export function lokiAnswer(status: number, body: string): Behaviour {
  return { kind: 'answer', status, headers: ERROR_HEADERS, body: `${body}\n` };
}

const ERROR_HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

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
  /**
   * Larger pushes [bytes as they come over the wire] are answered 413 and never read.
   *
   * @param hangsUp true: the connection is reset after that, false: it stays as it is
   */
  refuseUnread(maxBytes: number, hangsUp: boolean): void;
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

/** @param tls makes it https, with this key and certificate (PEM) */
export async function startFakeLoki(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<FakeLoki> {
  const streams = new Map<string, StoredEntry[]>();
  const pushes: Push[] = [];
  const sockets = new Set<Socket>();
  let behaviour: Behaviour | ((push: Push) => Behaviour) = { kind: 'store' };
  let held: ServerResponse[] = [];
  let hanging = 0;
  let connections = 0;

  let unread = { maxBytes: Infinity, hangsUp: false };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (Number(request.headers['content-length']) > unread.maxBytes) {
      const { socket } = request;
      socket.pause();
      const answer = `HTTP/1.1 413 Request Entity Too Large\r\ncontent-length: 9\r\n\r\ntoo large`;
      socket.write(answer, () => unread.hangsUp && socket.resetAndDestroy());
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(request, response, Buffer.concat(chunks)));
  };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
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
    const push = {
      lines,
      streams: parsed.streams.map(({ stream }) => stream),
      body,
      plainBytes: plain.length,
      headers,
      path: request.url ?? '',
    };
    pushes.push(push);
    const store = (takes: (entry: StoredEntry) => boolean = () => true): void => {
      for (const { stream, values } of parsed.streams) {
        const key = JSON.stringify(stream);
        const entries = streams.get(key) ?? [];
        for (const [time, line, metadata] of values) {
          const entry = { time, line, metadata };
          if (takes(entry)) entries.push(entry);
        }
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
        return;
      case 'refuse': {
        const reasons = new Map<string, number>();
        store((entry) => {
          const reason = act.reason(entry);
          if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          return reason === undefined;
        });
        if (reasons.size === 0) response.writeHead(204).end();
        else response.writeHead(400, ERROR_HEADERS).end(`${grouped(reasons)}\n`);
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
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    streams,
    pushes,
    get hanging() {
      return hanging + held.length;
    },
    get connections() {
      return connections;
    },
    refuseUnread(maxBytes, hangsUp) {
      unread = { maxBytes, hangsUp };
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

/** Equal reasons once, with their number unless there is a single one. */
function grouped(reasons: ReadonlyMap<string, number>): string {
  return [...reasons]
    .map(([reason, count]) => (reasons.size > 1 || count > 1 ? `${count} errors like: ${reason}` : reason))
    .join('; ');
}

interface WireStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string, line: string, metadata?: Record<string, string>])[];
}
