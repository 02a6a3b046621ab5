/** A pod of the test: requests that are short, that take their time, and that are answered in parts. */
import { sightline } from '@sightline/bootstrap';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const app = express();

app.get('/short/:id', (request, response) => {
  sightline.logger.info({ id: request.params.id }, 'short');
  response.send(`short ${request.params.id} end`);
});
app.get('/long/:id', async (request, response) => {
  await pause(200 + (Number(request.params.id) % 10) * 100);
  sightline.logger.info({ id: request.params.id }, 'long');
  response.send(`long ${request.params.id} end`);
});
app.get('/parts/:id', async (request, response) => {
  response.write('parts ');
  for (let part = 0; part < 6; part++) {
    // oxlint-disable-next-line no-await-in-loop -- a stream
    await pause(50 + (Number(request.params.id) % 10) * 15);
    response.write(`${part} `);
  }
  sightline.logger.info({ id: request.params.id }, 'parts');
  response.end(`${request.params.id} end`);
});

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});

process.on('disconnect', () => process.exit());
