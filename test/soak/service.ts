/** A service with what goes wrong in services. Asked by IPC, it collects its garbage and says what is left. */
import { sightline } from '@sightline/bootstrap';
import express, { type ErrorRequestHandler } from 'express';
import type { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';

const app = express();

app.get('/ok/:id', (request, response) => {
  response.json({ id: request.params.id });
});
app.get('/fail/:id', () => {
  throw new TypeError('no such thing');
});
app.get('/reject/:id', async () => {
  await Promise.resolve();
  throw new RangeError('out of stock');
});
/** Begins to answer and never ends: whoever asks goes away. */
app.get('/endless/:id', (_request, response) => {
  response.write('begun');
});
const onError: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).json({ title: 'it failed' });
};
app.use(onError);

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled++;
});
const warnings: string[] = [];
process.on('warning', ({ name }) => {
  warnings.push(name);
});

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});

function listenersOf(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

process.on('message', () => {
  // Twice: what the first collection lets go of may hold on to more.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    process.send?.({
      heapBytes: process.memoryUsage().heapUsed,
      listeners: listenersOf(server) + listenersOf(process),
      unhandled,
      warnings,
    });
  });
});
process.on('disconnect', () => process.exit());
