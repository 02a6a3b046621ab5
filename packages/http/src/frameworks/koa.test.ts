import { createServer, type RequestListener } from 'node:http';
import { Router } from '@koa/router';
import Koa from 'koa';
import * as namespace from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { koa as adapter } from './koa.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';

const failure = new Error('failed in the handler');

function build(): RequestListener {
  const app = new Koa();
  app.silent = true;
  const answer = (context: Koa.Context) => {
    context.body = 'ok';
  };
  const later = async (_context: unknown, next: Koa.Next) => {
    await new Promise(setImmediate);
    await next();
  };
  app.use(later);
  app.use(async (context, next) => {
    if (context.path === '/early') context.throw(401);
    await next();
  });
  const orders = new Router();
  orders.get('/', answer);
  orders.get('/:id', later, answer);
  const api = new Router({ prefix: '/api/:tenant' });
  api.use(async (context, next) => {
    if (context.get('x-refuse') === '') return next();
    context.status = 403;
    return undefined;
  });
  api.use('/orders', orders.routes());

  const router = new Router();
  router.get('/static', answer);
  router.get('/users/me', answer);
  router.get('/users/:id', answer);
  router.get(['/one/:a', '/two/:b'], answer);
  router.get(/^\/files\/(\d+)$/, answer);
  router.get('/flights/:from-:to', answer);
  router.get('/wild/*rest', answer);
  router.get('/skips/:id', (_context, next) => next());
  router.get('/missing/:id', (context) => {
    context.status = 404;
  });
  router.get('/throws-missing/:id', (context) => context.throw(404));
  router.get('/answers-and-passes', async (context, next) => {
    context.body = 'ok';
    await next();
  });
  router.get('/throws', () => {
    throw failure;
  });
  router.get('/rejects', async () => {
    await Promise.reject(failure);
  });
  app.use(router.routes()).use(router.allowedMethods());
  app.use(api.routes());
  return app.callback();
}

describe('koa', () => {
  let server: ObservedServer;

  beforeAll(async () => {
    adapter.patch(Koa, 'koa');
    server = await observe(createServer(build()));
  });
  afterAll(() => server.close());

  it.each<[string, { target: string; method?: string; route: string | undefined; status?: number }]>([
    ['a static path', { target: '/static?a=1', route: '/static' }],
    ['a slash at the end', { target: '/static/', route: '/static' }],
    ['the first of two that match', { target: '/users/me', route: '/users/me' }],
    ['a parameter', { target: '/users/7', route: '/users/:id' }],
    ['an encoded parameter', { target: '/users/a%2Fb', route: '/users/:id' }],
    ['HEAD that falls to GET', { target: '/users/7', method: 'HEAD', route: '/users/:id' }],
    ['a path of an array', { target: '/two/2', route: '/two/:b' }],
    ['a regular expression', { target: '/files/12', route: String.raw`/^\/files\/(\d+)$/` }],
    ['two parameters in a segment', { target: '/flights/FRA-OSL', route: '/flights/:from-:to' }],
    ['a wildcard', { target: '/wild/a/b', route: '/wild/*rest' }],
    ['a route that answers and passes on', { target: '/answers-and-passes', route: '/answers-and-passes' }],
    ['nested routers with a prefix', { target: '/api/acme/orders/7', route: '/api/:tenant/orders/:id' }],
    ['a handler that answers 404', { target: '/missing/7', route: '/missing/:id', status: 404 }],
    ['a path nobody has', { target: '/nothing', route: undefined, status: 404 }],
    ['a double slash', { target: '//users/7', route: undefined, status: 404 }],
    ['a route that passes on to nobody', { target: '/skips/7', route: undefined, status: 404 }],
    ['a method nobody has', { target: '/static', method: 'DELETE', route: undefined, status: 405 }],
  ])('has the template for %s', async (_case, { target, method, route, status = 200 }) => {
    expect(await server.send(target, method)).toMatchObject({ route, status, error: undefined });
  });

  it.each([['/throws'], ['/rejects']])('keeps template and error of %s', async (target) => {
    expect(await server.send(target)).toMatchObject({ route: target, status: 500, error: failure });
  });

  it('is patched, also as a namespace and again', () => {
    expect(adapter.patch(Koa, 'koa')).toBe(true);
    expect(adapter.patch(namespace, 'koa')).toBe(true);
  });

  it('keeps the template of a 404 that is thrown', async () => {
    expect(await server.send('/throws-missing/7')).toMatchObject({
      route: '/throws-missing/:id',
      status: 404,
    });
  });

  it('has the template when middleware of the router answers', async () => {
    const observed = await server.send('/api/acme/orders/7', 'GET', { 'x-refuse': 'yes' });
    expect(observed).toMatchObject({ route: '/api/:tenant/orders/:id', status: 403 });
  });

  it('has no route for what middleware before the router refuses', async () => {
    expect(await server.send('/early')).toMatchObject({ route: undefined, status: 401 });
  });

  it('keeps requests apart that run at the same time', async () => {
    const targets = Array.from({ length: 40 }, (_, at) =>
      at % 2 === 0 ? `/api/t/orders/${at}` : `/users/${at}`,
    );
    const observed = await Promise.all(targets.map((target) => server.send(target)));
    expect(observed.map(({ route }) => route)).toEqual(
      targets.map((_, at) => (at % 2 === 0 ? '/api/:tenant/orders/:id' : '/users/:id')),
    );
  });

  it.each([[undefined], [{}], [() => {}]])('refuses %o', (moduleExports) => {
    expect(adapter.patch(moduleExports, 'koa')).toBe(false);
  });
});
