/**
 * A service for hours: it logs to standard output and, over a spool, to Loki, and its requests are short, long, in parts
 * or fail. Asked by IPC for a look, it collects its garbage and says what is left; told to burst, it logs a lot at once.
 */
import { sightline } from '@sightline/bootstrap';
import { createLogger, loki } from '@sightline/logger';
import express, { type ErrorRequestHandler } from 'express';
import type { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { ownDescriptors, residentBytes } from './own-process.ts';

const BURST_LINES = 20_000;

const toLoki = createLogger(
  { service: 'steady' },
  loki({
    host: process.env['LOKI_URL'] ?? '',
    batching: { interval: 1 },
    timeout: 5000,
    spool: { directory: process.env['SPOOL'] ?? '', maxBytes: 16 * 1_048_576 },
    signals: false,
  }),
);
const app = express();
const orders = sightline.metrics.counter('orders_total', {
  help: 'Orders.',
  unit: '{order}',
  labels: ['plan'],
});
let answered = 0;

app.use((_request, response, next) => {
  response.on('finish', () => (answered += 1));
  next();
});
app.get('/short/:id', (request, response) => {
  toLoki.info({ id: request.params.id }, 'short');
  orders.add(1, { plan: Number(request.params.id) % 2 === 0 ? 'free' : 'paid' });
  response.send(`short ${request.params.id} end`);
});
app.get('/long/:id', async (request, response) => {
  await pause(100 + (Number(request.params.id) % 10) * 50);
  toLoki.info({ id: request.params.id }, 'long');
  response.send(`long ${request.params.id} end`);
});
app.get('/parts/:id', async (request, response) => {
  response.write('parts ');
  for (let part = 0; part < 4; part++) {
    // oxlint-disable-next-line no-await-in-loop -- a stream
    await pause(50);
    response.write(`${part} `);
  }
  toLoki.info({ id: request.params.id }, 'parts');
  response.end(`${request.params.id} end`);
});
app.get('/fail/:id', () => {
  throw new TypeError('no such thing');
});
const onError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  toLoki.error({ err: error }, 'it failed');
  response.status(500).json({ title: 'it failed' });
};
app.use(onError);

sightline.health.add('memory', { check: () => Promise.resolve(undefined), critical: true });

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});

// Longer than clients keep theirs, so that none is closed just when it is used.
server.keepAliveTimeout = 65_000;

function listenersOf(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

/**
 * Pages of V8's heap of this thread: of the space for new objects, which V8 doubles when much of what is new is still in use at a
 * collection, and of all others.
 */
function heapPages(): { readonly youngBytes: number; readonly oldBytes: number } {
  const pages = { youngBytes: 0, oldBytes: 0 };
  for (const { space_name: name, physical_space_size: bytes } of getHeapSpaceStatistics())
    pages[name.startsWith('new_') ? 'youngBytes' : 'oldBytes'] += bytes;
  return pages;
}

function look(): void {
  // Twice: what the first collection lets go of may hold on to more.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    const { destination } = toLoki.stats();
    const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
    process.send?.({
      heapBytes: heapUsed,
      rssBytes: rss,
      memory: {
        heapTotalBytes: heapTotal,
        externalBytes: external,
        ...heapPages(),
        ...residentBytes(),
      },
      descriptors: ownDescriptors(
        new Set([(server.address() as AddressInfo).port, sightline.admin.address?.port ?? 0]),
      ),
      listeners: listenersOf(server) + listenersOf(process),
      answered,
      droppedLines: destination?.dropped ?? 0,
      queuedLines: destination?.queued ?? 0,
    });
  });
}

process.on('message', (message) => {
  if (message !== 'burst') return look();
  for (let line = 0; line < BURST_LINES; line++) toLoki.info({ line }, 'a line of a burst');
});
process.on('disconnect', () => process.exit());
