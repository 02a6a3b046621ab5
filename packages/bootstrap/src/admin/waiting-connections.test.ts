import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { boundWaitingConnections } from './waiting-connections.ts';

let server: Server;

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function listen(most: number): Promise<() => Promise<Socket>> {
  server = createServer((request, response) => {
    if (request.url !== '/slow') response.end('ok');
  });
  boundWaitingConnections(server, most);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
    return socket;
  };
}

/** A reset is an end as well. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
  });
}

describe('boundWaitingConnections', () => {
  it('closes those that have waited longest for each one more', async () => {
    const open = await listen(2);
    const [first, second] = [await open(), await open()];
    first.write('GET / HTTP/1.1\r\nhost: a\r\nx-');
    const firstClosed = closed(first);
    const third = await open();
    await firstClosed;
    expect([second.destroyed, third.destroyed]).toEqual([false, false]);
  });

  it('leaves those alone that are being answered, and counts them again once they are', async () => {
    const open = await listen(1);
    const slow = await open();
    slow.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(server, 'request');
    const quick = await open();
    quick.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(quick, 'data');
    const quickClosed = closed(quick);
    await open();
    await quickClosed;
    expect(slow.destroyed).toBe(false);
  });
});
