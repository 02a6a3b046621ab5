import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import {
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  connect,
  createServer,
} from 'node:http2';
import type { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HttpServerOptions } from './options.ts';
import { listening, testRecorder } from './recorder.fixture.ts';

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

const file = fileURLToPath(import.meta.url);
const off = { requestId: { answer: false }, serverTiming: false, processTime: false } as const;
const ours = ['x-request-id', 'server-timing', 'x-process-time'];

async function clientOf(server: Server): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${await listening(server)}`);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return session;
}

/** Sends one request to a recorded server of streams: the headers of its answer, and its record. */
async function answerOf(
  answer: Answer,
  { options = {}, headers = {} }: { options?: HttpServerOptions; headers?: IncomingHttpHeaders } = {},
) {
  const test = testRecorder(options);
  const session = await clientOf(createServer().on('stream', answer));
  const stream = session.request({ ':path': '/', ...headers });
  const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  stream.resume();
  const [record] = await test.seen(1);
  return { ...test, session, record, answered };
}

async function withFile(answer: (fd: number) => void): Promise<void> {
  const handle = await open(file);
  onTestFinished(() => handle.close());
  answer(handle.fd);
}

describe('an answer of an HTTP/2 stream', () => {
  it.each<{ how: string; answer: Answer }>([
    { how: 'respond without headers', answer: (stream) => void (stream.respond(), stream.end('x')) },
    { how: 'respondWithFile', answer: (stream) => stream.respondWithFile(file, { a: 'b' }) },
    { how: 'respondWithFile without headers', answer: (stream) => stream.respondWithFile(file) },
    {
      how: 'respondWithFD',
      answer: (stream) => void withFile((fd) => stream.respondWithFD(fd, { a: 'b' })),
    },
  ])('has our headers when it is sent by $how', async ({ answer }) => {
    const { answered, recorder } = await answerOf(answer);
    expect(Object.keys(answered)).toEqual(expect.arrayContaining(ours));
    expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
  });

  it.each<{ how: string; answer: Answer }>([
    { how: 'respond', answer: (stream) => void (stream.respond(), stream.end('x')) },
    { how: 'respondWithFile', answer: (stream) => stream.respondWithFile(file) },
  ])('has none of them by $how when all are off', async ({ answer }) => {
    const { answered } = await answerOf(answer, { options: off });
    expect(Object.keys(answered).filter((name) => ours.includes(name))).toEqual([]);
  });

  it.each([
    { only: 'x-request-id', options: { ...off, requestId: { answer: 'x-request-id' } } },
    { only: 'server-timing', options: { ...off, serverTiming: true } },
    { only: 'x-process-time', options: { ...off, processTime: true } },
  ])('has $only alone when the others are off', async ({ only, options }) => {
    const { answered } = await answerOf((stream) => void (stream.respond(), stream.end()), { options });
    expect(Object.keys(answered).filter((name) => ours.includes(name))).toEqual([only]);
  });

  it('keeps what the app has set, in any case', async () => {
    const own = { 'X-Request-Id': 'mine', 'server-timing': 'db;dur=3', 'x-process-time': '7' };
    const { answered } = await answerOf((stream) => void (stream.respond(own), stream.end()));
    expect(answered).toMatchObject({
      'x-request-id': 'mine',
      'server-timing': 'db;dur=3',
      'x-process-time': '7',
    });
  });

  it.each<{
    what: string;
    answer: Answer;
    method?: string;
    options?: HttpServerOptions;
    bytes: number | undefined;
  }>([
    {
      what: 'is text in two pieces and a length of its own',
      answer: (stream) => (
        stream.respond({ 'content-length': 6 }),
        stream.write('abc'),
        void stream.end('def')
      ),
      bytes: 6,
    },
    {
      what: 'answers HEAD',
      method: 'HEAD',
      answer: (stream) => stream.respond({}, { endStream: true }),
      bytes: 0,
    },
    { what: 'is 204', answer: (stream) => (stream.respond({ ':status': 204 }), void stream.end()), bytes: 0 },
    {
      what: 'comes out of a file',
      answer: (stream) => stream.respondWithFile(file),
      bytes: statSync(file).size,
    },
    {
      what: 'comes out of a part of a file whose length is left open',
      answer: (stream) => void withFile((fd) => stream.respondWithFD(fd)),
      bytes: undefined,
    },
    {
      what: 'is not counted, because bodies are not',
      answer: (stream) => (stream.respond(), void stream.end('abc')),
      options: { countBodies: false },
      bytes: undefined,
    },
  ])('has the size of its body when it $what', async ({ answer, method = 'GET', options, bytes }) => {
    const { record } = await answerOf(answer, {
      headers: { ':method': method },
      ...(options && { options }),
    });
    expect(record).toMatchObject({ aborted: false, responseBodyBytes: bytes });
  });

  it('of an ignored request is sent as it is, by a stream of the same session', async () => {
    const answer: Answer = (stream) => stream.respondWithFile(file);
    const { recorder, session, seen } = await answerOf(answer);
    const ask = async (path: string) => {
      const stream = session.request({ ':path': path });
      const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      stream.resume();
      return Object.keys(answered).filter((name) => ours.includes(name));
    };
    expect(await ask('/livez')).toEqual([]);
    expect(await ask('/orders')).toEqual(expect.arrayContaining(ours));
    await seen(2);
    expect(recorder.stats()).toMatchObject({ recorded: 2, ignored: 1, failures: 0 });
  });

  it('goes its way when the recorder is disabled before it', async () => {
    const { recorder, records } = testRecorder();
    const session = await clientOf(
      createServer().on('stream', (stream) => {
        recorder.disable();
        stream.respond({ ':status': 202 });
        stream.end('abc');
      }),
    );
    const stream = session.request({ ':path': '/' });
    const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    stream.resume();
    await once(stream, 'close');
    expect(answered[':status']).toBe(202);
    expect(answered).not.toHaveProperty('x-request-id');
    expect(records).toMatchObject([{ kind: { status: 202 } }]);
  });

  it('is recorded without a status when the app resets the stream before it', async () => {
    const { seen } = testRecorder();
    const session = await clientOf(
      createServer().on('stream', (stream) => stream.on('error', () => {}).close(2)),
    );
    session.request({ ':path': '/' }).on('error', () => {});
    expect((await seen(1))[0]).toMatchObject({
      aborted: true,
      kind: { status: undefined, errorType: 'aborted' },
      responseBodyBytes: undefined,
    });
  });
});
