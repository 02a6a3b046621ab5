// Two workers answer; the first process has the page.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

if (cluster.isPrimary) {
  let ready = 0;
  for (let each = 0; each < 2; each += 1) {
    cluster.fork().on('message', ({ port }) => {
      // The worker's metrics come as messages, too.
      if (port === undefined) return;
      ready += 1;
      if (ready === 2) process.send({ port });
    });
  }
} else {
  const server = createServer((_request, response) => {
    // Each connection goes to the next worker.
    response.setHeader('connection', 'close');
    response.end(String(process.pid));
  });
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
