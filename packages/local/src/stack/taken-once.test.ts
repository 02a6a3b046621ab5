import type { IncomingMessage } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { takenOnce } from './taken-once.ts';

function call(body: string, contentType = 'application/json'): Call {
  return {
    request: { headers: { 'content-type': contentType } } as IncomingMessage,
    body: Buffer.from(body),
  } as Call;
}

function open(handle: (call: Call) => Answer | Promise<Answer>, keep?: () => void) {
  const handled = vi.fn<Route['handle']>(handle);
  const route: Route = { methods: ['POST'], path: '/v1/traces', handle: handled };
  const once = takenOnce([route], keep);
  return {
    handled,
    send: async (...given: Parameters<typeof call>) => once.routes[0]!.handle(call(...given)),
    again: async (...given: Parameters<typeof call>) => once.again(route, call(...given)),
  };
}

describe('takenOnce', () => {
  it('takes a body that comes twice once, and answers both times the same', async () => {
    const { handled, send } = open(() => ({ json: { partialSuccess: { rejectedSpans: 1 } } }));
    expect(await send('a')).toEqual(await send('a'));
    expect(handled).toHaveBeenCalledTimes(1);
  });

  it('takes it once when the second comes before the first is answered', async () => {
    const { handled, send } = open(async () => {
      await Promise.resolve();
      return { status: 204 };
    });
    expect(await Promise.all([send('a'), send('a')])).toEqual([{ status: 204 }, { status: 204 }]);
    expect(handled).toHaveBeenCalledTimes(1);
  });

  it('takes it once where some of it was taken and the rest refused', async () => {
    const kept = vi.fn<() => void>();
    const { handled, send } = open(() => ({ status: 400, isTaken: true }), kept);
    expect(await send('a')).toEqual(await send('a'));
    expect(handled).toHaveBeenCalledTimes(1);
    expect(kept).toHaveBeenCalledTimes(1);
  });

  it('knows what an earlier process has taken and kept, and keeps it no second time', async () => {
    const keep = vi.fn<() => void>();
    const { handled, send, again } = open(() => ({ status: 204 }), keep);
    await again('a');
    await again('a');
    expect(await send('a')).toEqual({ status: 204 });
    expect([handled.mock.calls.length, keep.mock.calls.length]).toEqual([1, 0]);
  });

  it('takes a body again that is of the moment it comes, once it is kept', async () => {
    const keep = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new HttpError(503, 'full');
    });
    const { handled, send, again } = open(() => ({ isOfNow: true }), keep);
    await expect(send('a')).rejects.toThrow('full');
    await send('a');
    expect(handled).toHaveBeenCalledTimes(1);
    await send('a');
    await again('a');
    await send('a');
    expect(handled).toHaveBeenCalledTimes(4);
  });

  it('takes what differs in body or content type', async () => {
    const { handled, send } = open(() => ({}));
    await send('a');
    await send('b');
    await send('a', 'application/x-protobuf');
    expect(handled).toHaveBeenCalledTimes(3);
  });

  it.each([
    [
      'thrown',
      () => {
        throw new HttpError(400, 'no');
      },
    ],
    ['rejected', () => Promise.reject(new HttpError(429, 'no'))],
    ['answered', () => ({ status: 400 })],
  ])('takes a body again that was refused, %s', async (_how, handle) => {
    const { handled, send } = open(handle);
    await send('a').catch(() => undefined);
    await send('a').catch(() => undefined);
    expect(handled).toHaveBeenCalledTimes(2);
  });

  it('keeps what was taken at the next try when the first could not, and takes it no second time', async () => {
    const keep = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new HttpError(503, 'full');
    });
    const { handled, send } = open(() => ({ status: 204 }), keep);
    await expect(send('a')).rejects.toThrow('full');
    expect(await send('a')).toEqual({ status: 204 });
    expect(await send('a')).toEqual({ status: 204 });
    expect([handled.mock.calls.length, keep.mock.calls.length]).toEqual([1, 2]);
  });

  it('forgets the oldest of more than 4,096', async () => {
    const { handled, send } = open(() => ({}));
    await Promise.all(Array.from({ length: 4097 }, (_, at) => send(String(at))));
    await send('4096');
    expect(handled).toHaveBeenCalledTimes(4097);
    await send('0');
    expect(handled).toHaveBeenCalledTimes(4098);
  });
});
