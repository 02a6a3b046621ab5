import { type Context, type TextMapGetter, propagation } from '@opentelemetry/api';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HttpServerOptions } from './options.ts';
import { get, guarded, listening, rawClient, testRecorder } from './recorder.fixture.ts';
import type { RequestRecord } from './request-record.ts';

/** Sends what is written, and returns the record as it is while it holds. */
async function recorded<Facts>(
  text: string,
  facts: (record: RequestRecord) => Facts,
  options: HttpServerOptions = {},
  answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_, response) =>
    response.end('ok'),
): Promise<Facts> {
  const { recorder, seen } = testRecorder(options);
  let found: Facts | undefined;
  recorder.addSink({ prepare: () => (record) => (found = facts(record)) });
  (await rawClient(await listening(createServer(answer)))).send(text);
  await seen(1);
  return found as Facts;
}

describe('an unusual request', () => {
  it('of HTTP/1.0 without a Host has no address of the server', async () => {
    const facts = await recorded('GET / HTTP/1.0\r\n\r\n', (record) => ({
      version: record.kind.protocolVersion,
      address: record.serverAddress,
      port: record.serverPort,
    }));
    expect(facts).toEqual({ version: '1.0', address: undefined, port: undefined });
  });

  it.each([
    {
      target: `/search?q=${'a'.repeat(300)}&token=hunter2hunter2`,
      safe: /^\/search\?q=a{300}&token=REDACTED$/,
    },
    { target: '*', safe: /^\*$/ },
    { target: 'http://shop.example/x?token=hunter2hunter2', safe: /token=REDACTED$/ },
  ])('has its secrets censored in the target $target', async ({ target, safe }) => {
    const method = target === '*' ? 'OPTIONS' : 'GET';
    const text = `${method} ${target} HTTP/1.1\r\nhost: a\r\n\r\n`;
    expect(await recorded(text, (record) => record.safeTarget)).toMatch(safe);
  });

  it.each([
    { headers: {}, address: '127.0.0.1' },
    { headers: { 'x-forwarded-for': '' }, address: '127.0.0.1' },
    { headers: { forwarded: 'for=_hidden' }, address: '127.0.0.1' },
    { headers: { forwarded: 'for="[2001:db8::1]:4711"' }, address: '2001:db8::1' },
  ])('is by $address behind a proxy that says $headers', async ({ headers, address }) => {
    const options = { trustForwarded: true, clientAddress: true };
    const text = get('/', headers);
    expect(await recorded(text, (record) => record.clientAddress, options)).toBe(address);
  });

  it('has bytes that are not known when its body was decoded in several pieces', async () => {
    const { seen } = testRecorder();
    const port = await listening(
      createServer((request, response) => {
        request.setEncoding('utf8').on('end', () => response.end());
        request.once('data', () => client.send('3\r\ndef\r\n0\r\n\r\n'));
      }),
    );
    const client = await rawClient(port);
    client.send('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n');
    expect((await seen(1))[0]?.requestBodyBytes).toBeUndefined();
  });

  it.each([
    { countBodies: true, bytes: 6 },
    { countBodies: false, bytes: undefined },
  ])(
    'has $bytes for an answer in pieces when bodies are counted: $countBodies',
    async ({ countBodies, bytes }) => {
      const { seen } = testRecorder({ countBodies });
      const server = createServer((_, response) => {
        response.write('abc');
        response.end('def');
      });
      (await rawClient(await listening(server))).send(get('/'));
      expect((await seen(1))[0]?.responseBodyBytes).toBe(bytes);
    },
  );

  it('is asked about with its path and its method, and is recorded when that throws', async () => {
    const asked: unknown[] = [];
    const { seen, recorder } = testRecorder({
      ignore(path, method) {
        asked.push([path, method]);
        if (path === '/throws') throw new Error('in the option');
        return path === '/ignored';
      },
    });
    const client = await rawClient(await listening(createServer((_, response) => response.end())));
    client.send(get('/ignored?x=1') + get('/throws'));
    expect(await seen(1)).toMatchObject([{ target: '/throws' }]);
    expect(asked).toEqual([
      ['/ignored', 'GET'],
      ['/throws', 'GET'],
    ]);
    expect(recorder.stats()).toMatchObject({ recorded: 1, ignored: 1, failures: 0 });
  });

  it('shows a propagator all its headers', async () => {
    let keys: string[] = [];
    propagation.setGlobalPropagator({
      inject() {},
      extract<Carrier>(base: Context, carrier: Carrier, getter: TextMapGetter<Carrier>) {
        keys = getter.keys(carrier);
        return base;
      },
      fields: () => [],
    });
    onTestFinished(() => propagation.disable());
    await recorded(get('/', { b3: '0' }), () => 0, { propagation: 'api' });
    expect(keys).toEqual(['host', 'b3']);
  });
});

describe('the times of an answer', () => {
  it.each([{ ms: 12.3456 }, { ms: 999.9999 }, { ms: 1000 }, { ms: 65_432.1 }, { ms: 3_600_000 }])(
    'are the same in both headers after $ms ms',
    async ({ ms }) => {
      const now = performance.now.bind(performance);
      let passed = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
      onTestFinished(() => void vi.restoreAllMocks());
      testRecorder();
      const server = createServer((_, response) => {
        passed += ms;
        response.end();
      });
      const client = await rawClient(await listening(server));
      client.send(get('/'));
      const text = await client.received('\r\n\r\n');
      const millis = /^server-timing: total;dur=(\d+\.\d{3})\r$/m.exec(text)?.[1] ?? '';
      const seconds = /^x-process-time: (\d+\.\d{6})\r$/m.exec(text)?.[1] ?? '';
      expect(Number(millis)).toBeGreaterThanOrEqual(Math.floor(ms));
      expect(seconds.replace('.', '').replace(/^0+/, '')).toBe(millis.replace('.', '').replace(/^0+/, ''));
    },
  );

  it.each([
    { options: { serverTiming: false, processTime: false }, names: ['x-request-id'] },
    { options: { processTime: false }, names: ['server-timing', 'x-request-id'] },
    { options: { serverTiming: false }, names: ['x-process-time', 'x-request-id'] },
  ])('are in $names with $options', async ({ options, names }) => {
    testRecorder(options);
    const client = await rawClient(await listening(createServer((_, response) => response.end())));
    client.send(get('/'));
    const text = await client.received('\r\n\r\n');
    const found = [...text.matchAll(/^(x-request-id|server-timing|x-process-time):/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(found)).toEqual(new Set(names));
  });

  it('are left as the app has set them, and stand before the trace', async () => {
    testRecorder({ traceTiming: true });
    const server = createServer((_, response) => response.setHeader('X-Process-Time', '7').end());
    const client = await rawClient(await listening(server));
    client.send(get('/', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }));
    const text = await client.received('\r\n\r\n');
    expect(text.match(/^x-process-time: .*$/gim)).toEqual(['X-Process-Time: 7']);
    expect(text).toMatch(
      /^server-timing: total;dur=\d+\.\d{3}, traceparent;desc="00-0af7651916cd43dd8448eb211c80319c-/m,
    );
  });
});

describe('a handler that throws after it has taken the socket', () => {
  it.each<{ what: string; take: (socket: Socket) => void; status: number | undefined }>([
    {
      what: 'and answered',
      take: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      status: 101,
    },
    { what: 'and not answered', take: () => {}, status: undefined },
  ])('$what is recorded once', async ({ take, status }) => {
    const { recorder, seen } = testRecorder();
    const { server, caught } = guarded(createServer());
    server.on('upgrade', (_, socket: Socket) => {
      take(socket);
      setImmediate(() => socket.destroy());
      throw new RangeError('boom');
    });
    const client = await rawClient(await listening(server));
    client.send(get('/chat', { upgrade: 'chat', connection: 'Upgrade' }));
    await client.ended();
    expect(await seen(1)).toMatchObject([{ kind: { status } }]);
    expect(caught).toHaveLength(1);
    expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
    expect(recorder.active().get('GET')).toBe(0);
  });

  it('of HTTP/2 is recorded once, also when the stream ends later', async () => {
    const { recorder, seen } = testRecorder();
    const { server, caught } = guarded(createHttp2Server());
    const closed = new Promise((resolve) => {
      server.on('stream', (stream) => {
        stream.on('error', () => {}).on('close', resolve);
        setImmediate(() => stream.close());
        throw new RangeError('boom');
      });
    });
    const session = connect(`http://127.0.0.1:${await listening(server)}`);
    onTestFinished(() => session.destroy());
    session.request({ ':path': '/' }).resume();
    await closed;
    expect(await seen(1)).toMatchObject([{ kind: { status: undefined, errorType: 'RangeError' } }]);
    expect(caught).toHaveLength(1);
    expect(recorder.stats()).toMatchObject({ recorded: 1, failures: 0 });
  });
});

describe('a socket that others have wrapped', () => {
  const upgrade = get('/chat', { upgrade: 'chat', connection: 'Upgrade' });
  const ANSWER = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';

  it('before us has their methods again, and those after us keep theirs', async () => {
    const { seen } = testRecorder();
    const written: unknown[] = [];
    const wrap = (socket: Socket): Socket['write'] => {
      const { write } = socket;
      return (socket.write = function wrapped(this: Socket, ...args: unknown[]) {
        written.push(args[0]);
        return Reflect.apply(write, this, args) as boolean;
      } as Socket['write']);
    };
    const server = createServer();
    let before: Socket['write'] | undefined;
    server.on('connection', (socket) => (before = wrap(socket)));
    const found: unknown[] = [];
    server.on('upgrade', (request, socket: Socket) => {
      const after = request.url === '/after' ? wrap(socket) : undefined;
      socket.write(ANSWER);
      found.push(socket.write === (after ?? before));
      socket.end('more');
    });
    const port = await listening(server);
    for (const target of ['/chat', '/after']) {
      // oxlint-disable no-await-in-loop -- one connection after the other
      const client = await rawClient(port);
      client.send(upgrade.replace('/chat', target));
      expect(await client.ended()).toBe(`${ANSWER}more`);
      // oxlint-enable no-await-in-loop
    }
    expect(found).toEqual([true, true]);
    expect(await seen(2)).toMatchObject([{ kind: { status: 101 } }, { kind: { status: 101 } }]);
    expect(written.filter((chunk) => chunk === ANSWER).length).toBe(3);
  });

  it('fails as before when it is given what cannot be written', async () => {
    const { seen } = testRecorder();
    const server = createServer();
    const thrown: unknown[] = [];
    server.on('upgrade', (_, socket: Socket) => {
      try {
        socket.write({} as never);
      } catch (error) {
        thrown.push(error);
      }
      socket.destroy();
    });
    const client = await rawClient(await listening(server));
    client.send(upgrade);
    await client.ended();
    expect(thrown).toMatchObject([{ code: 'ERR_INVALID_ARG_TYPE' }]);
    expect(await seen(1)).toMatchObject([{ kind: { status: undefined } }]);
  });
});
