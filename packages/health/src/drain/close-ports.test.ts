import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPortCloser } from './close-ports.ts';
import { createQuietTurns } from './quiet-turns.ts';

async function listening(): Promise<Server> {
  const server = createServer((socket) => void socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

const never = (): AbortSignal => new AbortController().signal;

describe('createPortCloser', () => {
  it('closes a port after a turn in which nobody came, and waits for one before which somebody is', async () => {
    const [quiet, busy] = [await listening(), await listening()];
    let now = 0;
    const closer = createPortCloser(createQuietTurns(() => (now += 0.01)));
    let comes = true;
    function come(): void {
      if (!comes) return;
      closer.accepted(busy);
      setImmediate(come);
    }
    const closing = closer.close([quiet, busy], 60_000, never());
    // After the turn has begun, as the event of a connection does.
    setImmediate(come);
    closer.accepted(busy);
    await vi.waitFor(() => expect(quiet.listening).toBe(false), 20_000);
    expect(busy.listening).toBe(true);
    comes = false;
    await closing;
    expect(busy.listening).toBe(false);
  });

  it.each([
    { end: 'when there is no time', limitMs: 0, signal: never() },
    { end: 'when it is hurried', limitMs: 60_000, signal: AbortSignal.abort() },
  ])('closes all at once $end', async ({ limitMs, signal }) => {
    const server = await listening();
    const closing = createPortCloser().close([server], limitMs, signal);
    expect(server.listening).toBe(false);
    await closing;
  });

  it('lets nobody in who comes when more come than are served, and closes the port when the time is over', async () => {
    const server = await listening();
    const { _handle: handle } = server as unknown as {
      readonly _handle: { listen(backlog: number): number };
    };
    const listen = vi.spyOn(handle, 'listen');
    const atMs: number[] = [];
    let now = 0;
    const closer = createPortCloser(
      createQuietTurns(() => {
        closer.accepted(server);
        if (listen.mock.calls.length > 0) atMs.push(now);
        return (now += 20);
      }),
    );
    await closer.close([server], 1000, never());
    expect(listen.mock.calls).toEqual([[0]]);
    expect(atMs[0]).toBeGreaterThan(250);
    expect(now).toBeGreaterThan(1000);
    expect(server.listening).toBe(false);
  });

  it('leaves a port as it is that is closed meanwhile', async () => {
    const server = await listening();
    const { port } = server.address() as AddressInfo;
    const closer = createPortCloser();
    const closing = closer.close([server], 60_000, never());
    server.close();
    await closing;
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
