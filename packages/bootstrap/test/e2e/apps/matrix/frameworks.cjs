// The same service for each framework, given the library as the service has loaded it: an order, a failure, nothing else.
const { callUpstream, fail, listening } = require('./service.cjs');

const HOST = '127.0.0.1';

exports.nodeHttp = ({ createServer }) => {
  const server = createServer(async (request, response) => {
    if (request.url.startsWith('/api/')) {
      await callUpstream();
      response.end('{}');
    } else {
      response.writeHead(request.url === '/fail' ? 500 : 404).end();
    }
  });
  server.listen(0, HOST, () => listening(server));
};

exports.express = (express) => {
  const app = express();
  const orders = express.Router({ mergeParams: true });
  orders.get('/orders/:id', async (_request, response) => {
    await callUpstream();
    response.json({});
  });
  app.use('/api/:tenant', orders);
  app.get('/fail', fail);
  const server = app.listen(0, HOST, () => listening(server));
};

exports.fastify = async (fastify) => {
  const app = fastify();
  app.register(fastifyOrders, { prefix: '/api/:tenant' });
  app.get('/fail', async () => fail());
  await app.listen({ port: 0, host: HOST });
  listening(app.server);
};

async function fastifyOrders(scope) {
  scope.get('/orders/:id', async () => {
    await callUpstream();
    return {};
  });
}

exports.koa = (Koa, Router) => {
  const app = new Koa();
  app.silent = true;
  const api = new Router({ prefix: '/api/:tenant' });
  api.get('/orders/:id', async (ctx) => {
    await callUpstream();
    ctx.body = {};
  });
  const root = new Router();
  root.get('/fail', fail);
  app.use(api.routes()).use(root.routes());
  const server = app.listen(0, HOST, () => listening(server));
};

exports.hono = (Hono, serve) => {
  const app = new Hono();
  const orders = new Hono();
  orders.get('/orders/:id', async (c) => {
    await callUpstream();
    return c.json({});
  });
  app.route('/api/:tenant', orders);
  app.get('/fail', fail);
  app.onError((_error, c) => c.text('failed', 500));
  const server = serve({ fetch: app.fetch, port: 0, hostname: HOST }, () => listening(server));
};
