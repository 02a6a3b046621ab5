// A service that dies of an error in the middle of a request.
import express from 'express';

const app = express();
app.get('/api/:tenant/orders/:id', () => {
  setImmediate(() => {
    throw new Error('boom');
  });
});
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await fetch(`http://127.0.0.1:${port}/api/7/orders/12`);
});
