import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';

const UPGRADE = { upgrade: 'chat', connection: 'Upgrade' };

describe('a handler that takes the socket', () => {
  it.each<{ how: string; answer: (socket: Socket) => void; status: number | undefined; aborted: boolean }>([
    {
      how: 'a text',
      answer: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'),
      status: 101,
      aborted: false,
    },
    {
      how: 'bytes',
      answer: (socket) => socket.write(Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
      status: 101,
      aborted: false,
    },
    {
      how: 'an end',
      answer: (socket) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'),
      status: 401,
      aborted: false,
    },
    {
      how: 'what is no answer',
      answer: (socket) => socket.write('hello'),
      status: undefined,
      aborted: false,
    },
    { how: 'nothing', answer: (socket) => socket.destroy(), status: undefined, aborted: true },
  ])('is recorded once, with what it answers by $how', async ({ answer, status, aborted }) => {
    const { seen, recorder } = testRecorder();
    const server = createServer();
    const own: boolean[] = [];
    server.on('upgrade', (_, socket: Socket) => {
      answer(socket);
      socket.end();
      socket.on('close', () => own.push(Object.hasOwn(socket, 'write'), Object.hasOwn(socket, 'end')));
    });
    const client = await rawClient(await listening(server));
    client.send(get('/chat', UPGRADE));
    await client.ended();
    expect((await seen(1))[0]).toMatchObject({ target: '/chat', aborted, kind: { status } });
    expect(recorder.stats().recorded).toBe(1);
    expect(recorder.active().get('GET')).toBe(0);
    await vi.waitFor(() => expect(own).toEqual([false, false]), 20_000);
  });

  it.each<{ how: string; answer: (socket: Socket) => void; status: number | undefined; aborted: boolean }>([
    {
      how: 'an answer',
      answer: (socket) => socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n'),
      status: 204,
      aborted: false,
    },
    { how: 'nothing', answer: (socket) => socket.destroy(), status: undefined, aborted: true },
  ])(
    'from a response is recorded once, with what it answers by $how',
    async ({ answer, status, aborted }) => {
      const { seen, recorder } = testRecorder();
      const server = createServer(({ socket }, response) => {
        response.detachSocket(socket);
        answer(socket);
      });
      const client = await rawClient(await listening(server));
      client.send(get('/detached'));
      await client.ended();
      expect((await seen(1))[0]).toMatchObject({ target: '/detached', aborted, kind: { status } });
      expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
      expect(recorder.active().get('GET')).toBe(0);
    },
  );

  it('from a response whose headers are sent is recorded with their status', async () => {
    const { seen } = testRecorder();
    const server = createServer(({ socket }, response) => {
      response.writeHead(202, { connection: 'close' }).flushHeaders();
      response.detachSocket(socket);
      socket.end('0\r\n\r\n');
    });
    const client = await rawClient(await listening(server));
    client.send(get('/detached'));
    await client.ended();
    expect((await seen(1))[0]).toMatchObject({ aborted: false, kind: { status: 202 } });
  });

  it('from a response that it gives it back to is recorded once', async () => {
    const { seen, recorder } = testRecorder();
    const server = createServer(({ socket }, response) => {
      response.detachSocket(socket);
      response.assignSocket(socket);
      response.end('ok');
    });
    const client = await rawClient(await listening(server));
    client.send(get('/again'));
    await seen(1);
    client.send(get('/again'));
    const records = await seen(2);
    expect(records.map(({ kind, aborted }) => [kind.status, aborted])).toEqual([
      [200, false],
      [200, false],
    ]);
    client.leave();
    expect(recorder.stats().recorded).toBe(2);
  });

  it('of CONNECT is recorded as well', async () => {
    const { seen } = testRecorder();
    const server = createServer();
    server.on('connect', (_, socket: Socket) => socket.end('HTTP/1.1 200 Connected\r\n\r\n'));
    const client = await rawClient(await listening(server));
    client.send('CONNECT shop:443 HTTP/1.1\r\nhost: shop:443\r\n\r\n');
    expect((await seen(1))[0]).toMatchObject({
      target: 'shop:443',
      kind: { method: 'CONNECT', status: 200 },
    });
  });
});
