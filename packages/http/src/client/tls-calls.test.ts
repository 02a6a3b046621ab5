import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import https, { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import * as undici from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordedCalls, recordCalls } from './recorded-calls.fixture.ts';
import { createCertificate } from './tls-certificate.fixture.ts';

let calls: RecordedCalls;
let servers: Server[];
const received: IncomingMessage['headers'][] = [];

beforeEach(() => {
  calls = recordCalls();
  servers = [];
  received.length = 0;
});
afterEach(async () => {
  calls.stop();
  await Promise.all(
    servers.map((server) => {
      (server as Partial<HttpServer>).closeAllConnections?.();
      server.close();
      return once(server, 'close');
    }),
  );
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answer(
  request: { headers: IncomingMessage['headers'] },
  response: Pick<ServerResponse, 'end'>,
): void {
  received.push(request.headers);
  response.end('ok');
}

describe('calls over TLS', () => {
  it('has one span with node:https', async () => {
    const { key, cert } = createCertificate();
    const port = await listen(createHttpsServer({ key, cert }, answer));
    const outgoing = https.get({ port, host: '127.0.0.1', path: '/x', ca: cert });
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await calls.ended(1);
    expect(calls.kinds).toMatchObject([{ method: 'GET', serverAddress: '_OTHER', status: 200 }]);
    expect(calls.spans()[0]?.attributes).toMatchObject({
      'url.full': `https://127.0.0.1:${port}/x`,
      'server.address': '127.0.0.1',
      'server.port': port,
      'network.protocol.version': '1.1',
    });
    expect(received[0]).toHaveProperty('traceparent');
  });

  it('fails with the code of the certificate that is not trusted', async () => {
    const port = await listen(createHttpsServer(createCertificate(), answer));
    const outgoing = https.get({ port, host: '127.0.0.1' });
    await new Promise((resolve) => outgoing.once('error', resolve));
    await calls.ended(1);
    expect(calls.kinds[0]).toMatchObject({ status: undefined, errorType: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('has one span over HTTP/2 with undici', async () => {
    const { key, cert } = createCertificate();
    const server = createSecureServer({ key, cert }, answer as never);
    const port = await listen(server);
    const dispatcher = new undici.Agent({ allowH2: true, connect: { ca: cert } });
    const response = await undici.request(`https://127.0.0.1:${port}/x`, { dispatcher });
    await response.body.text();
    await calls.ended(1);
    await dispatcher.close();
    expect(calls.spans()).toHaveLength(1);
    expect(calls.spans()[0]?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'network.protocol.version': '2',
    });
    expect(received[0]).toHaveProperty('traceparent');
  });
});
