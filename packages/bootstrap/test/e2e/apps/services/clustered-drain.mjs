// Two workers that hold their answers; the first process has the admin port and gets the signal. It replaces workers that die.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { sightline } from '@sightline/bootstrap';

if (cluster.isPrimary) {
  let ready = 0;
  for (let each = 0; each < 2; each += 1) {
    cluster.fork().on('message', ({ port }) => {
      if (port === undefined) return;
      ready += 1;
      if (ready === 2) process.send({ port });
    });
  }
  cluster.on('exit', ({ exitedAfterDisconnect }) => {
    if (!exitedAfterDisconnect) sightline.logger.error('a worker died');
  });
  process.on('disconnect', () => process.exit());
  process.on('message', () => {
    for (const worker of Object.values(cluster.workers)) worker.send({ release: true });
  });
} else {
  const held = [];
  const server = createServer((request, response) => {
    if (request.url !== '/held') return response.end('now');
    sightline.logger.info('asked');
    return held.push(response);
  });
  process.on('message', ({ release }) => {
    if (release) for (const response of held.splice(0)) response.end('late');
  });
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
