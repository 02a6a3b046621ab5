/**
 * The same small service in six frameworks: `FRAMEWORK` says which, `ROUTES` how many routes it has (`/route-0/:name` and so
 * on), `MIDDLEWARES` who observes it. The frameworks and `node:http` come by `require`, as in most services, so that every
 * way of hooking modules finds them. It tells its parent where it listens, and what it has used so far whenever it is asked.
 */
import type * as NodeServer from '@hono/node-server';
import type * as KoaRouter from '@koa/router';
import type Express from 'express';
import type PromBundle from 'express-prom-bundle';
import type * as FastifyModule from 'fastify';
import type * as HonoModule from 'hono';
import type KoaClass from 'koa';
import type * as Http from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as PinoHttp from 'pino-http';
import type { Framework } from './cells.ts';
import { type Measured, measuredRequests, redactedPaths } from './assembled-parts.ts';

const require = createRequire(import.meta.url);
const { createServer } = require('node:http') as typeof Http;
const framework = process.env['FRAMEWORK'] as Framework;
const routes = Array.from({ length: Number(process.env['ROUTES'] ?? 1) }, (_, number) => `/route-${number}`);
const middlewares = (process.env['MIDDLEWARES'] ?? '').split(',');
const isMeasured = middlewares.includes('express-prom-bundle');
const isLogged = middlewares.includes('pino-http');

type Log = (request: IncomingMessage, response: ServerResponse) => void;

/** As pino-http is put in front of what is no Express. */
function linesOf(): Log {
  if (!isLogged) return () => {};
  const { pinoHttp } = require('pino-http') as typeof PinoHttp;
  return pinoHttp({ redact: [...redactedPaths] });
}
/** Express has a bundle for it; elsewhere the client's own histogram is filled by hand, which costs less. */
const measure: Measured = isMeasured && !framework.startsWith('Express') ? measuredRequests() : () => {};

function expressApp(express: typeof Express): RequestListener {
  const app = express();
  if (isMeasured) {
    const promBundle = require('express-prom-bundle') as typeof PromBundle;
    app.use(
      promBundle({ includeMethod: true, includePath: true, includeStatusCode: true, autoregister: false }),
    );
  }
  if (isLogged) {
    const { pinoHttp } = require('pino-http') as typeof PinoHttp;
    app.use(pinoHttp({ redact: [...redactedPaths] }));
  }
  for (const route of routes) {
    app.get(`${route}/:name`, (request, response) => {
      response.json({ hello: request.params['name'] });
    });
  }
  return app;
}

const starts: Readonly<Record<Framework, () => Promise<Server> | Server>> = {
  'node:http': () => {
    const log = linesOf();
    return createServer((request, response) => {
      log(request, response);
      const [path = ''] = (request.url ?? '').split('?');
      const [, route = '', name] = path.split('/');
      measure(request, response, () => `/${route}/:name`);
      response.setHeader('content-type', 'application/json');
      const body = JSON.stringify({ hello: name });
      response.setHeader('content-length', Buffer.byteLength(body));
      response.end(body);
    });
  },
  'Express 4': () => createServer(expressApp(require('express4') as typeof Express)),
  'Express 5': () => createServer(expressApp(require('express') as typeof Express)),
  'Fastify 5': async () => {
    const { fastify } = require('fastify') as typeof FastifyModule;
    // Fastify brings its own logger, and two lines a request with it.
    const app = fastify({
      logger: isLogged ? { redact: [...redactedPaths] } : false,
      keepAliveTimeout: 600_000,
    });
    if (isMeasured) {
      app.addHook('onRequest', (request, reply, done) => {
        measure(request.raw, reply.raw, () => request.routeOptions.url ?? '');
        done();
      });
    }
    for (const route of routes) {
      app.get<{ Params: { name: string } }>(`${route}/:name`, (request, reply) => {
        reply.send({ hello: request.params.name });
      });
    }
    await app.ready();
    return app.server;
  },
  'Koa 3': () => {
    const Koa = require('koa') as typeof KoaClass;
    const { Router } = require('@koa/router') as typeof KoaRouter;
    const [app, router, log] = [new Koa(), new Router(), linesOf()];
    app.use((ctx, next) => {
      log(ctx.req, ctx.res);
      measure(ctx.req, ctx.res, () => '/:route/:name');
      return next();
    });
    for (const route of routes) {
      router.get(`${route}/:name`, (ctx) => {
        ctx.body = { hello: ctx['params'].name as string };
      });
    }
    app.use(router.routes());
    return createServer(app.callback() as RequestListener);
  },
  'Hono 4': () => {
    const { Hono } = require('hono') as typeof HonoModule;
    const { createAdaptorServer } = require('@hono/node-server') as typeof NodeServer;
    type Bindings = { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse };
    const [app, log] = [new Hono<{ Bindings: Bindings }>(), linesOf()];
    app.use(async (context, next) => {
      const { incoming, outgoing } = context.env;
      log(incoming, outgoing);
      measure(incoming, outgoing, () => '/:route/:name');
      await next();
    });
    for (const route of routes) {
      app.get(`${route}/:name`, (context) => context.json({ hello: context.req.param('name') }));
    }
    return createAdaptorServer(app) as Server;
  },
};

const server = await starts[framework]();
server.keepAliveTimeout = 600_000;
const tell = (): void => void process.send?.({ port: (server.address() as AddressInfo).port });
server.listen(0, '127.0.0.1', tell);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
