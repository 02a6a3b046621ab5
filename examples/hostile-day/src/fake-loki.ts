import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** How Loki feels: well, gone (the connection breaks), or overloaded (503). */
export type Weather = 'up' | 'gone' | 'overloaded';

/** A Loki small enough to live in this process. It keeps what it is sent, as the real one does: each entry once. */
export interface FakeLoki {
  readonly url: string;
  readonly weather: Weather;
  /** Different entries: stream, time and line. */
  readonly entries: ReadonlySet<string>;
  /** Lines that came, those that came again included. */
  readonly received: number;
  /** Pushes that it turned away. */
  readonly refused: number;
  become(weather: Weather): void;
  stop(): Promise<void>;
}

interface PushBody {
  readonly streams: readonly {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [time: string, line: string])[];
  }[];
}

/** Listens on a free port of this machine. */
export async function startFakeLoki(): Promise<FakeLoki> {
  let weather: Weather = 'up';
  let received = 0;
  let refused = 0;
  const entries = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (weather === 'gone') {
      refused += 1;
      request.socket.destroy();
      return;
    }
    const body = await readAll(request);
    if (weather === 'overloaded') {
      refused += 1;
      response.writeHead(503, { 'retry-after': '0' }).end('ingester is overloaded');
      return;
    }
    const { streams }: PushBody = JSON.parse(body);
    for (const { stream, values } of streams) {
      const labels = JSON.stringify(stream);
      for (const [time, line] of values) entries.add(`${labels} ${time} ${line}`);
      received += values.length;
    }
    response.writeHead(204).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    get weather() {
      return weather;
    },
    entries,
    get received() {
      return received;
    },
    get refused() {
      return refused;
    },
    become(next) {
      weather = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);
}
