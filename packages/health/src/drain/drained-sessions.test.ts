import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, type Http2Server, connect } from 'node:http2';
import { createServer } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDrain } from './create-drain.ts';
import type { Drain } from './create-drain.ts';

/** Longer than any test: a wait that nobody ends fails it. */
const FOREVER_MS = 600_000;

function drainOf(options: Parameters<typeof createDrain>[0] = {}): Drain {
  const drain = createDrain({ deadlineMs: FOREVER_MS, ...options });
  onTestFinished(() => drain.close());
  return drain;
}

/** A server whose answers are given by the test. */
async function heldServer(): Promise<{
  server: Http2Server;
  next(): Promise<ServerHttp2Stream>;
  client(): Promise<ClientHttp2Session>;
}> {
  const held: ServerHttp2Stream[] = [];
  const server = createServer().on('stream', (stream) => {
    stream.on('error', () => {});
    held.push(stream);
    server.emit('held');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    async next() {
      if (held.length === 0) await once(server, 'held');
      const first = held.shift();
      if (first === undefined) throw new Error('nothing is held');
      return first;
    },
    async client() {
      const session = connect(`http://127.0.0.1:${port}`);
      session.on('error', () => {});
      onTestFinished(() => session.destroy());
      await once(session, 'remoteSettings');
      return session;
    },
  };
}

function answerOf(stream: ServerHttp2Stream, body: string): void {
  stream.respond({ ':status': 200 });
  stream.end(body);
}

/** The body; rejects when the stream is reset. */
const bodyOf = (stream: ClientHttp2Stream): Promise<string> => text(stream);

describe('a drain of node:http2', () => {
  it('says that sessions end, answers what has begun, and ends each after its last stream', async () => {
    const drain = drainOf();
    const { next, client } = await heldServer();
    const [busy, idle] = [await client(), await client()];
    const body = bodyOf(busy.request({ ':path': '/' }));
    const stream = await next();
    const [busyGoes, idleEnds] = [once(busy, 'goaway'), once(idle, 'close')];
    const report = drain.start();
    expect((await busyGoes)[0]).toBe(0);
    await idleEnds;
    answerOf(stream, 'late');
    await expect(body).resolves.toBe('late');
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
    await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('answers what was sent before the client has heard that it ends, and ends the session then', async () => {
    const drain = drainOf();
    const { next, client } = await heldServer();
    const session = await client();
    const crossing = bodyOf(session.request({ ':path': '/crossing' }));
    const report = drain.start();
    answerOf(await next(), 'crossed');
    await expect(crossing).resolves.toBe('crossed');
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('says so also while the process is too busy for its port to be closed', async () => {
    const drain = drainOf();
    const { server, next, client } = await heldServer();
    const session = await client();
    const body = bodyOf(session.request({ ':path': '/' }));
    const stream = await next();
    let isBusy = true;
    function work(): void {
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      if (isBusy) setImmediate(work);
    }
    work();
    const goes = once(session, 'goaway');
    const report = drain.start();
    await goes;
    expect(server.listening).toBe(true);
    isBusy = false;
    answerOf(stream, 'late');
    await expect(body).resolves.toBe('late');
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('refuses nothing during the delay, on sessions that are open and on new ones, and ends them then', async () => {
    const hurry = new AbortController();
    const drain = drainOf({ drainDelayMs: FOREVER_MS });
    const { next, client } = await heldServer();
    const session = await client();
    const report = drain.start({ hurry: hurry.signal });
    const sessions = [session, await client()];
    for (const each of sessions) {
      const body = bodyOf(each.request({ ':path': '/' }));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      answerOf(await next(), 'taken');
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(body).resolves.toBe('taken');
    }
    expect(sessions.map(({ closed }) => closed)).toEqual([false, false]);
    const gone = sessions.map((each) => once(each, 'goaway'));
    hurry.abort();
    await Promise.all(gone);
    await expect(report).resolves.toMatchObject({ destroyed: { requests: 0 } });
  });

  it('asks clients of an application that ends its servers to go, also those that come later', async () => {
    const drain = drainOf();
    const { next, client } = await heldServer();
    const session = await client();
    const goes = once(session, 'goaway');
    await drain.start({ ends: 'clients' });
    await goes;
    const later = await client();
    const asked = once(later, 'goaway');
    const body = bodyOf(later.request({ ':path': '/later' }));
    answerOf(await next(), 'taken');
    await expect(body).resolves.toBe('taken');
    await asked;
  });

  // Node.js keeps them where they can be found from 24 on.
  it.skipIf(Number(process.versions.node.split('.')[0]) < 24)(
    'waits for what was answered before there was a drain',
    async () => {
      const { next, client } = await heldServer();
      const session = await client();
      const body = bodyOf(session.request({ ':path': '/' }));
      const stream = await next();
      const goes = once(session, 'goaway');
      const report = drainOf().start();
      await goes;
      answerOf(stream, 'late');
      await expect(body).resolves.toBe('late');
      await expect(report).resolves.toMatchObject({ destroyed: { requests: 0, streams: 0 } });
    },
  );

  it('destroys and counts the streams that are left at the deadline', async () => {
    const drain = drainOf({ deadlineMs: 20 });
    const { next, client } = await heldServer();
    const session = await client();
    const ends = [session.request({ ':path': '/1' }), session.request({ ':path': '/2' })].map((stream) =>
      once(
        stream.on('error', () => {}),
        'close',
      ),
    );
    await next();
    await next();
    await expect(drain.start()).resolves.toMatchObject({ destroyed: { requests: 2, streams: 0 } });
    await Promise.all(ends);
  });
});
