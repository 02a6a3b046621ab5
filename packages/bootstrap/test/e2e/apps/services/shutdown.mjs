// Stops observing while the service goes on.
import { createServer } from 'node:http';
import { sightline } from '@sightline/bootstrap';

const server = createServer((_request, response) => response.end());
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
await (await fetch(url)).text();
sightline.logger.info('before');
await Promise.all([sightline.shutdown(300), sightline.shutdown(300)]);
const answer = await fetch(url);
const facts = {
  status: answer.status,
  address: sightline.admin.address ?? null,
  signals: process.listenerCount('SIGTERM'),
  crashes: process.listenerCount('uncaughtExceptionMonitor'),
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
server.close();
server.closeAllConnections();
