import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Router } from '@koa/router';
import express from 'express';
import Fastify from 'fastify';
import * as honoModule from 'hono';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestKind } from '../request-record.ts';
import { createServerRecorder } from '../server-recorder.ts';
import { frameworks } from './frameworks.ts';

const modules: Readonly<Record<string, unknown>> = { express, koa: Koa, hono: honoModule };
const recorder = createServerRecorder();
const told = new Set<(kind: RequestKind) => void>();

beforeAll(() => {
  for (const { patch, modules: names, channels = [] } of frameworks) {
    for (const { name } of names) if (name in modules) patch(modules[name], name);
    for (const { name, onMessage } of channels) diagnosticsChannel.subscribe(name, onMessage);
  }
  recorder.addSink({
    prepare: (kind) => () => {
      for (const tell of told) tell(kind);
    },
  });
  recorder.enable();
});
afterAll(() => {
  recorder.disable();
  for (const { channels = [] } of frameworks) {
    for (const { name, onMessage } of channels) diagnosticsChannel.unsubscribe(name, onMessage);
  }
});

async function fastifyServer(): Promise<Server> {
  const app = Fastify();
  app.register(
    async (api) => {
      api.get('/orders/:id', async () => 'ok');
    },
    { prefix: '/api/:tenant' },
  );
  await app.ready();
  return app.server;
}

function koaListener() {
  const router = new Router({ prefix: '/api/:tenant' });
  router.get('/orders/:id', (context) => {
    context.body = 'ok';
  });
  return new Koa().use(router.routes()).callback();
}

const servers: Readonly<Record<string, () => Server | Promise<Server>>> = {
  express: () => {
    const api = express.Router();
    api.get('/orders/:id', (_request, response) => void response.send('ok'));
    return createServer(express().use('/api/:tenant', api));
  },
  fastify: fastifyServer,
  koa: () => createServer(koaListener()),
  'koa in express': () => createServer(express().use('/outer', koaListener())),
  hono: () => {
    const api = new honoModule.Hono().get('/orders/:id', (context) => context.text('ok'));
    return createServer(getRequestListener(new honoModule.Hono().route('/api/:tenant', api).fetch));
  },
};

describe.each(Object.entries(servers))('a recorded request to %s', (name, start) => {
  const prefix = name === 'koa in express' ? '/outer' : '';
  let server: Server;

  beforeAll(async () => {
    server = await start();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function kindOf(path: string): Promise<RequestKind> {
    const { promise, resolve } = Promise.withResolvers<RequestKind>();
    told.add(resolve);
    const { port } = server.address() as AddressInfo;
    const [response] = (await once(get({ port, host: '127.0.0.1', path, agent: false }), 'response')) as [
      IncomingMessage,
    ];
    response.resume();
    const kind = await promise;
    told.delete(resolve);
    return kind;
  }

  it('has the template of the route', async () => {
    expect(await kindOf(`${prefix}/api/acme/orders/7`)).toMatchObject({
      method: 'GET',
      route: `${prefix}/api/:tenant/orders/:id`,
      status: 200,
    });
  });

  it('has no more of a path that nobody has than the mount', async () => {
    expect(await kindOf(`${prefix}/api/acme/nothing/7`)).toMatchObject({
      route: prefix || undefined,
      status: 404,
    });
  });
});
