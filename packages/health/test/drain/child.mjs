// A service that drains without Sightline's preload: `child.mjs <what becomes of its request>`.
import { createServer } from 'node:http';
import { createDrain, createHealth } from '@sightline/health';

const [, , scenario] = process.argv;
const health = createHealth();
health.start();
const drain = createDrain(
  { drainDelayMs: scenario === 'second' ? 600_000 : 0, deadlineMs: scenario === 'hanging' ? 50 : 600_000 },
  {
    onDraining() {
      health.drainStarted();
      process.send({ draining: true });
    },
  },
);
drain.add('pool', {
  phase: 'pools',
  run: () => process.send({ hook: 'pool', ready: health.probe('readyz').ok }),
});

const server = createServer((request, response) => {
  process.send({ asked: request.url });
  process.once('message', () => response.end('late'));
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

const hurry = new AbortController();
process.on('SIGTERM', async () => {
  if (drain.state !== 'off') return hurry.abort();
  const report = await drain.start({ reason: 'SIGTERM', hurry: hurry.signal });
  process.send({ report }, () => process.disconnect());
});
