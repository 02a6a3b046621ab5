// A service that ends: what it serves with, and whether it ends by itself, is in the environment.
import { once } from 'node:events';
import { sightline } from '@sightline/bootstrap';

/** Answers that are held until the test lets them go. */
const held = [];
const never = () => new Promise(() => {});
function hold() {
  sightline.logger.info('asked');
  return new Promise((resolve) => held.push(() => resolve('late')));
}
function hang() {
  sightline.logger.info('asked');
  return never();
}
const answers = { '/now': async () => 'now', '/held': hold, '/hang': hang };

async function handle(request, response) {
  const answer = answers[request.url];
  response.end(await answer());
}

const servers = {
  async http() {
    const { createServer } = await import('node:http');
    return createServer(handle);
  },
  async http2() {
    const { createServer } = await import('node:http2');
    return createServer(handle);
  },
  async express() {
    const { default: express } = await import('express');
    const { createServer } = await import('node:http');
    const app = express();
    for (const [path, answer] of Object.entries(answers))
      app.get(path, async (_request, response) => response.send(await answer()));
    return createServer(app);
  },
  async fastify() {
    const { default: fastify } = await import('fastify');
    const app = fastify();
    for (const [path, answer] of Object.entries(answers)) app.get(path, answer);
    await app.ready();
    return app.server;
  },
};

for (const phase of ['telemetry', 'pools', 'consumers', 'servers']) {
  sightline.drain.add(`of ${phase}`, {
    phase,
    run() {
      sightline.logger.info(`hook of ${phase}`);
      if (phase === process.env.HOOK_FAILS) throw new Error('password=hunter2');
      return phase === process.env.HOOK_HANGS ? never() : undefined;
    },
    timeoutMs: 20,
  });
}

const server = await servers[process.env.SERVER ?? 'http']();
server.listen(0, '127.0.0.1');
await once(server, 'listening');

if (process.env.HANDLES_SIGTERM === 'true') {
  process.once('SIGTERM', async () => {
    sightline.logger.info('the service ends by itself');
    await once(process, 'message');
    process.exit(7);
  });
}
process.on('message', () => {
  for (const release of held.splice(0)) release();
});
process.send({ port: server.address().port });
process.on('disconnect', () => process.exit());
