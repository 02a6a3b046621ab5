import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import { type AddressInfo, type Socket, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connections, createConnections } from './chaos/connections.ts';
import { wholeAnswer } from './load/http-answer.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function serve(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly connections: Connections }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connections = createConnections((server.address() as AddressInfo).port);
  cleanUps.push(
    () => connections.close(),
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { server, connections };
}

interface Outcome {
  readonly status?: number;
  readonly text?: string;
  readonly error?: NodeJS.ErrnoException;
  readonly isKept?: boolean;
}

function ask(connections: Connections, path = '/'): Promise<Outcome> {
  return new Promise((resolve) => {
    connections.send({
      path,
      answered: ({ status }, text) => resolve({ status, text }),
      failed: (error, isKept) => resolve({ error, isKept }),
    });
  });
}

describe('createConnections', () => {
  it('asks again on the connection that has answered', async () => {
    const { server, connections } = await serve((request, response) => response.end(request.url));
    let opened = 0;
    server.on('connection', () => (opened += 1));
    const outcomes = [await ask(connections, '/one'), await ask(connections, '/two')];
    expect(outcomes.map(({ status, text }) => [status, text?.slice(-4)])).toEqual([
      [200, '/one'],
      [200, '/two'],
    ]);
    expect(opened).toBe(1);
  });

  it('opens another one for each request that waits', async () => {
    const answers: (() => void)[] = [];
    let all = (): void => {};
    const arrived = new Promise<void>((resolve) => (all = resolve));
    const { server, connections } = await serve((_request, response) => {
      answers.push(() => response.end('here'));
      if (answers.length === 3) all();
    });
    const outcomes = [ask(connections), ask(connections), ask(connections)];
    await arrived;
    for (const answer of answers) answer();
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual([200, 200, 200]);
    server.close();
  });

  it('puts an answer together that comes in parts', async () => {
    const { connections } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 9 }).write('one');
      setImmediate(() => {
        response.write('two');
        setImmediate(() => response.end('six'));
      });
    });
    expect((await ask(connections)).text?.slice(-9)).toBe('onetwosix');
  });

  it('does not ask on a connection that the server ends', async () => {
    const { server, connections } = await serve((_request, response) => {
      response.setHeader('connection', 'close').end('last');
    });
    let opened = 0;
    server.on('connection', () => (opened += 1));
    expect([(await ask(connections)).status, (await ask(connections)).status]).toEqual([200, 200]);
    expect(opened).toBe(2);
  });

  it('says of what failed whether its connection had answered before', async () => {
    let requests = 0;
    const { connections } = await serve((request, response) => {
      requests += 1;
      if (requests === 1) response.end('first');
      else request.socket.destroy();
    });
    await ask(connections);
    const kept = await ask(connections);
    const fresh = await ask(connections);
    expect([kept.error?.message, kept.isKept]).toEqual(['the connection ended before the answer', true]);
    expect([fresh.error?.message, fresh.isKept]).toEqual(['the connection ended before the answer', false]);
  });

  it('tells a connection that nobody takes from one that breaks', async () => {
    const { server, connections } = await serve(() => {});
    server.close();
    await once(server, 'close');
    expect((await ask(connections)).error?.syscall).toBe('connect');
  });

  it('fails what is answered in another protocol', async () => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      socket.write('SSH-2.0-OpenSSH_9.9\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connections = createConnections((server.address() as AddressInfo).port);
    cleanUps.push(
      () => connections.close(),
      () => server.close(),
      () => sockets.forEach((socket) => socket.destroy()),
    );
    expect((await ask(connections)).error?.message).toBe('unexpected answer: SSH-2.0-OpenSSH_9.9');
  });
});

describe('wholeAnswer', () => {
  const answer = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy';

  it('has status, length and whether the connection ends, whatever follows', () => {
    expect(wholeAnswer(Buffer.from(`${answer}HTTP/1.1 200`))).toEqual({
      status: 503,
      length: answer.length,
      closes: true,
    });
  });

  it('is none while a byte is missing', () => {
    for (let length = 0; length < answer.length; length++)
      expect(wholeAnswer(Buffer.from(answer.slice(0, length)))).toBeUndefined();
  });

  it('throws where no length is told', () => {
    expect(() => wholeAnswer(Buffer.from('HTTP/1.1 200 OK\r\n\r\nbody'))).toThrow(
      'unexpected answer: HTTP/1.1 200 OK',
    );
  });
});
