import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { DecodedLog, DecodedMetric, DecodedSpan } from './otlp-decode.fixture.ts';
import { decodeRequest, encodeAnswer } from './otlp-decode.fixture.ts';

/** What the receiver does with a request: without any field it stores the items and answers 200. */
export interface ReceiverBehaviour {
  /** Default 200. Items of other answers than 2xx are not stored. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the usual answer. */
  readonly body?: string | Uint8Array;
  /** Answers with a partial success; the items are stored all the same. */
  readonly partialSuccess?: { readonly rejected: number; readonly message: string };
  /** `silent`: never answers. `mid-body`: answers half. `reset`: breaks the connection. `reset-mid-body`: both. `endless`: the body never ends. */
  readonly misbehave?: 'silent' | 'mid-body' | 'reset' | 'reset-mid-body' | 'endless';
}

/** One request as it came. */
interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Uncompressed. */
  readonly body: Buffer;
}

/** An OTLP/HTTP receiver for tests. */
export interface OtlpReceiver {
  /** `http://127.0.0.1:<port>`, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly port: number;
  /** All requests, also those that were refused. */
  requests(): readonly ReceivedRequest[];
  spans(): readonly DecodedSpan[];
  metrics(): readonly DecodedMetric[];
  logs(): readonly DecodedLog[];
  /**
   * Resolves as soon as the predicate is true; it is asked after each request.
   *
   * @param timeoutMs default 10,000; then it rejects
   */
  waitFor(predicate: (receiver: OtlpReceiver) => boolean, timeoutMs?: number): Promise<void>;
  /** From now on; a function is asked for each request, with its number from 0. */
  answerWith(
    behaviour: ReceiverBehaviour | ((request: ReceivedRequest, index: number) => ReceiverBehaviour),
  ): void;
  /** Forgets what it has received. */
  clear(): void;
  /** Breaks all connections and stops. */
  close(): Promise<void>;
}

/** Starts a receiver on a free port of loopback: protobuf and JSON, plain and gzip. */
export async function startOtlpReceiver(port = 0): Promise<OtlpReceiver> {
  let requests: ReceivedRequest[] = [];
  let spans: DecodedSpan[] = [];
  let metrics: DecodedMetric[] = [];
  let logs: DecodedLog[] = [];
  let behave: (request: ReceivedRequest, index: number) => ReceiverBehaviour = wellBehaved;
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();

  const store = (request: ReceivedRequest): void => {
    const decoded = decodeRequest(request.path, request.headers['content-type'], request.body);
    spans.push(...decoded.spans);
    metrics.push(...decoded.metrics);
    logs.push(...decoded.logs);
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const sent = Buffer.concat(parts);
    const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    const behaviour = behave(request, requests.length);
    requests.push(request);
    const status = behaviour.status ?? 200;
    const answers = behaviour.misbehave === undefined || behaviour.misbehave === 'mid-body';
    if (status < 300 && answers) store(request);
    answer(response, request, behaviour);
    for (const check of waiting) check();
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      response.writeHead(400).end(String(error));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;

  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests: () => requests,
    spans: () => spans,
    metrics: () => metrics,
    logs: () => logs,
    waitFor: (predicate, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = (): void => {
          if (!predicate(receiver)) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          reject(
            new Error(`not received in ${timeoutMs} ms: ${requests.length} requests, ${spans.length} spans`),
          );
        }, timeoutMs);
        waiting.add(check);
        check();
      }),
    answerWith(behaviour) {
      behave = typeof behaviour === 'function' ? behaviour : () => behaviour;
    },
    clear() {
      requests = [];
      spans = [];
      metrics = [];
      logs = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return receiver;
}

const wellBehaved = (): ReceiverBehaviour => ({});

/** Larger than any bound on the answer, and sent for as long as it is read. */
const ENDLESS_PART = Buffer.alloc(65_536, 'x');

function answer(response: ServerResponse, request: ReceivedRequest, behaviour: ReceiverBehaviour): void {
  const contentType = request.headers['content-type'] ?? 'application/x-protobuf';
  const body = behaviour.body ?? encodeAnswer(request.path, contentType, behaviour.partialSuccess);
  const headers = { 'content-type': contentType, ...behaviour.headers };
  const status = behaviour.status ?? 200;
  switch (behaviour.misbehave) {
    case 'silent':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'mid-body':
    case 'reset-mid-body':
      response.writeHead(status, { ...headers, 'content-length': '1000' });
      response.write('half', () => {
        if (behaviour.misbehave === 'reset-mid-body') response.socket?.resetAndDestroy();
      });
      return;
    case 'endless': {
      response.writeHead(status, headers);
      const more = (): void => {
        while (!response.destroyed && response.write(ENDLESS_PART));
      };
      response.on('drain', more);
      more();
      return;
    }
    default:
      response.writeHead(status, headers).end(body);
  }
}
