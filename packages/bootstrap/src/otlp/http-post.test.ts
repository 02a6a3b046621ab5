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
});
