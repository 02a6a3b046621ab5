/**
 * A service that makes every mistake with what it is sent: errors named after it, labels out of it. Asked by IPC, it
 * collects its garbage and says how much is left.
 */
import { metrics as metricsApi } from '@opentelemetry/api';
import { sightline } from '@sightline/bootstrap';
import express, { type ErrorRequestHandler } from 'express';
import type { AddressInfo } from 'node:net';

const app = express();
const meter = metricsApi.getMeter('hostile');
const buys = meter.createCounter('buys', { description: 'Purchases.' });
const waits = meter.createHistogram('waits', { unit: 's' });
const sales = sightline.metrics.counter('sales_total', { help: 'Sales.', unit: '{sale}', labels: ['item'] });
const stock = sightline.metrics.gauge('stock_items', { help: 'Stock.', unit: '{item}', labels: ['item'] });
const values = sightline.metrics.histogram('sale_duration_seconds', {
  help: 'Durations.',
  unit: 's',
  labels: ['item', 'shop'],
});

app.all('/api/:tenant/things/:id', (request, response) => {
  response.json({ id: request.params.id });
});
app.get('/throw/:name', (request) => {
  const error = new Error(`no ${request.params.name}`);
  error.name = request.params.name;
  throw error;
});
app.get('/code/:name', (request) => {
  throw Object.assign(new Error('no'), { code: request.params.name });
});
app.get('/count/:item', (request, response) => {
  const { item } = request.params;
  const shop = request.get('x-shop');
  sales.add(1, { item });
  stock.set(1, { item });
  values.observe(0.5, { item, shop });
  buys.add(1, { item, [`key-${item}`]: shop });
  waits.record(0.1, { item });
  response.end();
});
const onError: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).end();
};
app.use(onError);

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
  });
});
server.keepAliveTimeout = 600_000;

process.on('message', () => {
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    process.send?.({ heapBytes: process.memoryUsage().heapUsed });
  });
});
process.on('disconnect', () => process.exit());
