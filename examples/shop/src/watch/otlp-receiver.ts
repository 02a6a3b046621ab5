import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { LeakSearch } from '../planted.ts';
import { decodeTraces } from './otlp-schema.ts';
import type { TraceBook } from './trace-book.ts';

/** A collector small enough to live in this process: it takes OTLP over HTTP, as protobuf. */
export interface OtlpReceiver {
  readonly url: string;
  /** Exports that could not be read. */
  readonly unreadable: number;
  stop(): Promise<void>;
}

/**
 * Listens on a free port of this machine.
 *
 * @param traces gets every span
 * @param leaks gets every byte
 */
export async function startOtlpReceiver(traces: TraceBook, leaks: LeakSearch): Promise<OtlpReceiver> {
  let unreadable = 0;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    leaks.look(`otlp ${request.url}`, body.toString('utf8'));
    if (request.url === '/v1/traces') {
      try {
        for (const { resource, scopeSpans } of decodeTraces(body).resourceSpans) {
          const service = resource?.attributes.find(({ key }) => key === 'service.name')?.value?.stringValue;
          for (const { spans } of scopeSpans) for (const span of spans) traces.add(service ?? '', span);
        }
      } catch {
        unreadable += 1;
      }
    }
    // An empty message: all of it was accepted.
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get unreadable() {
      return unreadable;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}
