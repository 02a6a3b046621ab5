/* oxlint-disable no-await-in-loop -- one request after the other is what is tested */
import type { SightlineError } from '@sightline/errors';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAdmin } from './create-admin.ts';
import type { Admin, AdminSetup } from './create-admin.ts';
import type { AdminRequest, AdminResponse, AdminRoute } from './route.ts';

const TOKEN = 'a-token-of-32-characters-0123456';
/** Its types are not installed. */
const express = createRequire(import.meta.url)('express') as (() => RequestListener & {
  use(...handlers: unknown[]): void;
  get(path: string, handler: (request: unknown, response: ServerResponse) => void): void;
}) & { json(): unknown };
const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).toReversed()) await end();
});

function route(more: Partial<AdminRoute> & Pick<AdminRoute, 'path'>): AdminRoute {
  return {
    methods: ['GET'],
    access: 'open',
    help: `What ${more.path} says.`,
    handle: () => ({ status: 200, body: more.path }),
    ...more,
  };
}

const echo = route({
  path: '/echo',
  methods: ['GET', 'PUT'],
  handle: ({ method, path, query, headers, body }: AdminRequest) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, path, query: [...query], accept: headers['accept'], body }),
  }),
});

async function started(
  routes: readonly AdminRoute[],
  more: Partial<AdminSetup> = {},
): Promise<{ admin: Admin; url: string; told: SightlineError[] }> {
  const told: SightlineError[] = [];
  const admin = createAdmin({
    routes,
    host: '127.0.0.1',
    port: 0,
    onProblem: (error) => told.push(error),
    ...more,
  });
  ends.push(() => admin.close());
  await admin.listen();
  return { admin, url: `http://127.0.0.1:${admin.address?.port}`, told };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends bytes as they are, and gives all that comes back until the other side ends. */
async function raw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** Waits until a number has stayed the same for many turns of the event loop. */
async function settled(read: () => number): Promise<void> {
  for (let [same, last] = [0, read()]; same < 200; same = read() === last ? same + 1 : 0) {
    last = read();
    await setImmediate();
  }
}

describe('the admin server', () => {
  it('hands path, query, headers and body to the route, and its answer back', async () => {
    const { url } = await started([echo]);
    const response = await fetch(`${url}/echo?a=1&b=%20&a=2`, { headers: { accept: 'text/x' } });
    expect(await response.json()).toEqual({
      method: 'GET',
      path: '/echo',
      query: [
        ['a', '1'],
        ['b', ' '],
        ['a', '2'],
      ],
      accept: 'text/x',
      body: '',
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json',
    });
    const put = await fetch(`${url}/echo`, { method: 'PUT', body: 'ä{}' });
    expect(await put.json()).toMatchObject({ method: 'PUT', body: 'ä{}' });
  });

  it('answers HEAD as GET, without the body, also of one in parts', async () => {
    const ended = vi.fn<() => void>();
    async function* parts(): AsyncGenerator<string> {
      try {
        yield 'part';
      } finally {
        ended();
      }
    }
    const streamed = route({ path: '/parts', handle: () => ({ status: 200, body: parts() }) });
    const { url } = await started([echo, streamed]);
    const head = await fetch(`${url}/echo`, { method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length')) > 10, await head.text()]).toEqual([
      200,
      true,
      '',
    ]);
    expect(await (await fetch(`${url}/parts`, { method: 'HEAD' })).text()).toBe('');
    expect(await (await fetch(`${url}/parts`)).text()).toBe('part');
    expect(ended).toHaveBeenCalledOnce();
  });

  it('answers an unknown path with 404 and what there is, and / with 200 and the same', async () => {
    const { url } = await started([echo, route({ path: '/secret', access: 'guarded' })]);
    const missing = await fetch(`${url}/nothing`);
    const index = await fetch(`${url}/`);
    expect([missing.status, index.status]).toEqual([404, 200]);
    const page = await index.text();
    expect(page).toMatch(/GET, HEAD, PUT \/echo +mixed +What \/echo says\./);
    expect(page).toMatch(/GET, HEAD \/secret +guarded/);
    expect(await missing.text()).toContain('/echo');
  });

  it.each(['OPTIONS', 'DELETE', 'PATCH', 'PUT'])(
    'answers %s with 405 and what is allowed',
    async (method) => {
      const { url } = await started([route({ path: '/a' })]);
      const response = await fetch(`${url}/a`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    },
  );

  it('answers 500 without the stack when a handler throws, tells it once, and counts', async () => {
    const broken = route({ path: '/broken', handle: () => Promise.reject(new Error('password=hunter2')) });
    const wrong = route({ path: '/wrong', handle: () => undefined as never });
    const { url, told, admin } = await started([broken, wrong, echo]);
    for (const path of ['/broken', '/broken', '/wrong']) {
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([
        500,
        expect.not.stringMatching(/hunter2|at /),
      ]);
    }
    expect(told.map(({ code }) => code)).toEqual(['SIGHTLINE_ADMIN_ROUTE', 'SIGHTLINE_ADMIN_ROUTE']);
    expect(String(told[0])).not.toContain('hunter2');
    expect(admin.stats()).toEqual({ failures: 3, refused: 0 });
    expect((await fetch(`${url}/echo`)).status).toBe(200);
  });

  it('ends the connection when a body fails in the middle, so that no part is taken for the whole', async () => {
    async function* half(): AsyncGenerator<string> {
      yield 'x'.repeat(100_000);
      throw new Error('broken');
    }
    const { url, admin } = await started([
      route({ path: '/half', handle: () => ({ status: 200, body: half() }) }),
    ]);
    await expect(fetch(`${url}/half`).then((response) => response.text())).rejects.toThrow(TypeError);
    expect(admin.stats().failures).toBe(1);
  });

  it('asks for the next part only when the connection has taken the last one', async () => {
    let asked = 0;
    const called = Promise.withResolvers<void>();
    async function* long(): AsyncGenerator<string> {
      for (; asked < 100; asked++) yield 'x'.repeat(1024 * 1024);
    }
    const handle = (): AdminResponse => {
      called.resolve();
      return { status: 200, body: long() };
    };
    const { url } = await started([route({ path: '/long', handle })]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    ends.push(() => void socket.destroy());
    socket.pause();
    socket.write('GET /long HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    await called.promise;
    // Nothing is read: some parts fit into the buffers of the sockets, by far not all of them.
    await settled(() => asked);
    expect(asked).toBeLessThan(50);
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.resume();
    await once(socket, 'end');
    expect(bytes).toBeGreaterThan(100 * 1024 * 1024);
  });

  it('aborts the signal when whoever asked goes away', async () => {
    const seen = Promise.withResolvers<AdminRequest['signal']>();
    const slow = route({
      path: '/slow',
      async handle({ signal }) {
        seen.resolve(signal);
        await once(signal, 'abort');
        throw new Error('gone');
      },
    });
    const { url, admin } = await started([slow]);
    const controller = new AbortController();
    const answer = fetch(`${url}/slow`, { signal: controller.signal }).catch(() => 'aborted');
    const signal = await seen.promise;
    const aborted = once(signal, 'abort');
    controller.abort();
    await aborted;
    expect(await answer).toBe('aborted');
    expect(admin.stats().failures).toBe(0);
  });

  it('takes no body over 64 KiB, whether or not it says so before', async () => {
    const handle = vi.fn<() => AdminResponse>(() => ({ status: 200 }));
    const { url } = await started([route({ path: '/put', methods: ['PUT'], handle })]);
    const response = await fetch(`${url}/put`, { method: 'PUT', body: 'x'.repeat(65_537) });
    expect(response.status).toBe(413);
    const part = 'x'.repeat(0x9000);
    const chunk = `9000\r\n${part}\r\n`;
    const chunked = await raw(
      url,
      `PUT /put HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect(handle).not.toHaveBeenCalled();
  });

  it.each([
    [
      'headers that are too long',
      `GET /echo HTTP/1.1\r\nhost: localhost\r\na: ${'x'.repeat(9000)}\r\n\r\n`,
      '431',
    ],
    ['no host', 'GET /echo HTTP/1.1\r\n\r\n', '400'],
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', '404'],
    [
      'the URL of another host',
      'GET http://evil/echo HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      '404',
    ],
    ['two slashes', 'GET //echo HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', '404'],
  ])('answers %s', async (_what, bytes, status) => {
    const { url } = await started([echo]);
    expect(await raw(url, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('has limits against slow and many clients, and keeps no process alive', async () => {
    const { admin } = await started([]);
    const { server } = admin;
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(15_000);
    expect(server.maxConnections).toBeLessThanOrEqual(256);
    expect(server.timeout).toBeGreaterThan(60_000);
  });

  it('adds routes later, takes them off, and refuses those that cannot be served', async () => {
    const { admin, url } = await started([echo]);
    const remove = admin.addRoute(route({ path: '/late' }));
    expect((await fetch(`${url}/late`)).status).toBe(200);
    remove();
    expect((await fetch(`${url}/late`)).status).toBe(404);
    for (const wrong of [
      echo,
      undefined,
      route({ path: 'late' as never }),
      route({ path: '/x', methods: [] }),
      route({ path: '/x', methods: ['PATCH'] as never }),
      route({ path: '/x', access: undefined as never }),
      route({ path: '/x', handle: undefined as never }),
    ]) {
      expect(() => admin.addRoute(wrong as AdminRoute)).toThrow(
        expect.objectContaining({ code: 'SIGHTLINE_ADMIN_ROUTE' }),
      );
    }
  });
});

describe('guarded routes', () => {
  const guarded = route({ path: '/guarded', access: 'guarded' });
  const bearer = { authorization: `Bearer ${TOKEN}` };

  it('answer this machine, and others with the token', async () => {
    let peer = '127.0.0.1';
    const { url, admin } = await started([guarded], { token: TOKEN, peerAddress: () => peer });
    expect((await fetch(`${url}/guarded`)).status).toBe(200);
    peer = '10.9.8.7';
    const refused = await fetch(`${url}/guarded`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ]);
    expect(await refused.text()).not.toContain(TOKEN);
    expect((await fetch(`${url}/guarded`, { headers: { authorization: 'Bearer nope' } })).status).toBe(401);
    expect((await fetch(`${url}/guarded`, { headers: bearer })).status).toBe(200);
    expect(admin.stats().refused).toBe(2);
  });

  it('answer 403 and how to get in where there is no token', async () => {
    const { url } = await started([guarded], { peerAddress: () => '10.9.8.7' });
    const refused = await fetch(`${url}/guarded`);
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('SIGHTLINE_ADMIN_TOKEN'),
    ]);
  });

  it('keep out a name that was rebound to this machine', async () => {
    const { url } = await started([guarded]);
    const answer = await raw(url, 'GET /guarded HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('are all that write, also on open routes', async () => {
    const { url } = await started([echo], { peerAddress: () => '10.9.8.7' });
    expect((await fetch(`${url}/echo`)).status).toBe(200);
    expect((await fetch(`${url}/echo`, { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});

describe('listen', () => {
  it('goes on when the port is taken, says how to change it, and has it once it is free', async () => {
    const other = createServer();
    const taken = Number(new URL(await listening(other)).port);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const heard: number[] = [];
    const { admin, told } = await started([echo], {
      port: taken,
      onListening: ({ port }) => heard.push(port),
    });
    expect(admin.address).toBeUndefined();
    expect(told).toMatchObject([{ code: 'SIGHTLINE_ADMIN_PORT' }]);
    expect(String(told[0])).toMatch(/port \d+: another process has it.*OTEL_EXPORTER_PROMETHEUS_PORT/);
    other.close();
    await once(other, 'close');
    const listened = once(admin.server, 'listening');
    await vi.advanceTimersByTimeAsync(15_000);
    await listened;
    expect([heard, admin.address?.port, told.length]).toEqual([[taken], taken, 1]);
  });

  it('tries no more once it is closed', async () => {
    const taken = Number(new URL(await listening(createServer())).port);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { admin } = await started([], { port: taken });
    await admin.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports an address that this machine does not have', async () => {
    const { told } = await started([], { host: '192.0.2.1' });
    expect(told).toMatchObject([{ code: 'SIGHTLINE_ADMIN_PORT' }]);
  });
});

describe('close', () => {
  it('ends answers that run, idle connections, and the port', async () => {
    const called = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const hanging = route({
      path: '/hanging',
      async handle({ signal }) {
        called.resolve();
        await once(signal, 'abort');
        aborted.resolve();
        return { status: 200 };
      },
    });
    const { admin, url } = await started([hanging]);
    const answer = fetch(`${url}/hanging`).catch(() => undefined);
    await called.promise;
    await admin.close();
    await aborted.promise;
    await answer;
    expect(admin.address).toBeUndefined();
    await expect(fetch(`${url}/hanging`)).rejects.toThrow(TypeError);
  });

  it('can be called twice, and before listen', async () => {
    const { admin } = await started([]);
    await admin.close();
    await admin.close();
    const never = createAdmin({ routes: [], host: '127.0.0.1', port: 0, onProblem: () => {} });
    await never.close();
    expect(never.address).toBeUndefined();
  });
});

describe('the handler on the service’s own server', () => {
  const guarded = route({ path: '/guarded', access: 'guarded' });

  function mounted(token?: string): Admin {
    return createAdmin({ routes: [echo, guarded], host: '127.0.0.1', port: 0, token, onProblem: () => {} });
  }

  it('leaves everything else to Express, the root too', async () => {
    const app = express();
    app.use(mounted().handler);
    app.get('/', (_request, response) => void response.end('shop'));
    app.get('/orders', (_request, response) => void response.end('orders'));
    const url = await listening(createServer(app));
    expect(await (await fetch(`${url}/`)).text()).toBe('shop');
    expect(await (await fetch(`${url}/orders`)).text()).toBe('orders');
    expect((await fetch(`${url}/echo`)).status).toBe(200);
  });

  it('leaves the body of what is not its own to the service, however late that reads it', async () => {
    const admin = mounted();
    const url = await listening(
      createServer((request, response) =>
        admin.handler(request, response, () => {
          setTimeout(() => void request.toArray().then((parts) => response.end(parts.join(''))), 20);
        }),
      ),
    );
    expect(await (await fetch(`${url}/orders`, { method: 'POST', body: 'hello' })).text()).toBe('hello');
  });

  it('leaves what the service throws to the service', () => {
    const { handler } = mounted();
    const next = (): never => {
      throw new RangeError('of the service');
    };
    const request = { url: '/orders', method: 'GET', headers: {} } as IncomingMessage;
    expect(() => handler(request, {} as ServerResponse, next)).toThrow('of the service');
  });

  it('works below a path, with an index there', async () => {
    const app = express();
    app.use('/admin', mounted().handler);
    const url = await listening(createServer(app));
    expect((await fetch(`${url}/admin/echo`)).status).toBe(200);
    expect(await (await fetch(`${url}/admin/`)).text()).toContain('/guarded');
    expect((await fetch(`${url}/echo`)).status).toBe(404);
  });

  it('works on node:http without next', async () => {
    const admin = mounted();
    const url = await listening(createServer((request, response) => admin.handler(request, response)));
    expect((await fetch(`${url}/echo`)).status).toBe(200);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  it('takes the token only: a proxy of this machine may not show', async () => {
    const admin = mounted(TOKEN);
    const url = await listening(createServer((request, response) => admin.handler(request, response)));
    expect((await fetch(`${url}/guarded`)).status).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(`${url}/guarded`, { headers })).status).toBe(200);
  });

  it('takes a body that a parser has read before', async () => {
    const app = express();
    app.use(express.json());
    app.use(mounted(TOKEN).handler);
    const url = await listening(createServer(app));
    const response = await fetch(`${url}/echo`, {
      method: 'PUT',
      body: '{"level":"debug"}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    });
    expect(await response.json()).toMatchObject({ body: '{"level":"debug"}' });
  });
});

describe('a request on a kept connection', () => {
  it('is read from its start although the body before it was refused', async () => {
    const { url } = await started([echo], { peerAddress: () => '10.9.8.7' });
    const body = 'x'.repeat(50_000);
    const answers = await raw(
      url,
      `PUT /echo HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}` +
        'GET /echo?second HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });
});
