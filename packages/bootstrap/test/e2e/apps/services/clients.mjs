// A service with metrics of its own, in the Prometheus clients that are asked for.
import { createServer } from 'node:http';

for (const name of process.env.CLIENTS.split(',')) {
  // oxlint-disable-next-line no-await-in-loop -- in this order
  const client = await import(name);
  const { Counter, collectDefaultMetrics } = client.default ?? client;
  if (process.env.DEFAULTS === 'true') collectDefaultMetrics();
  const counter = new Counter({
    name: `own_${name.replaceAll(/\W/g, '_')}_total`,
    help: 'Own.',
    labelNames: ['kind'],
  });
  counter.inc({ kind: 'a' }, 3);
}
const server = createServer((_request, response) => response.end());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
