import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpPost } from '../packages/bootstrap/src/otlp/http-post.ts';
import { createCertificate } from '../packages/logger/src/loki/tls-certificate.fixture.ts';

describe('exports over TLS, to a collector that asks for a certificate', () => {
  const { key, cert } = createCertificate();
  const tls = { ca: cert, key, cert };
  const bodies: string[] = [];
  let server: Server;
  let url: URL;

  beforeAll(async () => {
    server = createServer({ key, cert, ca: cert, requestCert: true }, (request, response) => {
      request.on('data', (part: Buffer) => bodies.push(part.toString()));
      request.on('end', () => response.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    bodies.length = 0;
  });
  const call = { headers: {}, body: Buffer.from('spans'), signal: AbortSignal.timeout(10_000) };

  it('arrive with the certificates of OTEL_EXPORTER_OTLP_CERTIFICATE and its like', async () => {
    const post = createHttpPost(tls);
    await expect(post({ ...call, url })).resolves.toMatchObject({ status: 200 });
    post.close();
    expect(bodies).toEqual(['spans']);
  });

  it.each([
    { name: 'trust', given: { key, cert } },
    { name: 'show', given: { ca: cert } },
  ])('do not without the one to $name', async ({ given }) => {
    const post = createHttpPost(given);
    await expect(post({ ...call, url })).rejects.toThrow(/certificate/);
    post.close();
    expect(bodies).toEqual([]);
  });

  it.each([
    { given: tls, delivered: 'true', arrived: ['spans'] },
    { given: {}, delivered: 'false', arrived: [] },
  ])('are delivered from where no event loop turns: $delivered', async ({ given, delivered, arrived }) => {
    const child = spawn(process.execPath, [
      fileURLToPath(new URL('../packages/bootstrap/test/exit/send-sync-child.mjs', import.meta.url)),
    ]);
    child.stdin.end(JSON.stringify({ url: url.href, headers: {}, body: 'spans', tls: given }));
    await expect(text(child.stdout)).resolves.toBe(delivered);
    expect(bodies).toEqual(arrived);
  });
});
