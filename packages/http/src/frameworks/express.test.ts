import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { express as adapter } from './express.ts';
import { type Express, expressVersions } from './express-versions.fixture.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';

/* oxlint-disable typescript/no-explicit-any -- one table for two versions with different types */

const failure = new Error('failed in the handler');

function build(express: Express, version: 4 | 5): RequestListener {
  const app = express();
  app.set('env', 'test');
  const answer = (_request: unknown, response: any) => response.send('ok');
  const pass = (_request: unknown, _response: unknown, next: any) => next();
  const later = (_request: unknown, _response: unknown, next: any) => setImmediate(() => next());

  app.use(pass);
  app.use('/', later);
  app.get('/', answer);
  app.get('/static', answer);
  app.get('/users/:id', answer);
  app.get('/flights/:from-:to', answer);
  app.get(['/one/:a', '/two/:b', ['/three']], answer);
  app.get(/^\/files\/(\d+)$/, answer);
  app.all('/any', answer);
  app.route('/book').get(answer).post(answer);
  app.post('/only-post', answer);
  app.get('/skips/:id', (_request: unknown, _response: unknown, next: any) => next('route'));
  app.get('/skips/me', answer);
  app.get('/answers-and-passes', (_request: unknown, response: any, next: any) => {
    response.send('ok');
    next();
  });

  app.get('/throws', () => {
    throw failure;
  });
  app.get('/passes-error', (_request: unknown, _response: unknown, next: any) => next(failure));
  app.get('/passes-error-later', (_request: unknown, _response: unknown, next: any) =>
    setImmediate(() => next(failure)),
  );
  if (version === 5) app.get('/rejects', async () => Promise.reject(failure));

  const orders = express.Router({ mergeParams: true });
  orders.get('/', answer);
  orders.get('/:id', answer);
  orders.get('/:id/items/:item', answer);
  orders.get('/:id/leaves', (_request: unknown, _response: unknown, next: any) => next('router'));
  const api = express.Router();
  api.use('/orders', orders);
  api.get('/boom', (_request: unknown, _response: unknown, next: any) => next(failure));
  app.use('/api/:tenant', later, pass, api);

  const guarded = express.Router();
  guarded.get('/secret', answer);
  app.use('/guarded/:area', (_request: unknown, response: any) => response.status(401).send('no'), guarded);
  app.use('/fails-in-middleware/:x', (_request: unknown, _response: unknown, next: any) => next(failure));

  const several = express.Router();
  several.get('/deep/:id', answer);
  app.use(['/alpha/:x', '/beta'], several);
  app.use(/^\/gamma\d/, several);
  app.use('/slash/', several);

  const sub = express();
  sub.get('/pages/:page', answer);
  app.use('/sub/:name', sub);

  const people = express.Router();
  people.param('person', (_request: unknown, response: any, next: any, person: string) => {
    if (person === 'nobody') return response.status(404).send('no such person');
    if (person === 'broken') return next(failure);
    if (person === 'thrown') throw failure;
    return setImmediate(() => next());
  });
  people.get(['/:person', '/by-name/:person'], answer);
  app.use('/people', people);

  app.use('/static-files', (_request: unknown, _response: unknown, next: any) => next());
  app.all(version === 5 ? '/{*any}' : '*', later);
  app.get('/handled', () => {
    throw failure;
  });
  app.get('/after/:catch', answer);
  app.use('/handled', (error: Error, _request: unknown, response: any, _next: any) => {
    response.status(503).send(error.message);
  });
  return app;
}

const routes: [string, { target: string; method?: string; route: string | undefined; status?: number }][] = [
  ['the root', { target: '/', route: '/' }],
  ['a static path', { target: '/static', route: '/static' }],
  ['a query', { target: '/static?route=/users/7', route: '/static' }],
  ['a slash at the end', { target: '/static/', route: '/static' }],
  ['another case', { target: '/STATIC', route: '/static' }],
  ['a parameter', { target: '/users/7', route: '/users/:id' }],
  ['an encoded parameter', { target: '/users/a%2Fb%20c', route: '/users/:id' }],
  ['HEAD that falls to GET', { target: '/users/7', method: 'HEAD', route: '/users/:id' }],
  ['two parameters in a segment', { target: '/flights/FRA-OSL', route: '/flights/:from-:to' }],
  ['the first path of an array', { target: '/one/1', route: '/one/:a' }],
  ['another path of an array', { target: '/two/2', route: '/two/:b' }],
  ['a path of an array in an array', { target: '/three', route: '/three' }],
  ['a regular expression', { target: '/files/12', route: String.raw`/^\/files\/(\d+)$/` }],
  ['a route for all methods', { target: '/any', method: 'DELETE', route: '/any' }],
  ['a route object', { target: '/book', method: 'POST', route: '/book' }],
  ['a route left for the next', { target: '/skips/me', route: '/skips/me' }],
  ['a route that answers and passes on', { target: '/answers-and-passes', route: '/answers-and-passes' }],
  ['the root of a nested router', { target: '/api/acme/orders', route: '/api/:tenant/orders' }],
  ['nested parameters', { target: '/api/acme/orders/12', route: '/api/:tenant/orders/:id' }],
  [
    'more nested parameters',
    { target: '/api/acme/orders/12/items/3?x=1', route: '/api/:tenant/orders/:id/items/:item' },
  ],
  [
    'middleware that answers below a mount',
    { target: '/guarded/7/secret', route: '/guarded/:area', status: 401 },
  ],
  ['the first path of an array of mounts', { target: '/alpha/7/deep/1', route: '/alpha/:x/deep/:id' }],
  ['another path of an array of mounts', { target: '/beta/deep/1', route: '/beta/deep/:id' }],
  ['a mounted regular expression', { target: '/gamma1/deep/1', route: String.raw`/^\/gamma\d//deep/:id` }],
  ['a mount with a slash at its end', { target: '/slash/deep/1', route: '/slash/deep/:id' }],
  ['a mounted application', { target: '/sub/x/pages/2', route: '/sub/:name/pages/:page' }],
  ['a parameter with a handler', { target: '/people/ada', route: '/people/:person' }],
  [
    'a parameter with a handler in an array',
    { target: '/people/by-name/ada', route: '/people/by-name/:person' },
  ],
  [
    'a handler of a parameter that answers',
    { target: '/people/nobody', route: '/people/:person', status: 404 },
  ],
  ['a route after a catch-all', { target: '/after/7', route: '/after/:catch' }],
  ['a path nobody has', { target: '/nothing', route: undefined, status: 404 }],
  ['a double slash', { target: '//users/7', route: undefined, status: 404 }],
  ['a path nobody has below a mount', { target: '/api/acme/nothing', route: undefined, status: 404 }],
  ['a router that is left', { target: '/api/acme/orders/1/leaves', route: undefined, status: 404 }],
  ['a method nobody has', { target: '/only-post', method: 'PUT', route: undefined, status: 404 }],
  [
    'HEAD of a path with other methods',
    { target: '/only-post', method: 'HEAD', route: undefined, status: 404 },
  ],
  ['middleware with a path that passes on', { target: '/static-files/x', route: undefined, status: 404 }],
];

const errors: [string, { target: string; route: string | undefined; status?: number; only?: 5 }][] = [
  ['is thrown', { target: '/throws', route: '/throws' }],
  ['is passed on', { target: '/passes-error', route: '/passes-error' }],
  ['is passed on later', { target: '/passes-error-later', route: '/passes-error-later' }],
  ['rejects', { target: '/rejects', route: '/rejects', only: 5 }],
  ['comes from a nested router', { target: '/api/acme/boom', route: '/api/:tenant/boom' }],
  [
    'comes from middleware below a mount',
    { target: '/fails-in-middleware/7', route: '/fails-in-middleware/:x' },
  ],
  ['comes from a parameter', { target: '/people/broken', route: '/people/:person' }],
  ['is thrown by a parameter', { target: '/people/thrown', route: '/people/:person' }],
  ['has a handler', { target: '/handled', route: '/handled', status: 503 }],
];

describe.each(expressVersions)('$name', ({ version, express }) => {
  let server: ObservedServer;

  beforeAll(async () => {
    adapter.patch(express, 'express');
    server = await observe(createServer(build(express, version)));
  });
  afterAll(() => server.close());

  it.each(routes)('has the template for %s', async (_case, { target, method, route, status = 200 }) => {
    expect(await server.send(target, method)).toMatchObject({ route, status, error: undefined });
  });

  it.each(errors.filter(([, { only }]) => only === undefined || only === version))(
    'keeps template and error when it %s',
    async (_case, { target, route, status = 500 }) => {
      expect(await server.send(target)).toMatchObject({ route, status, error: failure });
    },
  );

  it('is patched, also as a namespace and again', () => {
    expect(adapter.patch(express, 'express')).toBe(true);
    expect(adapter.patch({ default: express, ...express }, 'express')).toBe(true);
  });

  it('answers OPTIONS by itself as before, without a route', async () => {
    expect(await server.send('/only-post', 'OPTIONS')).toMatchObject({
      status: 200,
      body: 'POST',
      route: undefined,
    });
  });

  it('records the error of a parameter that cannot be decoded, without a route', async () => {
    const { status, route, error } = await server.send('/users/%E0%A4%A');
    expect({ status, route }).toEqual({ status: 400, route: undefined });
    expect(error).toBeInstanceOf(URIError);
  });

  it('keeps requests apart that run at the same time', async () => {
    const targets = Array.from({ length: 40 }, (_, at) =>
      at % 2 === 0 ? `/api/t${at}/orders/${at}` : `/people/p${at}`,
    );
    const observed = await Promise.all(targets.map((target) => server.send(target)));
    expect(observed.map(({ route }) => route)).toEqual(
      targets.map((_, at) => (at % 2 === 0 ? '/api/:tenant/orders/:id' : '/people/:person')),
    );
  });

  it('leaves requests alone that nobody records', async () => {
    const app = express();
    app.get('/users/:id', (request: any, response: any) => response.send(request.params.id));
    const plain = createServer(app).listen(0);
    const { port } = plain.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/users/7`);
    expect(await response.text()).toBe('7');
    plain.close();
  });
});

describe('express adapter', () => {
  it.each([[undefined], [{}], [() => {}], [{ Router: () => ({}) }]])('refuses %o', (moduleExports) => {
    expect(adapter.patch(moduleExports, 'express')).toBe(false);
  });
});
