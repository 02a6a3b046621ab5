import { once } from 'node:events';
import { type RequestListener, type Server, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Router } from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealth } from '../create-health.ts';
import type { Health } from '../health.ts';
import { expressHealth } from './express/express-health.ts';
import { fastifyHealth } from './fastify/fastify-health.ts';
import { honoHealth } from './hono/hono-health.ts';
import { koaHealth } from './koa/koa-health.ts';
import { nodeHealth } from './node/node-health.ts';

const TOKEN = 'a-token-of-32-characters-0123456';
const ends: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

function shopHealth(): Health {
  const health = createHealth({
    aliases: { '/status/readiness': 'readyz' },
    groups: { payments: ['stripe'] },
  });
  health.add('postgres', { check: async () => undefined, critical: true });
  health.add('stripe', () => Promise.reject(new Error('ECONNRESET')));
  ends.push(() => health.close());
  return health;
}

async function port(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

type Mount = (
  health: Health,
  prefix: string,
  options: { token?: string; loopback?: boolean },
) => Promise<number>;

/** Each framework with an app that answers `/` itself, and health below a prefix. */
const mounts: Readonly<Record<string, Mount>> = {
  'node:http': (health, prefix, options) => {
    const probes = nodeHealth(health, { prefix, ...options });
    const listener: RequestListener = (incoming, response) =>
      probes(incoming, response, () => response.writeHead(incoming.url === '/' ? 200 : 404).end('app'));
    return port(createServer(listener));
  },
  Express: (health, prefix, options) => {
    const app = express();
    app.use(prefix === '' ? '/' : prefix, expressHealth(health, options));
    app.get('/', (_request, response) => void response.send('app'));
    return port(createServer(app));
  },
  Fastify: async (health, prefix, options) => {
    const app = fastify();
    await app.register(fastifyHealth(health, options), { prefix });
    app.get('/', async () => 'app');
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    return (app.server.address() as AddressInfo).port;
  },
  Koa: (health, prefix, options) => {
    const app = new Koa();
    app.use(koaHealth(health, { prefix, ...options }));
    const router = new Router();
    router.get('/', (koa) => {
      koa.body = 'app';
    });
    app.use(router.routes());
    return port(createServer(app.callback()));
  },
  Hono: async (health, prefix, options) => {
    const app = new Hono();
    app.use(honoHealth(health, { prefix, ...options }));
    app.get('/', (hono) => hono.text('app'));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    if (!server.listening) await once(server, 'listening');
    ends.push(() => server.close());
    return (server.address() as AddressInfo).port;
  },
};

interface Got {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function send(
  to: number,
  path: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Got> {
  const outgoing = request({ host: '127.0.0.1', port: to, path, method, headers, agent: false });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body, headers: response.headers };
}

describe.each(Object.entries(mounts))('health on %s', (_name, mount) => {
  it('answers its paths with one line, and leaves the others to the app', async () => {
    const to = await mount(shopHealth(), '', {});
    for (const path of [
      '/livez',
      '/readyz',
      '/readyz/postgres',
      '/readyz/payments',
      '/startupz',
      '/status/readiness',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- in order: a failure names its path
      expect([path, await send(to, path)]).toMatchObject([
        path,
        {
          status: 200,
          body: 'ok',
          headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
        },
      ]);
    }
    expect(await send(to, '/')).toMatchObject({ status: 200, body: 'app' });
    expect((await send(to, '/elsewhere')).status).toBe(404);
    expect((await send(to, '/livez/elsewhere')).status).toBe(404);
    expect((await send(to, '/readyz/nobody')).body).toContain('There is no group or check "nobody".');
  });

  it('answers with the query, HEAD without a body, and other methods with 405', async () => {
    const health = shopHealth();
    const to = await mount(health, '', {});
    health.drainStarted();
    const failed = await send(to, '/readyz?exclude=nothing,stripe');
    expect([failed.status, failed.body]).toEqual([503, expect.stringContaining('[+]stripe excluded: ok')]);
    expect(await send(to, '/readyz', 'HEAD')).toMatchObject({ status: 503, body: '' });
    expect(await send(to, '/readyz', 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await send(to, '/health')).toMatchObject({
      status: 503,
      headers: { 'content-type': 'application/health+json; charset=utf-8' },
    });
  });

  it('tells reasons to whoever has the token, and to this machine only where that is asked for', async () => {
    const closed = await mount(shopHealth(), '', { token: TOKEN });
    const open = await mount(shopHealth(), '', { loopback: true });
    const path = '/readyz?verbose';
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await send(closed, path)).body).toContain('[!]stripe failed: reason withheld');
    expect((await send(closed, path, 'GET', headers)).body).toContain('[!]stripe failed: ECONNRESET');
    expect((await send(open, path)).body).toContain('[!]stripe failed: ECONNRESET');
    expect((await send(open, path, 'GET', { 'x-forwarded-for': '1.2.3.4' })).body).toContain(
      'reason withheld',
    );
  });

  it.each(['/internal', '/internal/'])('stands below the prefix %s', async (prefix) => {
    const to = await mount(shopHealth(), prefix, {});
    expect(await send(to, '/internal/readyz')).toMatchObject({ status: 200, body: 'ok' });
    expect((await send(to, '/readyz')).status).toBe(404);
    expect((await send(to, '/')).body).toBe('app');
  });
});

describe('nodeHealth', () => {
  it('answers 404 itself where there is nothing after it', async () => {
    const to = await port(createServer(nodeHealth(shopHealth())));
    expect((await send(to, '/elsewhere')).status).toBe(404);
    expect((await send(to, '/livez')).status).toBe(200);
  });
});
