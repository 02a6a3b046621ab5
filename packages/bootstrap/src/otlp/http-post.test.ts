import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpPost } from './http-post.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

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
