/**
 * The service under test: Express 5, the smallest handler. It tells its parent where it listens, and what it has used
 * so far whenever it is asked. `MIDDLEWARES` names those to take.
 */
import express from 'express';
import type { AddressInfo } from 'node:net';

const middlewares = (process.env['MIDDLEWARES'] ?? '').split(',');
const app = express();

if (middlewares.includes('express-prom-bundle')) {
  const { default: promBundle } = await import('express-prom-bundle');
  app.use(
    promBundle({ includeMethod: true, includePath: true, includeStatusCode: true, autoregister: false }),
  );
}
if (middlewares.includes('pino-http')) {
  const { pinoHttp } = await import('pino-http');
  app.use(
    pinoHttp({
      redact: [
        'req.headers.authorization',
        'req.headers.cookie',
        'req.headers["x-api-key"]',
        'req.headers["x-auth-token"]',
        'res.headers["set-cookie"]',
        'req.query.token',
        'req.query.api_key',
        'req.body.password',
      ],
    }),
  );
}

app.get('/hello/:name', (request, response) => {
  response.json({ hello: request.params.name });
});

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
server.keepAliveTimeout = 600_000;

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});

process.on('disconnect', () => process.exit());
