import type { SightlineError } from '@sightline/errors';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createListener } from './listener.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server that does with each attempt to listen what it is told to. */
function setUp(attempts: (Error | 'listening')[], address: unknown = { address: '127.0.0.1', port: 9464 }) {
  const told: SightlineError[] = [];
  const heard = vi.fn<() => void>();
  const server = Object.assign(new EventEmitter(), {
    listening: false,
    listen: vi.fn<() => void>(() => {
      const outcome = attempts.shift();
      queueMicrotask(() => {
        if (outcome instanceof Error) server.emit('error', outcome);
        else server.emit('listening');
      });
    }),
    unref: () => {},
    close: vi.fn<(done?: () => void) => void>((done) => done?.()),
    address: () => address,
    closeAllConnections: () => {},
    closeIdleConnections: () => {},
  });
  const listener = createListener({
    server: server as unknown as Server,
    host: 'shop',
    port: 9464,
    onProblem: (problem) => told.push(problem),
    onListening: heard,
  });
  return { server, listener, told, heard };
}

const failure = (code?: string): Error =>
  Object.assign(new Error('listen'), code === undefined ? {} : { code });

describe('createListener', () => {
  it.each([
    { code: 'EACCES', why: 'this process may not have it' },
    { code: 'ENOTFOUND', why: 'ENOTFOUND' },
    { code: undefined, why: 'unknown' },
  ])('says why it cannot listen: $why, once for all attempts', async ({ code, why }) => {
    const { server, listener, told, heard } = setUp([failure(code), failure(code), 'listening']);
    await listener.listen();
    await vi.advanceTimersByTimeAsync(1000);
    expect([server.listen.mock.calls.length, told.length, heard.mock.calls.length]).toEqual([2, 1, 0]);
    expect(told[0]).toMatchObject({
      code: 'SIGHTLINE_ADMIN_PORT',
      problem: `the admin server cannot listen on shop port 9464: ${why}`,
      cause: { message: 'listen' },
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    // What a server that listens tells of later is not of this.
    expect(() => server.emit('error', failure('EMFILE'))).not.toThrow();
  });

  it('tries again each second, and after half a minute every 15', async () => {
    const { server, listener } = setUp(Array.from({ length: 60 }, () => failure('EADDRINUSE')));
    await listener.listen();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.listen.mock.calls.length).toBe(31);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(server.listen.mock.calls.length).toBe(34);
    await listener.close();
  });

  it('takes what has no address for a failure without a cause', async () => {
    const { listener, told } = setUp(['listening'], '/run/shop.sock');
    await listener.listen();
    expect(listener.address()).toBeUndefined();
    expect(told).toMatchObject([{ problem: expect.stringContaining('port 9464: unknown') as unknown }]);
    expect(told[0]?.cause).toBeUndefined();
    await listener.close();
  });

  it('lets go of the port when it is closed while it is being taken', async () => {
    const { server, listener, told, heard } = setUp(['listening']);
    const attempt = listener.listen();
    await listener.close();
    await attempt;
    expect(server.close).toHaveBeenCalledOnce();
    expect([told, heard.mock.calls]).toEqual([[], []]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
