/* oxlint-disable no-underscore-dangle -- what the router puts on the context is called `_matchedRoute` */
import { type RequestListener, createServer } from 'node:http';
import { Router } from '@koa/router';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { koa as adapter } from './koa.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';
import { mountPath } from './template.ts';

const caught = new RangeError('caught');

/** As `koa-mount` does it. */
function mount(prefix: string, below: Koa.Middleware): Koa.Middleware {
  return async (context, next) => {
    if (!context.path.startsWith(prefix)) return next();
    const { path } = context;
    Object.assign(context, { mountPath: prefix });
    const rest = path.slice(mountPath(prefix).length);
    context.path = rest;
    await below(context, async () => {
      context.path = path;
      await next();
      context.path = rest;
    });
    context.path = path;
    return undefined;
  };
}

function build(): RequestListener {
  const app = new Koa();
  app.silent = true;
  const router = new Router();
  const routes = router.routes() as unknown as Koa.Middleware;
  app.use(mount('/mounted/', routes));
  app.use(mount('/outer', mount('/inner', routes)));
  app.use(mount('/guarded', (_context, next) => next()));
  router.get('/guarded/:id', (context) => {
    context.body = String((context as unknown as { mountPath: unknown }).mountPath);
  });
  router.get('/users/:id', (context) => {
    context.body = String((context as unknown as { _matchedRoute: unknown })._matchedRoute);
  });
  router.get('/skips/:id', (_context, next) => next());
  router.get('/by-hand/:id', (context, next) => {
    context.respond = false;
    setImmediate(() => {
      context.res.statusCode = 404;
      context.res.end('by hand');
    });
    return next();
  });
  router.get(
    '/caught/:id',
    async (context, next) => {
      try {
        await next();
      } catch (error) {
        context.status = 503;
        context.app.emit('error', error, context);
      }
    },
    () => Promise.reject(caught),
  );
  router.get('/odd/:id', (context) => {
    Object.assign(context, { _matchedRoute: 7 });
    context.body = 'ok';
  });
  return app.use(router.routes()).callback();
}

describe('koa', () => {
  let server: ObservedServer;

  beforeAll(async () => {
    adapter.patch(Koa, 'koa');
    server = await observe(createServer(build()));
  });
  afterAll(() => server.close());

  it.each<[string, { target: string; route: string | undefined; status?: number; body?: string }]>([
    ['below koa-mount', { target: '/mounted/users/7', route: '/mounted/users/:id', body: '/users/:id' }],
    ['below one koa-mount in another', { target: '/outer/inner/users/7', route: '/outer/inner/users/:id' }],
    [
      'after a koa-mount that has passed on',
      { target: '/guarded/7', route: '/guarded/:id', body: '/guarded' },
    ],
    ['that the app reads itself', { target: '/users/7', route: '/users/:id', body: '/users/:id' }],
    ['when the app answers by hand', { target: '/by-hand/7', route: '/by-hand/:id', status: 404 }],
    ['when somebody says what is none', { target: '/odd/7', route: '/odd/:id' }],
    ['and none for what nobody answers', { target: '/skips/7', route: undefined, status: 404 }],
  ])(
    'has the template %s',
    async (_case, { target, route, status = 200, body = expect.any(String) as string }) => {
      expect(await server.send(target)).toMatchObject({ route, status, body, error: undefined });
    },
  );

  it.each([
    { target: '/users/7', status: 200 },
    { target: '/skips/7', status: 404 },
  ])('answers $target with $status also when nobody records it', async ({ target, status }) => {
    const plain = createServer(build()).listen(0);
    const { port } = plain.address() as { port: number };
    expect((await fetch(`http://127.0.0.1:${port}${target}`)).status).toBe(status);
    plain.close();
  });

  it('has the error that middleware has caught and told the application of', async () => {
    expect(await server.send('/caught/7')).toMatchObject({
      route: '/caught/:id',
      status: 503,
      error: caught,
    });
  });

  it('tells others of errors that are of no request', () => {
    const app = new Koa();
    const told: unknown[] = [];
    app.on('error', (...values) => told.push(values));
    app.emit('error', caught);
    expect(told).toEqual([[caught]]);
  });

  it('leaves a context alone that is of no request', () => {
    const context = Object.create(new Koa().context) as {
      _matchedRoute: unknown;
      mountPath: unknown;
      onerror(error: unknown): void;
    };
    expect(context.mountPath).toBeUndefined();
    context.mountPath = 7;
    expect(context.mountPath).toBe(7);
    context._matchedRoute = '/users/:id';
    expect(context._matchedRoute).toBe('/users/:id');
    expect(context.onerror(null)).toBeUndefined();
  });
});

/** A class like that of Koa. */
function likeKoa(methods: object, context: object): unknown {
  function Application() {
    return { context: Object.create(context) as object };
  }
  Application.prototype = { createContext() {}, ...methods };
  return Application;
}

describe('koa adapter', () => {
  it.each<[string, unknown]>([
    ['an application that handles nothing', likeKoa({}, { onerror() {} })],
    ['a context that takes no errors', likeKoa({ handleRequest() {} }, {})],
    [
      'a module that throws at a look',
      Object.defineProperty({}, 'default', {
        get() {
          throw new Error('deprecated');
        },
      }),
    ],
  ])('refuses %s', (_case, moduleExports) => {
    expect(adapter.patch(moduleExports, 'koa')).toBe(false);
  });

  it.each([{ given: undefined }, { given: () => 'not a promise' }])(
    'passes on $given for what is called for each request',
    ({ given }) => {
      const handled: unknown[] = [];
      const Application = likeKoa(
        {
          handleRequest(context: object, middleware?: (of: object) => unknown) {
            handled.push(middleware?.(context));
          },
        },
        { onerror() {} },
      ) as { readonly prototype: { handleRequest(...values: unknown[]): void } };
      expect(adapter.patch(Application, 'koa')).toBe(true);
      Application.prototype.handleRequest({}, given);
      expect(handled).toEqual([given?.()]);
    },
  );
});
