import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A broker that knows as much of the protocol of Kafka as it takes to tell which brokers there are. */
export interface FakeKafka {
  readonly port: number;
  /** Brokers that it tells of. */
  brokers: number;
  controller: number;
  /** False: it takes connections and says nothing. */
  answers: boolean;
  readonly connections: () => number;
  close(): Promise<void>;
}

const METADATA = 3;
const API_VERSIONS = 18;

/** Source: https://kafka.apache.org/protocol.html */
export async function startFakeKafka(): Promise<FakeKafka> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const end = 4 + received.readInt32BE(0);
        if (fake.answers) answer(socket, received.subarray(4, end));
        received = received.subarray(end);
      }
    });
  });

  function answer(socket: Socket, request: Buffer): void {
    const [key, version] = [request.readInt16BE(0), request.readInt16BE(2)];
    const body = key === API_VERSIONS ? apiVersions(version) : metadata();
    const size = int32(4 + body.length);
    socket.write(Buffer.concat([size, request.subarray(4, 8), body]));
  }

  /** Version 2. */
  function metadata(): Buffer {
    const brokers = Array.from({ length: fake.brokers }, (_, id) =>
      Buffer.concat([int32(id), text('127.0.0.1'), int32(fake.port), int16(-1)]),
    );
    return Buffer.concat([
      int32(brokers.length),
      ...brokers,
      text('cluster'),
      int32(fake.controller),
      int32(0),
    ]);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const fake: FakeKafka = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    brokers: 1,
    controller: 0,
    answers: true,
    connections: () => sockets.size,
    async close() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return fake;
}

function apiVersions(version: number): Buffer {
  const known = [int16(METADATA), int16(2), int16(2), int16(API_VERSIONS), int16(0), int16(2)];
  const throttleTime = version > 0 ? [int32(0)] : [];
  return Buffer.concat([int16(0), int32(2), ...known, ...throttleTime]);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.concat([int16(value.length), Buffer.from(value)]);
}
