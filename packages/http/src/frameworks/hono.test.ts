import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { getRequestListener } from '@hono/node-server';
import * as main from 'hono';
import * as mountModule from 'hono/mount';
import * as quick from 'hono/quick';
import * as regExpRouter from 'hono/router/reg-exp-router';
import * as tiny from 'hono/tiny';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hono as adapter } from './hono.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';

const require = createRequire(import.meta.url);
const commonJs = require('hono') as typeof main;
const commonJsMount = require('hono/mount') as typeof mountModule;
const failure = new Error('failed in the handler');

type HonoClass = typeof main.Hono;

function build(Hono: HonoClass, options?: ConstructorParameters<HonoClass>[0]): Server {
  const app = new Hono(options);
  app.use(async (_context, next) => {
    await next();
  });
  app.use('/guarded/*', async (context) => context.text('no', 401));
  app.get('/static', (context) => context.text('ok'));
  app.get('/users/:id', async (context, next) => {
    await new Promise(setImmediate);
    if (context.req.param('id') === 'nobody') return next();
    return context.text('ok');
  });
  app.on(['GET', 'PUT'], ['/one/:a', '/two/:b'], (context) => context.text('ok'));
  app.get('/numbers/:id{[0-9]+}', (context) => context.text('ok'));
  app.get('/wild/*', (context) => context.text('ok'));
  app.get('/throws', () => {
    throw failure;
  });
  app.get('/rejects', async () => Promise.reject(failure));
  app.get('/missing/:id', (context) => context.notFound());

  const orders = new Hono();
  orders.get('/orders/:id', (context) => context.text('ok'));
  const failing = new Hono();
  failing.onError((_error, context) => context.text('handled', 503));
  failing.get('/boom', async () => Promise.reject(failure));
  app.route('/api/:tenant', orders);
  app.route('/api/:tenant', failing);
  app.basePath('/base').get('/:id', (context) => context.text('ok'));

  const mounted = new Hono();
  mounted.get('/pages/:page', (context) => context.text('ok'));
  app.mount('/mounted', mounted.fetch);
  app.mount('/foreign', () => new Response('ok'));
  app.all('/tenants/:tenant/*', (Hono === commonJs.Hono ? commonJsMount : mountModule).mount(mounted.fetch));
  app.all('/pages/*', (context) => mounted.fetch(context.req.raw, context.env));
  app.all('/late/*', async (_context, next) => {
    await next();
  });
  return createServer(getRequestListener(app.fetch));
}

describe.each([
  ['hono', main, undefined],
  ['hono/quick', quick, undefined],
  ['hono/tiny', tiny, undefined],
  ['hono, CommonJS', commonJs, undefined],
  ['hono with a router of its own', main, () => new regExpRouter.RegExpRouter<never>()],
] as const)('%s', (_name, moduleExports, router) => {
  let server: ObservedServer;

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    adapter.patch(regExpRouter, 'hono/router/reg-exp-router');
    adapter.patch(moduleExports, 'hono');
    server = await observe(build(moduleExports.Hono, router && { router: router() as never }));
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server.close();
  });

  it.each<[string, { target: string; method?: string; route: string | undefined; status?: number }]>([
    ['a static path', { target: '/static?a=1', route: '/static' }],
    ['a parameter', { target: '/users/7', route: '/users/:id' }],
    ['an encoded parameter', { target: '/users/a%2Fb', route: '/users/:id' }],
    ['HEAD that falls to GET', { target: '/users/7', method: 'HEAD', route: '/users/:id' }],
    ['a path of an array', { target: '/two/2', route: '/two/:b' }],
    ['a parameter with an expression', { target: '/numbers/12', route: '/numbers/:id{[0-9]+}' }],
    ['a wildcard', { target: '/wild/a/b', route: '/wild/*' }],
    ['an application in another', { target: '/api/acme/orders/7', route: '/api/:tenant/orders/:id' }],
    ['a base path', { target: '/base/7', route: '/base/:id' }],
    ['a mounted application', { target: '/mounted/pages/7', route: '/mounted/pages/:page' }],
    ['another framework that is mounted', { target: '/foreign/a/7', route: '/foreign/*' }],
    [
      'a mounted application below a parameter',
      { target: '/tenants/acme/pages/7', route: '/tenants/:tenant/pages/:page' },
    ],
    ['an application that is called with the whole path', { target: '/pages/7', route: '/pages/:page' }],
    ['middleware that answers', { target: '/guarded/7', route: '/guarded/*', status: 401 }],
    ['a handler that answers 404', { target: '/missing/7', route: '/missing/:id', status: 404 }],
    ['a handler that passes on to nobody', { target: '/users/nobody', route: undefined, status: 404 }],
    ['a catch-all that passes on', { target: '/late/7', route: undefined, status: 404 }],
    ['a path nobody has', { target: '/nothing', route: undefined, status: 404 }],
    ['a method nobody has', { target: '/static', method: 'DELETE', route: undefined, status: 404 }],
  ])('has the template for %s', async (_case, { target, method, route, status = 200 }) => {
    expect(await server.send(target, method)).toMatchObject({ route, status, error: undefined });
  });

  it.each([
    { target: '/throws', route: '/throws', status: 500 },
    { target: '/rejects', route: '/rejects', status: 500 },
    { target: '/api/acme/boom', route: '/api/:tenant/boom', status: 503 },
  ])('keeps template and error of $target', async ({ target, route, status }) => {
    expect(await server.send(target)).toMatchObject({ route, status, error: failure });
  });

  it('is patched, and again', () => {
    expect(adapter.patch(regExpRouter, 'hono/router/reg-exp-router')).toBe(true);
    expect(adapter.patch(moduleExports, 'hono')).toBe(true);
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
});

describe('hono adapter', () => {
  it.each([[undefined], [{}], [{ Hono: Date }]])('refuses %o', (moduleExports) => {
    expect(adapter.patch(moduleExports, 'hono')).toBe(false);
  });
});
