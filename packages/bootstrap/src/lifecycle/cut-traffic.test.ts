import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect,
  createServer as createNetServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Traffic, watchTraffic } from './cut-traffic.ts';

function watched(): Traffic {
  const traffic = watchTraffic();
  onTestFinished(traffic.stop);
  return traffic;
}

async function listening<Kind extends Server>(server: Kind): Promise<Kind> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

/** @returns the connection as the server has it */
async function accepted(server: Server): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  onTestFinished(() => void client.destroy());
  const [socket] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => void socket.destroy());
  return socket;
}

// Children that crash are in `test/signals`; here is what they do not get to.
describe('watchTraffic', () => {
  it.each([
    { kind: 'http', make: () => createServer(), ends: true },
    { kind: 'http2', make: () => createHttp2Server(), ends: true },
    { kind: 'net', make: () => createNetServer(), ends: false },
  ])('takes servers of $kind, with their connections: $ends', async ({ make, ends }) => {
    const traffic = watched();
    const server = await listening(make());
    const socket = await accepted(server);
    traffic.cut();
    expect([server.listening, socket.destroyed]).toEqual([false, ends]);
  });

  it('takes a server that listened before, once it has accepted a connection', async () => {
    const [busy, idle] = [await listening(createServer()), await listening(createServer())];
    const traffic = watched();
    await accepted(busy);
    traffic.cut();
    expect([busy.listening, idle.listening]).toEqual([false, true]);
  });

  it('takes the others where one cannot be ended', async () => {
    const traffic = watched();
    const odd = await listening(
      Object.assign(createServer(), {
        closeAllConnections() {
          throw new Error('not now');
        },
      }),
    );
    const server = await listening(createServer());
    traffic.cut();
    expect([odd.listening, server.listening]).toEqual([false, false]);
  });

  it('leaves the path of a server, which may be that of another process by now', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-cut-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const traffic = watched();
    const server = createServer().listen(join(folder, 'socket'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    traffic.cut();
    expect([server.listening, existsSync(join(folder, 'socket'))]).toEqual([true, true]);
  });

  it('holds on to no server that has closed', async () => {
    const traffic = watched();
    const server = await listening(createServer());
    server.close();
    await once(server, 'close');
    let reached = 0;
    server.closeAllConnections = () => void reached++;
    traffic.cut();
    expect(reached).toBe(0);
  });

  it('lets go of servers when it is stopped, and looks for no more', async () => {
    const traffic = watched();
    const [before, after] = [await listening(createServer()), createServer()];
    const listeners = before.listenerCount('close');
    traffic.stop();
    expect(before.listenerCount('close')).toBe(listeners - 1);
    await listening(after);
    await accepted(before);
    traffic.cut();
    expect([before.listening, after.listening]).toEqual([true, true]);
  });
});
