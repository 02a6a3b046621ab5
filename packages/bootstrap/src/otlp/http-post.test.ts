import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpPost } from './http-post.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

describe('createHttpPost', () => {
  it('rejects where no TLS is spoken, each time, and speaks plain HTTP after it', async () => {
    const post = createHttpPost();
    const call = { headers: {}, body: Buffer.alloc(0), signal: AbortSignal.timeout(10_000) };
    const path = '/v1/traces';
    const secure = new URL(path, receiver.url.replace('http:', 'https:'));
    await expect(post({ ...call, url: secure })).rejects.toThrow(Error);
    await expect(post({ ...call, url: secure })).rejects.toThrow(Error);
    await expect(post({ ...call, url: new URL(path, receiver.url) })).resolves.toMatchObject({ status: 200 });
    post.close();
    expect(receiver.requests().map((request) => request.path)).toEqual([path]);
  });

  it.each([
    { title: 'is asked for', asked: '1', through: ['http://127.0.0.1:1/v1/traces'] },
    { title: 'is not asked for', asked: undefined, through: [] },
  ])('goes through the proxy of the environment where that $title', async ({ asked, through }) => {
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, receiver.url);
    for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined);
    vi.stubEnv('NODE_USE_ENV_PROXY', asked);
    const post = createHttpPost();
    const signal = AbortSignal.timeout(10_000);
    // Without a proxy nobody listens there.
    const url = new URL('http://127.0.0.1:1/v1/traces');
    const answer = post({ url, headers: {}, body: Buffer.alloc(0), signal });
    await expect(answer.then(() => 'answered').catch(() => 'nowhere')).resolves.toBe(
      asked === undefined ? 'nowhere' : 'answered',
    );
    expect(receiver.requests().map(({ path }) => path)).toEqual(through);
    post.close();
  });

  it('takes another connection after an answer that came before the end of the request', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.once('data', () => {
        // The rest is never read, and the connection not closed.
        socket.pause();
        socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
    const post = createHttpPost();
    const call = { url, headers: {}, signal: AbortSignal.timeout(30_000) };
    await expect(post({ ...call, body: Buffer.alloc(16 * 1_048_576) })).resolves.toMatchObject({
      status: 413,
    });
    await expect(post({ ...call, body: Buffer.alloc(10) })).resolves.toMatchObject({ status: 413 });
    expect(connections).toBe(2);
    post.close();
    server.close();
  });
});
