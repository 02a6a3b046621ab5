import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, createServer, get, request } from 'node:http';
import { get as getSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as undici from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failed, recordedUpstream } from './recorded-upstream.fixture.ts';

const recorded = recordedUpstream();

const refused = Object.assign(new Error('no way there'), { code: 'ECONNREFUSED' });
/** Calls anything, and gets nowhere. */
const nowhere = new undici.Agent({ connect: (_options, done) => done(refused, null) });

const unresolved = {
  lookup: (_name: string, _options: unknown, done: (error: Error, address: string) => void) =>
    done(refused, ''),
};
const viaHttp = (url: string) => failed(get(url, unresolved as never));
const viaHttps = (url: string) => failed(getSecurely(url, unresolved as never));
const viaUndici = async (url: string) => {
  await expect(undici.request(url, { dispatcher: nowhere })).rejects.toBe(refused);
};

describe('the target of a call', () => {
  it.each([
    { by: 'node:http', call: viaHttp, url: 'http://shop.example/x', address: 'shop.example', port: 80 },
    { by: 'node:https', call: viaHttps, url: 'https://shop.example/x', address: 'shop.example', port: 443 },
    { by: 'undici', call: viaUndici, url: 'http://shop.example/x', address: 'shop.example', port: 80 },
    { by: 'undici', call: viaUndici, url: 'https://shop.example/x', address: 'shop.example', port: 443 },
    {
      by: 'undici',
      call: viaUndici,
      url: 'https://shop.example:8443/x',
      address: 'shop.example',
      port: 8443,
    },
    { by: 'node:http', call: viaHttp, url: 'http://[::1]:1/x', address: '::1', port: 1 },
    { by: 'undici', call: viaUndici, url: 'http://[::1]:1/x', address: '::1', port: 1 },
  ])('is $address and $port by $by for $url', async ({ call, url, address, port }) => {
    await call(url);
    await recorded.calls.ended(1);
    expect(recorded.calls.spans()[0]?.attributes).toMatchObject({
      'url.full': url,
      'server.address': address,
      'server.port': port,
      'error.type': 'ECONNREFUSED',
    });
    expect(recorded.calls.problems).toEqual([]);
  });

  it('is localhost without a port over the socket of a file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sightline-http-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const socketPath = join(directory, 'socket');
    const server = createServer((_, response) => response.end('ok')).listen(socketPath);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const [response] = (await once(get({ socketPath, path: '/x' }), 'response')) as [IncomingMessage];
    response.resume();
    await recorded.calls.ended(1);
    const { attributes } = recorded.calls.spans()[0] ?? {};
    expect(attributes).toMatchObject({ 'url.full': 'http://localhost/x', 'server.address': 'localhost' });
    expect(attributes).not.toHaveProperty('server.port');
  });

  it.each(['localhost.example', 'localhost:no', 'else'])(
    "has the port of the connection when the app's own Host header is %s",
    async (host) => {
      const [response] = (await once(get(recorded.upstream.origin, { headers: { host } }), 'response')) as [
        IncomingMessage,
      ];
      response.resume();
      await recorded.calls.ended(1);
      expect(recorded.calls.spans()[0]?.attributes).toMatchObject({ 'server.port': recorded.upstream.port });
    },
  );

  it('is the whole URL that a proxy is asked for', async () => {
    const path = 'http://shop.example/orders?token=s3cr3t-value';
    const outgoing = request(recorded.upstream.origin, { path }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await recorded.calls.ended(1);
    expect(recorded.calls.spans()[0]?.attributes).toMatchObject({
      'url.full': 'http://shop.example/orders?token=REDACTED',
      'server.address': 'localhost',
    });
  });

  it('may be given as a URL object', async () => {
    const agent = new undici.Agent();
    const { body } = await agent.request({
      origin: new URL(recorded.upstream.origin),
      path: '/x',
      method: 'GET',
    });
    await body.text();
    await recorded.calls.ended(1);
    await agent.close();
    expect(recorded.calls.spans()[0]?.attributes).toMatchObject({
      'url.full': `${recorded.upstream.origin}/x`,
    });
  });

  it('is right also after more origins than are remembered', async () => {
    const hosts = Array.from({ length: 300 }, (_, at) => `shop-${at}.example`);
    for (const host of hosts) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as a crawler with one hand
      await viaUndici(`http://${host}:8000/`);
    }
    await recorded.calls.ended(300);
    expect(recorded.calls.spans().map(({ attributes }) => attributes['server.address'])).toEqual(hosts);
    expect(recorded.calls.recorder.active().size).toBe(50);
  });
});
