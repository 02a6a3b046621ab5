import diagnosticsChannel from 'node:diagnostics_channel';
import { PassThrough } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fastify as adapter } from './fastify.ts';
import { observe, type ObservedServer } from './observed-server.fixture.ts';

const failure = new Error('failed in the handler');

function build(): FastifyInstance {
  const app = Fastify();
  const answer = async () => 'ok';
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-refuse'] !== undefined) await reply.code(401).send('no');
  });
  app.get('/static', answer);
  app.get('/users/:id', answer);
  app.get('/flights/:from-:to', answer);
  app.get('/files/:file(^\\d+).png', answer);
  app.get('/wild/*', answer);
  app.get('/guarded/:id', { preHandler: async (_request, reply) => reply.code(403).send('no') }, answer);
  app.get('/throws', () => {
    throw failure;
  });
  app.get('/rejects', async () => Promise.reject(failure));
  app.get('/sends-error', (_request, reply) => {
    reply.send(failure);
  });
  app.get('/streams/:id', (_request, reply) => {
    const stream = new PassThrough();
    reply.send(stream);
    stream.write('some', () => stream.destroy(failure));
  });
  app.get('/hook-fails/:id', { onRequest: async () => Promise.reject(failure) }, answer);
  app.get(
    '/own-handler',
    { errorHandler: (_error, _request, reply) => void reply.code(502).send('own') },
    async () => Promise.reject(failure),
  );
  app.register(
    (api, _options, done) => {
      api.setErrorHandler((_error, _request, reply) => void reply.code(503).send('handled'));
      api.get('/orders/:id', answer);
      api.get('/boom', async () => Promise.reject(failure));
      api.setNotFoundHandler((_request, reply) => void reply.code(404).send('none here'));
      done();
    },
    { prefix: '/api/:tenant' },
  );
  return app;
}

describe('fastify', () => {
  let app: FastifyInstance;
  let server: ObservedServer;

  beforeAll(async () => {
    for (const { name, onMessage } of adapter.channels ?? []) diagnosticsChannel.subscribe(name, onMessage);
    app = build();
    await app.listen({ port: 0, host: '127.0.0.1' });
    server = await observe(app.server);
  });
  afterAll(async () => {
    for (const { name, onMessage } of adapter.channels ?? []) diagnosticsChannel.unsubscribe(name, onMessage);
    await app.close();
  });

  it.each<[string, { target: string; method?: string; route: string | undefined; status?: number }]>([
    ['a static path', { target: '/static?a=1', route: '/static' }],
    ['a parameter', { target: '/users/7', route: '/users/:id' }],
    ['an encoded parameter', { target: '/users/a%2Fb', route: '/users/:id' }],
    ['HEAD that falls to GET', { target: '/users/7', method: 'HEAD', route: '/users/:id' }],
    ['two parameters in a segment', { target: '/flights/FRA-OSL', route: '/flights/:from-:to' }],
    ['a parameter with an expression', { target: '/files/12.png', route: '/files/:file(^\\d+).png' }],
    ['a wildcard', { target: '/wild/a/b', route: '/wild/*' }],
    ['a prefix with a parameter', { target: '/api/acme/orders/7', route: '/api/:tenant/orders/:id' }],
    ['a handler before that answers', { target: '/guarded/7', route: '/guarded/:id', status: 403 }],
    ['a path nobody has', { target: '/nothing', route: undefined, status: 404 }],
    ['a path nobody has below a prefix', { target: '/api/acme/nothing', route: undefined, status: 404 }],
    ['a slash at the end', { target: '/static/', route: undefined, status: 404 }],
    ['a double slash', { target: '//users/7', route: undefined, status: 404 }],
    ['a method nobody has', { target: '/static', method: 'DELETE', route: undefined, status: 404 }],
  ])('has the template for %s', async (_case, { target, method, route, status = 200 }) => {
    expect(await server.send(target, method)).toMatchObject({ route, status, error: undefined });
  });

  it('has the template when the first hook of the application answers', async () => {
    const observed = await server.send('/users/7', 'GET', { 'x-refuse': 'yes' });
    expect(observed).toMatchObject({ route: '/users/:id', status: 401 });
  });

  it.each<[string, { target: string; route: string; status?: number }]>([
    ['is thrown', { target: '/throws', route: '/throws' }],
    ['rejects', { target: '/rejects', route: '/rejects' }],
    ['is sent', { target: '/sends-error', route: '/sends-error' }],
    ['comes from a hook', { target: '/hook-fails/7', route: '/hook-fails/:id' }],
    ['has a handler of the route', { target: '/own-handler', route: '/own-handler', status: 502 }],
    ['has a handler of the plugin', { target: '/api/acme/boom', route: '/api/:tenant/boom', status: 503 }],
  ])('keeps template and error when it %s', async (_case, { target, route, status = 500 }) => {
    expect(await server.send(target)).toMatchObject({ route, status, error: failure });
  });

  it('keeps the error of a stream that breaks off in the middle of the answer', async () => {
    const observed = await server.send('/streams/7');
    expect(observed).toMatchObject({ route: '/streams/:id', status: 200, body: 'some', error: failure });
  });

  it('answers injected requests, which nobody records', async () => {
    const { statusCode } = await app.inject('/users/7');
    expect(statusCode).toBe(200);
  });
});
