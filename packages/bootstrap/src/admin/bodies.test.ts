import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAdmin } from './create-admin.ts';
import type { Admin } from './create-admin.ts';
import { readTarget } from './request.ts';
import type { AdminRequest, AdminResponse, AdminRoute } from './route.ts';

const TOKEN = 'a-token-of-32-characters-0123456';
/** Its types are not installed. */
const express = createRequire(import.meta.url)('express') as (() => RequestListener & {
  use(...handlers: unknown[]): void;
}) & { json(): unknown; text(): unknown; raw(options: object): unknown };

function route(handle: (request: AdminRequest) => AdminResponse | Promise<AdminResponse>): AdminRoute {
  return { path: '/mine', methods: ['GET', 'PUT'], access: 'open', help: 'Mine.', handle };
}

function made(routes: readonly AdminRoute[], token?: string): { admin: Admin; told: unknown[] } {
  const told: unknown[] = [];
  const admin = createAdmin({
    routes,
    host: '127.0.0.1',
    port: 0,
    token,
    onProblem: (problem) => told.push(problem),
  });
  onTestFinished(() => admin.close());
  return { admin, told };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function served(handle: (request: AdminRequest) => AdminResponse | Promise<AdminResponse>) {
  const { admin, told } = made([route(handle)]);
  await admin.listen();
  return { admin, told, url: `http://127.0.0.1:${admin.address?.port}/mine`, port: admin.address?.port ?? 0 };
}

describe('readTarget', () => {
  it.each([
    {
      target: '/a/b?x=1&y=%20',
      path: '/a/b',
      query: [
        ['x', '1'],
        ['y', ' '],
      ],
    },
    { target: '/a?', path: '/a', query: [] },
    { target: '/a?x=1?y#z?w', path: '/a', query: [['x', '1?y']] },
    { target: '/a#b?x=1', path: '/a', query: [] },
    { target: '//host/a', path: '//host/a', query: [] },
  ])('has path and query of $target', ({ target, path, query }) => {
    const read = readTarget(target);
    expect([read?.path, [...(read?.query ?? [])]]).toEqual([path, query]);
  });

  it.each(['*', 'http://host/a', '', undefined])('is none for %s', (target) => {
    expect(readTarget(target)).toBeUndefined();
  });
});

describe('what a route is asked with', () => {
  it('has headers that may be several as one text, and whether whoever asks is trusted', async () => {
    const { url } = await served(({ headers, trusted }) => ({
      status: 200,
      body: JSON.stringify([headers['set-cookie'], trusted]),
    }));
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    expect(await (await fetch(url, { headers })).json()).toEqual(['a=1, b=2', true]);
  });

  it.each([
    { parser: express.text(), type: 'text/plain', body: 'db=debug', got: 'db=debug' },
    { parser: express.raw({ type: '*/*' }), type: 'a/b', body: 'db=debug', got: 'db=debug' },
    { parser: express.json(), type: 'application/json', body: '{"a":1}', got: '{"a":1}' },
    {
      parser: (
        request: { resume(): { once(event: 'end', next: () => void): void } },
        _: unknown,
        next: () => void,
      ) => request.resume().once('end', () => setImmediate(next)),
      type: 'a/b',
      body: 'lost',
      got: '',
    },
  ])('has the body $got where a parser for $type has read it before', async ({ parser, type, body, got }) => {
    const app = express();
    app.use(parser);
    app.use(made([route((request) => ({ status: 200, body: `<${request.body}>` }))], TOKEN).admin.handler);
    const port = await listening(createServer(app));
    const answer = await fetch(`http://127.0.0.1:${port}/mine`, {
      method: 'PUT',
      body,
      headers: { 'content-type': type, authorization: `Bearer ${TOKEN}` },
    });
    expect(await answer.text()).toBe(`<${got}>`);
  });

  it('asks nobody when whoever sends a body goes away before its end', async () => {
    const handle = vi.fn<() => AdminResponse>(() => ({ status: 200, body: '' }));
    const { admin, told, port } = await served(handle);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('PUT /mine HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nabc');
    const [request] = (await once(admin.server, 'request')) as [
      { once(event: 'close', done: () => void): void },
    ];
    socket.resetAndDestroy();
    await new Promise<void>((resolve) => request.once('close', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(handle).not.toHaveBeenCalled();
    expect([told, admin.stats().failures]).toEqual([[], 0]);
  });
});

describe('a body in parts', () => {
  it('that fails before its first part is an answer of 500', async () => {
    const { url, told } = await served(() => ({
      status: 200,
      // oxlint-disable-next-line require-yield -- it fails before
      body: (async function* fails(): AsyncGenerator<string> {
        throw new Error('no snapshot');
      })(),
    }));
    expect((await fetch(url)).status).toBe(500);
    expect(told).toHaveLength(1);
  });

  it('is asked for no more when whoever asked has gone', async () => {
    let asked = 0;
    let ended = false;
    const large = 'x'.repeat(1_000_000);
    const { port, admin } = await served(() => ({
      status: 200,
      body: (async function* endless(): AsyncGenerator<string> {
        try {
          for (;;) {
            asked += 1;
            yield large;
          }
        } finally {
          ended = true;
        }
      })(),
    }));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /mine HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(ended).toBe(true), 20_000);
    expect(asked).toBeLessThan(100);
    expect(admin.stats().failures).toBe(0);
  });

  it('is asked for no more when the answer is destroyed between two parts', async () => {
    const asked: number[] = [];
    const admin = made([
      route(({ signal }) => ({
        status: 200,
        body: (async function* parts(): AsyncGenerator<string> {
          asked.push(1);
          yield 'a';
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          asked.push(2);
          yield 'b';
          asked.push(3);
        })(),
      })),
    ]).admin;
    const port = await listening(createServer((request, response) => admin.handler(request, response)));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /mine HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(asked).toEqual([1, 2]), 20_000);
  });
});

describe('routes', () => {
  it('are taken off once: not the one that has the path by then', async () => {
    const { admin, url } = await served(() => ({ status: 200, body: '' }));
    const at = (text: string): AdminRoute => ({
      ...route(() => ({ status: 200, body: text })),
      path: '/late',
      methods: ['GET'],
    });
    const remove = admin.addRoute(at('first'));
    remove();
    admin.addRoute(at('second'));
    remove();
    const base = url.slice(0, -'/mine'.length);
    expect(await (await fetch(`${base}/late`)).text()).toBe('second');
    const index = await (await fetch(`${base}/`)).text();
    expect(index).toMatch(/^GET, HEAD \/late +open +Mine\.$/m);
    expect(index).toMatch(/^GET, HEAD, PUT \/mine +mixed +Mine\.$/m);
  });

  it('that are guarded answer nobody on the port of the service until there is a token', async () => {
    const { handler } = made([{ ...route(() => ({ status: 200, body: '' })), access: 'guarded' }]).admin;
    const port = await listening(createServer((request, response) => handler(request, response)));
    const answer = await fetch(`http://127.0.0.1:${port}/mine`);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining('answers nobody, until SIGHTLINE_ADMIN_TOKEN is set'),
    ]);
  });
});
