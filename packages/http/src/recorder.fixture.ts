/* oxlint-disable no-await-in-loop, no-unmodified-loop-condition, unicorn/consistent-function-scoping -- what is waited for comes in by events */
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HttpServerOptions } from './options.ts';
import type { RequestRecord } from './request-record.ts';
import { type ServerRecorder, type ServerRecorderParts, createServerRecorder } from './server-recorder.ts';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A record's values, copied while they hold. */
type SeenRecord = Pick<
  RequestRecord,
  | 'kind'
  | 'requestId'
  | 'target'
  | 'method'
  | 'aborted'
  | 'slow'
  | 'error'
  | 'durationSeconds'
  | 'startTimeMs'
  | 'requestBodyBytes'
  | 'responseBodyBytes'
  | 'spanContext'
  | 'kept'
  | 'serverAddress'
  | 'serverPort'
  | 'clientAddress'
>;

export interface TestRecorder {
  readonly recorder: ServerRecorder;
  readonly records: SeenRecord[];
  /** Once there are that many records. */
  seen(count: number): Promise<SeenRecord[]>;
}

/** An enabled recorder that keeps copies of its records; disabled when the test ends. */
export function testRecorder(options: HttpServerOptions = {}, parts: ServerRecorderParts = {}): TestRecorder {
  const recorder = createServerRecorder(options, parts);
  const records: SeenRecord[] = [];
  let wake = (): void => {};
  recorder.addSink({
    prepare: (kind) => (record) => {
      records.push({
        kind,
        requestId: record.requestId,
        target: record.target,
        method: record.method,
        aborted: record.aborted,
        slow: record.slow,
        error: record.error,
        durationSeconds: record.durationSeconds,
        startTimeMs: record.startTimeMs,
        requestBodyBytes: record.requestBodyBytes,
        responseBodyBytes: record.responseBodyBytes,
        spanContext: record.spanContext,
        kept: record.kept,
        serverAddress: record.serverAddress,
        serverPort: record.serverPort,
        clientAddress: record.clientAddress,
      });
      wake();
    },
  });
  recorder.enable();
  onTestFinished(() => recorder.disable());
  return {
    recorder,
    records,
    async seen(count) {
      while (records.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return records;
    },
  };
}

/** Listens on a free port; closed, with its connections, when the test ends. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Lets what handlers throw end there, and keeps it. */
export function guarded<Of extends Server>(server: Of): { server: Of; caught: unknown[] } {
  const caught: unknown[] = [];
  const { emit } = server;
  server.emit = function guardedEmit(this: unknown, ...args: unknown[]): boolean {
    try {
      return Reflect.apply(emit, this, args) as boolean;
    } catch (error) {
      return caught.push(error) > 0;
    }
  } as typeof emit;
  return { server, caught };
}

export interface RawClient {
  readonly socket: Socket;
  send(text: string): void;
  /** All that came, once it holds the text. */
  received(text: string): Promise<string>;
  /** All that came, once the server has ended the connection. */
  ended(): Promise<string>;
  /** Goes away without a word. */
  leave(): void;
}

/** A client that sends exactly what it is told to. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let wake = (): void => {};
  let isClosed = false;
  socket.on('data', (data) => {
    text += data.toString('latin1');
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
  });
  return {
    socket,
    send: (request) => socket.write(request),
    async received(part) {
      while (!text.includes(part) && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
      return text;
    },
    async ended() {
      while (!isClosed) await new Promise<void>((resolve) => (wake = resolve));
      return text;
    },
    leave: () => socket.resetAndDestroy(),
  };
}

/** The text of a GET request. */
export function get(target: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: 'shop.example.com:8080', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
