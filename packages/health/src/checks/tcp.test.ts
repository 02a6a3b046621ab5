import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCheck, sockets, until } from './run-check.fixture.ts';
import { tcpCheck } from './tcp.ts';

async function listening(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

describe('tcpCheck', () => {
  it('is up where something accepts, and down where nothing does any more', async () => {
    const { port, close } = await listening();
    const check = tcpCheck({ host: '127.0.0.1', port });
    expect(await runCheck(check)).toEqual({ status: 'up', details: { address: '127.0.0.1' } });
    await close();
    expect(await runCheck(check)).toEqual({
      status: 'down',
      reason: `127.0.0.1:${port}: connection refused at 127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`,
      details: undefined,
    });
  });

  it('says that a name does not exist, or that nobody knows in time', async () => {
    const { reason } = await runCheck(tcpCheck({ host: 'nowhere.invalid', port: 80, timeoutMs: 1000 }));
    expect(reason).toMatch(
      /^nowhere\.invalid:80(?:: the name nowhere\.invalid (?:is not known|cannot be looked up)| does not accept)/,
    );
  });

  it('ends at once when it is aborted before it is connected, and leaves no socket', async () => {
    const { port } = await listening();
    const before = sockets();
    const stop = new AbortController();
    const running = runCheck(tcpCheck({ host: '127.0.0.1', port }), stop.signal);
    stop.abort();
    expect((await running).reason).toMatch(/^127\.0\.0\.1:\d+ does not accept a connection after \d+ ms/);
    for (let run = 0; run < 10; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await runCheck(tcpCheck({ host: '127.0.0.1', port }));
    }
    await until(() => sockets() <= before);
  });

  it('refuses a port that there is not, and an address in one piece', () => {
    const options = { host: 'a', port: 70_000, address: 'a:80' } as { host: string; port: number };
    expect(() => tcpCheck(options)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/port is 70000.*address is not an option/),
      }),
    );
  });
});
