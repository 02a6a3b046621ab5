// The worker starts Sightline, and the first process does not.
import cluster from 'node:cluster';

if (cluster.isPrimary) {
  cluster.fork().on('message', (message) => {
    if (message.port !== undefined) process.send(message);
  });
} else {
  const { start } = await import('@sightline/bootstrap');
  start();
  const { createServer } = await import('node:http');
  const server = createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
