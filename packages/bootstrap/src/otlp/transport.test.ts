import type * as zlib from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HttpPost } from './http-post.ts';
import { createEndpoint } from './target.ts';
import { createHttpTransport } from './transport.ts';

vi.mock('node:zlib', async (original) => ({
  ...(await original<typeof zlib>()),
  gzip: (_plain: Buffer, _options: object, done: (error: Error) => void) =>
    setImmediate(() => done(new Error('zlib: out of memory'))),
}));

describe('createHttpTransport', () => {
  it('sends a body as it is when it cannot be compressed', async () => {
    const sent: { headers: object; body: Uint8Array }[] = [];
    const post: HttpPost = Object.assign(
      async (call: Parameters<HttpPost>[0]) => {
        sent.push(call);
        return { status: 200, retryAfter: undefined, contentType: undefined, body: Buffer.alloc(0) };
      },
      { close: () => {} },
    );
    const endpoint = createEndpoint({ url: 'http://collector/v1/traces', headers: {} });
    const body = Buffer.alloc(10_000);
    const verdict = await createHttpTransport('traces', endpoint, 'gzip', post, Date.now).send(
      { items: 1, body, contentType: 'application/x-protobuf' },
      5_000,
    );
    expect(verdict).toMatchObject({ kind: 'stored' });
    expect(sent[0]?.body).toBe(body);
    expect(sent[0]?.headers).not.toHaveProperty('content-encoding');
  });

  it('gives up on an attempt at its end though a test has fake timers', async () => {
    const post: HttpPost = Object.assign(
      ({ signal }: Parameters<HttpPost>[0]) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
      { close: () => {} },
    );
    const endpoint = createEndpoint({ url: 'http://collector/v1/traces', headers: {} });
    const transport = createHttpTransport('traces', endpoint, 'none', post, Date.now);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const body = Buffer.alloc(1);
    const verdict = await transport.send({ items: 1, body, contentType: 'application/x-protobuf' }, 1);
    expect(verdict).toMatchObject({ kind: 'retry', failure: 'timeout' });
  });
});
