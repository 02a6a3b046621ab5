import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeRequest, encodeAnswer } from '../../packages/bootstrap/src/otlp/otlp-decode.fixture.ts';

/** What a backend does with what is sent to it. What it answers with success it has stored, and nothing else. */
export type BackendFault =
  | 'none'
  /** Nobody listens. */
  | 'refused'
  /** Takes the request and never answers. */
  | 'hangs'
  /** Answers after 5 s. */
  | 'slow'
  /** Answers in another protocol. */
  | 'not-http'
  /** 200 with a body of noise, under the right content type. */
  | 'garbage'
  /** 200 with a page for browsers, as a proxy that wants a login has it. */
  | 'web-page'
  /** Breaks the connection in the middle of the request. */
  | 'cut-request'
  /** Stores, and breaks the connection in the middle of the answer. */
  | 'cut-answer'
  | 'status-429'
  | 'status-500'
  | 'status-503'
  /** Takes no push larger than 4 KiB, and no export larger than 16 KiB: 413. */
  | 'full'
  /** Refuses a third of what is in each request. */
  | 'partial';

/** What has arrived, each thing once, however often it was sent. */
export interface Received {
  /** Spans of orders: of their request and of what it does. */
  readonly spans: number;
  /** Spans of the name `work`, of which each request makes one. */
  readonly workSpans: number;
  readonly lines: number;
  /** Things that came once more. */
  readonly repeated: number;
}

export interface Backend {
  readonly url: string;
  readonly port: number;
  received(): Received | Promise<Received>;
  /** Nothing is under way, and all that was made has come: what comes from now on is newer. */
  settled?(): Promise<void>;
  /** The ids of the requests whose line or whose span `work` has come. */
  ids(of: 'lines' | 'workSpans'): ReadonlySet<string>;
  setFault(fault: BackendFault): Promise<void>;
  /** From now on every answer ends its connection, so that the next one begins with looking up the name. */
  closeConnections(): void;
  close(): Promise<void>;
}

const SLOW_MS = 5000;
/** At the rates here pushes of lines, which are compressed, and exports of spans, which are not, are past it [bytes]. */
const FULL_BYTES = { lines: 4096, spans: 16_384 } as const;
const LOKI_PUSH = '/loki/api/v1/push';
const TRACES = '/v1/traces';
const PROTOBUF = 'application/x-protobuf';
const ORDERS = '/order/';

/** Taken whole, and not looked at yet. */
interface Sent {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: () => Buffer;
}

/**
 * A real HTTP server that understands OTLP and the push API of Loki, and fails as it is told to.
 *
 * It shares a core with the load: what it takes it looks at when it is asked what has arrived, and not while latencies are
 * measured, which would be longer without a fault than with one that keeps it from its work.
 */
export async function startBackend(): Promise<Backend> {
  const spans = new Set<string>();
  const workSpans = new Set<string>();
  const lines = new Set<string>();
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const unread: Sent[] = [];
  let repeated = 0;
  let fault: BackendFault = 'none';
  let isClosing = false;

  function add(to: Set<string>, key: string): void {
    if (to.has(key)) repeated++;
    to.add(key);
  }

  /** @returns what was refused */
  function storeSpans(path: string, contentType: string | undefined, body: Buffer, share: number): number {
    const decoded = decodeRequest(path, contentType, body).spans;
    const taken = decoded.slice(0, Math.ceil(decoded.length * share));
    for (const { spanId, name, attributes } of taken) {
      // Others are of requests that are no orders: OTel's SDK observes who scrapes it as well.
      const urlPath = attributes['url.path'];
      if (name !== 'work' && !(typeof urlPath === 'string' && urlPath.startsWith(ORDERS))) continue;
      add(spans, spanId);
      if (name === 'work') workSpans.add(JSON.stringify(attributes['order.id']).slice(1, -1));
    }
    return decoded.length - taken.length;
  }

  function storeLines(body: Buffer, share: number): number {
    const { streams } = JSON.parse(body.toString()) as {
      streams: readonly { values: readonly (readonly [time: string, line: string])[] }[];
    };
    const entries = streams.flatMap(({ values }) => values);
    const taken = entries.slice(0, Math.ceil(entries.length * share));
    for (const [, line] of taken) add(lines, String((JSON.parse(line) as { order?: string }).order));
    return entries.length - taken.length;
  }

  /** @returns what was refused */
  function store({ path, contentType, body }: Sent, share: number): number {
    if (path === LOKI_PUSH) return storeLines(body(), share);
    return path === TRACES ? storeSpans(path, contentType, body(), share) : 0;
  }

  function readAll(): void {
    for (const sent of unread.splice(0)) store(sent, 1);
  }

  function answerStored(response: ServerResponse, sent: Sent): void {
    let refused = 0;
    if (fault === 'partial') refused = store(sent, 2 / 3);
    else unread.push(sent);
    if (sent.path === LOKI_PUSH) {
      if (refused > 0) {
        const reason =
          'entry for stream has timestamp too old: 2020-01-01T00:00:00Z, oldest acceptable is: today';
        response.writeHead(400, { 'content-type': 'text/plain' }).end(`${refused} errors like: ${reason}\n`);
      } else if (fault === 'garbage')
        response.writeHead(200, { 'content-type': 'application/json' }).end('\u0000{"sta');
      else response.writeHead(204).end();
      return;
    }
    const answer = encodeAnswer(
      sent.path,
      sent.contentType ?? PROTOBUF,
      refused > 0 ? { rejected: refused, message: 'too many of them' } : undefined,
    );
    response
      .writeHead(200, { 'content-type': sent.contentType ?? PROTOBUF })
      .end(fault === 'garbage' ? Buffer.from('ff00fe01990a07', 'hex') : answer);
  }

  // oxlint-disable-next-line unicorn/consistent-function-scoping -- it stands where it is used
  async function sentIn(request: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isClosing) response.shouldKeepAlive = false;
    const { socket } = request;
    if (fault === 'cut-request') {
      socket.resetAndDestroy();
      return;
    }
    const bytes = await sentIn(request);
    if (fault === 'full' && bytes.length > FULL_BYTES[request.url === LOKI_PUSH ? 'lines' : 'spans']) {
      response.writeHead(413).end('too large');
      return;
    }
    const isCompressed = request.headers['content-encoding'] === 'gzip';
    const sent: Sent = {
      path: request.url ?? '',
      contentType: request.headers['content-type'],
      body: () => (isCompressed ? gunzipSync(bytes) : bytes),
    };
    switch (fault) {
      case 'hangs':
        return;
      case 'slow': {
        const timer = setTimeout(() => {
          timers.delete(timer);
          if (!socket.destroyed) answerStored(response, sent);
        }, SLOW_MS);
        timers.add(timer);
        return;
      }
      case 'not-http':
        socket.end('SSH-2.0-OpenSSH_9.2\r\n');
        return;
      case 'web-page':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
        return;
      case 'cut-answer':
        unread.push(sent);
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half', () => socket.resetAndDestroy());
        return;
      case 'status-429':
        response.writeHead(429, { 'retry-after': '1' }).end('too many requests');
        return;
      case 'status-500':
        response.writeHead(500).end('no');
        return;
      case 'status-503':
        response.writeHead(503).end('no');
        return;
      default:
        answerStored(response, sent);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) return resolve();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received() {
      readAll();
      return { spans: spans.size, workSpans: workSpans.size, lines: lines.size, repeated };
    },
    ids(of) {
      readAll();
      return of === 'lines' ? lines : workSpans;
    },
    async setFault(next) {
      const last = fault;
      fault = next;
      if (next === 'refused') await stop();
      else if (last === 'refused') await listen(port);
      // Who hung is started anew: nothing of before is answered.
      if (last === 'hangs') for (const socket of sockets) socket.destroy();
    },
    closeConnections() {
      isClosing = true;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await stop();
    },
  };
}
