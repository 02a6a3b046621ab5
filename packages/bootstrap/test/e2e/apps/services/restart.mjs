// Ends the instance that --import has started, and starts another one with options of its own.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { sightline, start } from '@sightline/bootstrap';
import express from 'express';

const app = express();
app.get('/orders/:id', (_request, response) => {
  sightline.logger.info({ traced: trace.getActiveSpan()?.isRecording() ?? false }, 'asked');
  response.end();
});
app.use(sightline.admin.handler);
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const ask = async (path) => (await fetch(url + path)).status;
const isRegistered = () => {
  const key = Symbol('key');
  return [
    context.with(context.active().setValue(key, 1), () => context.active().getValue(key) === 1),
    trace.getTracer('t').startSpan('s').isRecording(),
    metrics.getMeterProvider() === sightline.meterProvider,
    propagation.fields().length > 0,
  ];
};

/** Of the instance that runs now. */
async function hasPort() {
  if (sightline.admin.address !== undefined) return;
  await nextTurn();
  await hasPort();
}

const states = [];
async function tell() {
  await hasPort();
  states.push({
    enabled: sightline.enabled,
    name: (await sightline.status()).service['service.name'],
    registered: isRegistered(),
    orders: await ask('/orders/7'),
    live: await ask('/livez'),
  });
}

const first = start();
await tell();
await sightline.shutdown(1000);
states.push({ enabled: sightline.enabled, registered: isRegistered(), ready: await ask('/readyz') });
const second = start({ service: { name: 'second' } });
await tell();
process.stdout.write(
  `${JSON.stringify({ states, anew: first !== second, twice: start() === second, first: first.enabled })}\n`,
);
server.close();
server.closeAllConnections();
await sightline.shutdown(1000);
