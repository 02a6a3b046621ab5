import { context } from '@opentelemetry/api';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type Http2Server,
  type Http2ServerResponse,
  connect,
  constants,
  createServer,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Readable, addAbortSignal, pipeline } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listening, testRecorder } from './recorder.fixture.ts';
import { requestIdKey } from './request-id.ts';

async function clientOf(server: Http2Server): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${await listening(server)}`);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return session;
}

/** Sends a request and waits for the whole answer. */
async function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: string) {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  await once(stream, 'close');
  return answer;
}

const servers = {
  'the compat API': (active: unknown[]) =>
    createServer((request, response) => {
      request.on('data', () => active.push(context.active().getValue(requestIdKey)));
      request.on('end', () => response.writeHead(201, { a: 'b' }).end('hello'));
    }),
  'the core API': (active: unknown[]) =>
    createServer().on('stream', (stream) => {
      stream.on('data', () => active.push(context.active().getValue(requestIdKey)));
      stream.on('end', () => {
        stream.respond({ ':status': 201, a: 'b' });
        stream.end('hello');
      });
      stream.resume();
    }),
};

describe.each(Object.entries(servers))('HTTP/2 through %s', (_, makeServer) => {
  it('is recorded once, with sizes, context and headers', async () => {
    const { seen, recorder } = testRecorder();
    const active: unknown[] = [];
    const session = await clientOf(makeServer(active));
    const headers = { ':path': '/orders?x=1', ':method': 'POST', 'x-request-id': 'mine' };
    const answer = await ask(session, headers, '12345');
    expect(answer).toMatchObject({ ':status': 201, a: 'b', 'x-request-id': 'mine' });
    expect(answer['server-timing']).toMatch(/^total;dur=/);
    expect(answer['x-process-time']).toMatch(/^\d+\.\d{6}$/);
    const [record] = await seen(1);
    expect(record).toMatchObject({
      kind: { method: 'POST', status: 201, scheme: 'http', protocolVersion: '2', errorType: undefined },
      target: '/orders?x=1',
      requestBodyBytes: 5,
      responseBodyBytes: 5,
      aborted: false,
      serverAddress: '127.0.0.1',
    });
    expect(active).toEqual(['mine']);
    await ask(session, { ':path': '/livez' });
    expect(recorder.stats()).toMatchObject({ recorded: 1, ignored: 1, failures: 0 });
    expect(recorder.active().get('POST')).toBe(0);
  });

  it('is aborted when the client gives the stream up', async () => {
    const { seen } = testRecorder();
    const session = await clientOf(makeServer([]));
    const stream = session.request({ ':path': '/', ':method': 'POST' });
    stream.on('error', () => {});
    stream.write('123');
    await once(session, 'remoteSettings');
    session.ping(() => stream.close(8));
    expect((await seen(1))[0]).toMatchObject({ aborted: true });
  });
});

const silentServers = {
  'the compat API': () => createServer(() => {}),
  'the core API': () => createServer().on('stream', (stream) => stream.on('error', () => {})),
};
const losses: Record<string, (ends: { client: ClientHttp2Session; socket: Socket }) => void> = {
  'the client destroys the session': ({ client }) => client.destroy(),
  'the connection is reset': ({ socket }) => void socket.resetAndDestroy(),
  'the server destroys the socket': ({ socket }) => void socket.destroy(),
};

describe.each(Object.entries(silentServers))(
  'a request that waits for its handler in %s',
  (_, makeServer) => {
    it.each(Object.entries(losses))('is recorded once, as aborted, when %s', async (_how, lose) => {
      const { seen, recorder } = testRecorder({ clientAddress: true });
      const server = makeServer().on('session', (session) => session.on('error', () => {}));
      const client = await clientOf(server);
      const connection = once(server, 'connection') as Promise<[Socket]>;
      client.request({ ':path': '/orders' }).on('error', () => {});
      const [socket] = await connection;
      await vi.waitFor(() => expect(recorder.active().get('GET')).toBe(1));
      lose({ client, socket });
      await vi.waitFor(() => expect(recorder.active().get('GET')).toBe(0));
      expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
      const kind = { method: 'GET', scheme: 'http', protocolVersion: '2', status: undefined };
      expect(await seen(1)).toMatchObject([
        { kind: { ...kind, errorType: 'aborted' }, aborted: true, clientAddress: '127.0.0.1' },
      ]);
    });
  },
);

const brokenServers = {
  'the compat API': (source: () => Readable) =>
    createServer((_, response) => pipeline(source(), response, () => {})),
  'the core API': (source: () => Readable) =>
    createServer().on('stream', (stream) => pipeline(source(), stream, () => {})),
};

describe.each(Object.entries(brokenServers))('an answer that streams through %s', (_, makeServer) => {
  it('has failed of what the app breaks it off with', async () => {
    const error = new RangeError('no more');
    const { seen } = testRecorder();
    const client = await clientOf(
      makeServer(() =>
        Readable.from(
          (async function* broken() {
            yield 'some';
            throw error;
          })(),
        ),
      ),
    );
    client
      .request({ ':path': '/export' })
      .on('error', () => {})
      .resume();
    expect(await seen(1)).toMatchObject([
      { kind: { status: 200, errorType: 'RangeError' }, aborted: true, error },
    ]);
  });

  it.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_INTERNAL_ERROR])(
    'is aborted without an error when the client resets it with code %i',
    async (code) => {
      const { seen } = testRecorder();
      const client = await clientOf(
        makeServer(() => {
          const endless = new Readable({ read: () => {} });
          endless.push('some');
          return endless;
        }),
      );
      const stream = client.request({ ':path': '/export' }).on('error', () => {});
      stream.on('data', () => stream.close(code));
      expect(await seen(1)).toMatchObject([
        { kind: { status: 200, errorType: undefined }, aborted: true, error: undefined },
      ]);
    },
  );
});

describe('HTTP/2', () => {
  it('has the authority for the target of CONNECT', async () => {
    const { seen, recorder } = testRecorder();
    const server = createServer(() => {});
    server.on('connect', (_request, response: Http2ServerResponse) => response.writeHead(200).end());
    const session = await clientOf(server);
    await ask(session, { ':method': 'CONNECT', ':authority': 'db.internal:5432' });
    expect(await seen(1)).toMatchObject([
      { kind: { method: 'CONNECT', status: 200 }, target: 'db.internal:5432', aborted: false },
    ]);
    expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
  });

  it.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_INTERNAL_ERROR])(
    'has no error of an app that gives its answer up as the client resets it with code %i',
    async (code) => {
      const { seen } = testRecorder();
      const client = await clientOf(
        createServer((request, response) => {
          const controller = new AbortController();
          request.on('aborted', () => controller.abort());
          const endless = addAbortSignal(controller.signal, new Readable({ read: () => {} }));
          endless.push('some');
          pipeline(endless, response, () => {});
        }),
      );
      const stream = client.request({ ':path': '/events' }).on('error', () => {});
      stream.on('data', () => stream.close(code));
      expect(await seen(1)).toMatchObject([
        { kind: { status: 200, errorType: undefined }, aborted: true, error: undefined },
      ]);
    },
  );

  it('leaves no patch on its prototypes', async () => {
    const { seen, recorder } = testRecorder();
    let prototype: object = {};
    const server = createServer((request, response) => {
      prototype = Object.getPrototypeOf(request.stream) as object;
      response.end();
    });
    const session = await clientOf(server);
    await ask(session, { ':path': '/' });
    await seen(1);
    expect(Object.hasOwn(prototype, 'write')).toBe(true);
    recorder.disable();
    expect(['write', 'end', 'emit'].filter((name) => Object.hasOwn(prototype, name))).toEqual([]);
    expect(String(Reflect.get(prototype, 'respond'))).not.toContain('answerHeaders');
  });
});
