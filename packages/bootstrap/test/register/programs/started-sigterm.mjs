// A service that starts Sightline itself, and is stopped.
import express from 'express';
import { start } from '@sightline/bootstrap';

start({ shutdown: { deadlineMs: 300 } });

const app = express();
app.get('/api/:tenant/orders/:id', (_request, response) => {
  response.json({ placed: true });
});
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const answer = await fetch(`http://127.0.0.1:${port}/api/7/orders/12`);
  await answer.text();
  process.kill(process.pid, 'SIGTERM');
});
