import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createRequestHandler } from './request-handler.ts';
import { createGuard } from './guard.ts';
import { HttpError } from './http-error.ts';
import type { Route } from './route.ts';

function* breaking(): Generator<string> {
  yield 'x'.repeat(100_000);
  throw new Error('in the middle');
}

const routes: readonly Route[] = [
  { methods: ['GET'], path: '/plain', handle: () => ({ text: 'here' }) },
  {
    methods: ['POST'],
    path: '/echo',
    handle: ({ body, parameters }) => ({ json: { body: body.toString(), parameters: [...parameters] } }),
  },
  { methods: ['GET'], path: '/label/:name/values', handle: ({ params }) => ({ json: params }) },
  { methods: ['POST'], path: '/v1/traces', isForPages: true, handle: () => ({ json: {} }) },
  { methods: ['GET'], path: '/short', handle: () => ({ pieces: ['[1', ',2]'] }) },
  {
    methods: ['GET'],
    path: '/long',
    handle: () => ({ pieces: ['[0', ...Array.from({ length: 2999 }, () => `,"${'x'.repeat(1000)}"`), ']'] }),
  },
  {
    methods: ['GET'],
    path: '/breaks',
    handle: () => ({ pieces: breaking() }),
  },
  {
    methods: ['GET'],
    path: '/broken',
    handle() {
      throw new Error('a secret of the inside');
    },
  },
  {
    methods: ['GET'],
    path: '/refused',
    handle() {
      throw new HttpError(422, 'not so');
    },
  },
];

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function start(options: { token?: string; allowedHosts?: string[] } = {}, more: readonly Route[] = []) {
  const failures: string[] = [];
  const handler = createRequestHandler({
    routes: [...routes, ...more],
    guard: createGuard({ host: '127.0.0.1', token: options.token, allowedHosts: options.allowedHosts ?? [] }),
    limits: { maxBodyBytes: 1000, maxUncompressedBytes: 10_000 },
    onFailure: (path, error) => failures.push(`${path}: ${String(error)}`),
  });
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  async function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string | Uint8Array,
  ): Promise<Answered> {
    const asked = request({ port, host: '127.0.0.1', method, path, headers });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }
  return { ask, failures, port };
}

describe('createRequestHandler', () => {
  it('writes pieces as they are taken, and what is short as a whole', async () => {
    const { ask } = await start();
    const short = await ask('GET', '/short');
    expect(short).toMatchObject({ status: 200, body: '[1,2]', headers: { 'content-length': '5' } });
    const long = await ask('GET', '/long');
    expect(long.headers).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(long.body)).toHaveLength(3000);
    expect(await ask('HEAD', '/long')).toMatchObject({ status: 200, body: '' });
    await expect(ask('GET', '/breaks')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('makes no more pieces for who does not read them, and ends with who has gone', async () => {
    const count = { made: 0 };
    let ended: () => void = () => undefined;
    const hasEnded = new Promise<void>((resolve) => {
      ended = resolve;
    });
    function* pieces(): Generator<string> {
      try {
        for (;;) {
          count.made += 1;
          yield 'x'.repeat(100_000);
        }
      } finally {
        ended();
      }
    }
    const { port } = await start({}, [
      { methods: ['GET'], path: '/endless', handle: () => ({ pieces: pieces() }) },
    ]);
    const asked = request({ port, host: '127.0.0.1', path: '/endless' });
    asked.on('error', () => undefined).end();
    await once(asked, 'response');
    let before = 0;
    while (count.made !== before && count.made < 500) {
      before = count.made;
      // oxlint-disable-next-line no-await-in-loop -- until nothing is made for a while, or all too much is
      for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    }
    expect(count.made).toBeGreaterThan(0);
    expect(count.made).toBeLessThan(500);
    asked.destroy();
    await hasEnded;
  });

  it('finds routes by method and path, with parameters decoded', async () => {
    const { ask } = await start();
    expect(await ask('GET', '/plain')).toMatchObject({ status: 200, body: 'here' });
    expect(await ask('HEAD', '/plain')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '4' },
    });
    expect(await ask('GET', '/label/a%20b/values')).toMatchObject({ body: '{"name":"a b"}' });
    expect(await ask('GET', '/label/%ff/values')).toMatchObject({ status: 404 });
    expect(await ask('DELETE', '/plain')).toMatchObject({ status: 405, headers: { allow: 'GET' } });
    expect(await ask('GET', '/nowhere')).toMatchObject({ status: 404, body: 'nothing is at /nowhere\n' });
  });

  it('asks who is admitted and lets go of him, asks another server for what it has not, and gives bytes as they are', async () => {
    const entered: string[] = [];
    function* pieces(): Generator<string> {
      for (const mark of 'xy') {
        entered.push('piece');
        yield mark.repeat(70_000);
      }
    }
    const handler = createRequestHandler({
      routes: [
        { methods: ['GET'], path: '/bytes', handle: () => ({ bytes: Buffer.from('raw') }) },
        { methods: ['GET'], path: '/nothing', handle: () => ({}) },
        {
          methods: ['GET'],
          path: '/gone',
          handle: ({ response, signal }) =>
            new Promise((done) => {
              signal.addEventListener('abort', () => done({ text: 'late' }));
              response.destroy();
            }),
        },
        { methods: ['GET'], path: '/odd', handle: () => ({ headers: { 'no name': 'x' } }) },
        { methods: ['GET'], path: '/pieces', handle: () => ({ pieces: pieces() }) },
      ],
      guard: createGuard({ host: '127.0.0.1', token: undefined, allowedHosts: [] }),
      limits: { maxBodyBytes: 10, maxUncompressedBytes: 10 },
      admission: {
        enter(address) {
          entered.push(`in ${address}`);
          return () => entered.push('out');
        },
      },
      forward: {
        takes: (path) => path === '/there',
        handle: ({ path }) => Promise.resolve({ text: `from there: ${path}` }),
      },
      onFailure: () => undefined,
    });
    const server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const get = async (path: string): Promise<string> => (await fetch(`${at}${path}`)).text();
    expect(await get('/bytes')).toBe('raw');
    expect(entered).toEqual(['in 127.0.0.1', 'out']);
    expect(await get('/pieces')).toHaveLength(140_000);
    expect(entered.splice(2)).toEqual(['in 127.0.0.1', 'piece', 'piece', 'out']);
    expect(await get('/nothing')).toBe('');
    expect(await get('/there')).toBe('from there: /there');
    expect((await fetch(`${at}/nowhere`)).status).toBe(404);
    // Whoever has gone is answered nothing, and what cannot be sent ends the connection.
    await expect(get('/gone')).rejects.toThrow('fetch failed');
    await expect(get('/odd')).rejects.toThrow('fetch failed');
  });

  it('takes parameters from the address and from a form', async () => {
    const { ask } = await start();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(JSON.parse((await ask('POST', '/echo?a=1', form, 'query=up%7B%7D')).body)).toMatchObject({
      parameters: [
        ['query', 'up{}'],
        ['a', '1'],
      ],
    });
  });

  it('uncompresses bodies, and refuses what is too long before or after', async () => {
    const { ask } = await start();
    const gzip = { 'content-encoding': 'gzip' };
    expect(await ask('POST', '/echo', gzip, gzipSync('hello'))).toMatchObject({
      body: '{"body":"hello","parameters":[]}',
    });
    expect(await ask('POST', '/echo', {}, 'x'.repeat(1001))).toMatchObject({ status: 413 });
    expect(await ask('POST', '/echo', { 'transfer-encoding': 'chunked' }, 'x'.repeat(1001))).toMatchObject({
      status: 413,
    });
    expect(await ask('POST', '/echo', gzip, gzipSync(Buffer.alloc(100_000)))).toMatchObject({ status: 413 });
    expect(await ask('POST', '/echo', gzip, 'no gzip')).toMatchObject({ status: 400 });
    expect(await ask('POST', '/echo', { 'content-encoding': 'constructor' }, 'x')).toMatchObject({
      status: 415,
    });
  });

  it('says nothing of the inside when a handler fails', async () => {
    const { ask, failures } = await start();
    const answer = await ask('GET', '/broken');
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(failures).toEqual(['/broken: Error: a secret of the inside']);
    expect(await ask('GET', '/refused')).toMatchObject({ status: 422, body: 'not so\n' });
  });

  it('lets no page of the web in, by whatever name', async () => {
    const { ask } = await start();
    expect(await ask('GET', '/plain', { host: 'evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/plain', { host: 'localhost.evil.example:4318' })).toMatchObject({
      status: 403,
    });
    expect(await ask('GET', '/plain', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/plain', { origin: 'null' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/plain', { host: 'localhost:1', origin: 'http://localhost:1' })).toMatchObject({
      status: 200,
    });
    expect(await ask('GET', '/plain', { host: '[::1]:4318' })).toMatchObject({ status: 200 });
    const { headers } = await ask('GET', '/plain');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('lets no page of another site load anything but the web app itself, with or without an Origin', async () => {
    const { ask } = await start();
    const from = (site: string, more = {}) => ask('GET', '/plain', { 'sec-fetch-site': site, ...more });
    expect(await from('cross-site')).toMatchObject({
      status: 403,
      body: 'Sec-Fetch-Site: expected a page of this server\'s own, is "cross-site"\n',
    });
    expect(await from('same-site')).toMatchObject({ status: 403 });
    expect(await from('cross-site', { 'sec-fetch-mode': 'navigate' })).toMatchObject({ status: 403 });
    expect(await from('same-origin')).toMatchObject({ status: 200 });
    expect(await from('none', { 'sec-fetch-mode': 'navigate' })).toMatchObject({ status: 200 });
    // A page of this machine on another port says so by its Origin.
    expect(await from('same-site', { origin: 'http://localhost:5173' })).toMatchObject({ status: 200 });
    expect(await from('cross-site', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    // A link in an e-mail leads to the web app, which holds no data.
    expect(await ask('GET', '/alerts', { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 404 });
  });

  it('lets pages of this machine send what they may from a browser, and no other page', async () => {
    const { ask } = await start({ token: 'right' });
    const origin = 'http://localhost:5173';
    const before = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    };
    expect(await ask('OPTIONS', '/v1/traces', before)).toMatchObject({
      status: 200,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type,authorization',
        vary: 'origin',
      },
    });
    const sent = { origin, authorization: 'Bearer right', 'content-type': 'application/json' };
    expect(await ask('POST', '/v1/traces', sent, '{}')).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': origin },
    });
    for (const [path, more, status] of [
      ['/v1/traces', { origin: 'https://evil.example' }, 403],
      ['/v1/traces', { 'access-control-request-method': 'DELETE' }, 401],
      ['/echo', {}, 401],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const { headers, ...answer } = await ask('OPTIONS', path, { ...before, ...more });
      expect(answer).toMatchObject({ status });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers to further names, each as it is, and to no other', async () => {
    const { ask } = await start({ allowedHosts: ['host.docker.internal', '*'] });
    const byName = async (host: string): Promise<number | undefined> =>
      (await ask('GET', '/plain', { host: `${host}:4318`, origin: `http://${host}:4318` })).status;
    expect(await byName('host.docker.internal')).toBe(200);
    expect(await byName('HOST.docker.internal')).toBe(200);
    expect(await byName('a.host.docker.internal')).toBe(403);
    expect((await ask('GET', '/plain', { host: 'evil.example' })).body).toContain('--allow-host');
  });

  it('asks for the token where there is one', async () => {
    const { ask } = await start({ token: 'right' });
    expect(await ask('GET', '/plain')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(await ask('GET', '/plain', { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
    expect(await ask('GET', '/plain', { authorization: 'Bearer right', host: 'any.example' })).toMatchObject({
      status: 200,
    });
  });
});
