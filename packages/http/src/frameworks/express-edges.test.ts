import { type RequestListener, createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { express as adapter } from './express.ts';
import { type Express, expressVersions, router as routerPackage } from './express-versions.fixture.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';

/* oxlint-disable typescript/no-explicit-any -- one table for versions with different types */

const answer = (_request: unknown, response: any) => response.end('ok');
const pass = (_request: unknown, _response: unknown, next: any) => next();

function build(express: Express): RequestListener {
  const app = express();
  app.set('env', 'test');
  app.use([pass, [pass]]);
  app.use(['/', '/tilde'], (request: any, response: any, next: any) =>
    request.headers['x-refuse'] === undefined ? next() : response.status(401).end('no'),
  );
  app.get([['/single/:x']], answer);

  const files = express.Router();
  files.param('person', (_request: unknown, response: any, next: any, person: string) => {
    if (person === 'nobody') return response.status(404).end('no such person');
    if (person === 'early') response.end('early');
    return next();
  });
  files.use('/:person/files', (request: any, response: any, next: any) => {
    if (!response.headersSent) return response.end('files');
    return next();
  });
  files.get('/by-id/:id', answer);
  files.get('/:person/photo', (_request: unknown, response: any) => response.writableEnded || response.end());
  files.use('/by-id', express.Router().get('/late/:person', answer));
  app.use('/people', files);

  const plain = express.Router({ mergeParams: true });
  plain.param('id', pass);
  plain.use('/:id', answer);
  app.use('/plain', plain);
  return app;
}

describe.each(expressVersions)('$name', ({ name, version, express }) => {
  let server: ObservedServer;

  beforeAll(async () => {
    adapter.patch(express, 'express');
    server = await observe(createServer(build(express)));
  });
  afterAll(() => server.close());

  // Of a mount it does not say which one has matched.
  const isEarlier = name.endsWith('an earlier router');

  it.each<[string, { target: string; route: string | undefined; status?: number; headers?: object }]>([
    ['an array of one path in an array', { target: '/single/7', route: '/single/:x' }],
    ['middleware for the root and another path', { target: '/', route: undefined, status: 404 }],
    [
      'middleware for the root and another path that answers',
      { target: '/', route: undefined, status: 401, headers: { 'x-refuse': 'yes' } },
    ],
    [
      'middleware for another path and the root that answers',
      // To Express 4, the root is the beginning of every path.
      {
        target: '/tilde',
        route: version === 4 ? undefined : '/tilde',
        status: 401,
        headers: { 'x-refuse': 'yes' },
      },
    ],
    [
      'a mount with a parameter that has a handler',
      { target: '/people/ada/files', route: '/people/:person/files' },
    ],
    [
      'a handler of the parameter of a mount that answers',
      { target: '/people/nobody/files', route: isEarlier ? '/people' : '/people/:person/files', status: 404 },
    ],
    [
      'a handler of a parameter that answers and passes on',
      { target: '/people/early/photo', route: '/people/:person/photo' },
    ],
    ['a route beside those with handlers', { target: '/people/by-id/7', route: '/people/by-id/:id' }],
    ['a mount whose whole path is a parameter', { target: '/plain/7', route: '/plain/:id' }],
  ])('has the template for %s', async (_case, { target, route, status = 200, headers = {} }) => {
    const observed = await server.send(target, 'GET', headers as Record<string, string>);
    expect(observed).toMatchObject({ route, status, error: undefined });
  });

  it('runs the handlers of parameters for requests that nobody records', async () => {
    const plain = createServer(build(express)).listen(0);
    const { port } = plain.address() as { port: number };
    const answers = await Promise.all(
      ['ada', 'nobody'].map((person) => fetch(`http://127.0.0.1:${port}/people/${person}/files`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
    plain.close();
  });

  it('refuses what the router refuses', () => {
    const router = express.Router();
    expect(() => router.use([])).toThrow(TypeError);
    expect(() => router.param('id', 'no function')).toThrow(Error);
  });
});

describe('the package router by itself', () => {
  it('has templates', async () => {
    expect(adapter.patch(routerPackage, 'router')).toBe(true);
    const api = routerPackage();
    api.get('/orders/:id', answer);
    const app = routerPackage();
    app.use('/api/:tenant', api);
    const server = await observe(
      createServer((request, response) => app(request, response, () => response.writeHead(404).end())),
    );
    expect(await server.send('/api/acme/orders/7')).toMatchObject({ route: '/api/:tenant/orders/:id' });
    expect(await server.send('/nothing')).toMatchObject({ route: undefined, status: 404 });
    await server.close();
  });
});

/** A class like that of a router, with something else in the place of a method or of what it returns. */
function likeRouter({ methods = {}, layer = {}, stack = [] as unknown }): object {
  const layers: object = { handleRequest() {}, handleError() {}, ...layer };
  function Layer() {}
  Layer.prototype = Object.assign(layers, { constructor: Layer });
  const made = (): object => Object.create(layers) as object;
  function Router() {
    return Object.assign(Object.create(prototype) as object, { stack });
  }
  const prototype = {
    use: () => Array.isArray(stack) && stack.push(made()),
    route: made,
    handle() {},
    ...methods,
  };
  Router.prototype = prototype;
  return { Router };
}

describe('express adapter', () => {
  it.each<[string, object]>([
    ['a router without routes', likeRouter({ methods: { route: undefined } })],
    ['a router that handles nothing', likeRouter({ methods: { handle: 'no' } })],
    ['a router that keeps no layers', likeRouter({ stack: null })],
    ['layers that handle nothing', likeRouter({ layer: { handleRequest: undefined } })],
    ['layers that handle no errors', likeRouter({ layer: { handleError: undefined } })],
    [
      'a module that throws at a look',
      Object.defineProperty({}, 'Router', {
        get() {
          throw new Error('deprecated');
        },
      }),
    ],
  ])('refuses %s', (_case, moduleExports) => {
    expect(adapter.patch(moduleExports, 'express')).toBe(false);
  });

  it('takes a router that throws at a request of its own', () => {
    const thrower = likeRouter({
      methods: {
        handle() {
          throw new Error('no such request');
        },
      },
    });
    expect(adapter.patch(thrower, 'express')).toBe(true);
  });
});
