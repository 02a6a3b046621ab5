/**
 * The service that is hurt: each order is a request with one span of its own and one line for Loki. `TELEMETRY` says who
 * observes it: `sightline` (preloaded), `otel` (preloaded), `pino-loki`, or nobody, with `constant-page` beside a server that
 * answers every scrape with the same text; or which library looks after its probes and its end: `terminus`, `lightship`. With `CHECKS`, readiness asks for Redis. Asked by IPC, it says what it did,
 * what it holds, and what its telemetry counts.
 */
import { trace } from '@opentelemetry/api';
import express from 'express';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

interface Logger {
  info(fields: object, message: string): void;
}
interface LokiCounts {
  readonly queued: number;
  readonly dropped: number;
}

const telemetry = process.env['TELEMETRY'];
const lokiUrl = process.env['LOKI_URL'];
const redisUrl = process.env['REDIS_URL'];

/** Of the lines that are given up on; nobody counts them but Sightline. */
let lokiCounts: () => LokiCounts | undefined = () => undefined;
let adminPort = (): number | undefined => undefined;

/** In an object: a logger of pino has a method that makes a promise of it. */
async function openLogger(): Promise<{ readonly log: Logger }> {
  if (telemetry === 'sightline' && lokiUrl !== undefined) {
    const { createLogger, loki } = await import('@sightline/logger');
    const directory = process.env['SPOOL'];
    const logger = createLogger(
      { service: 'chaos' },
      loki({
        host: lokiUrl,
        batching: { interval: 0.3, maxBufferSize: 1000 },
        timeout: 8000,
        maxBufferBytes: 4 * 1_048_576,
        maxInFlightBytes: 4 * 1_048_576,
        spool: directory === undefined ? false : { directory, maxBytes: 8 * 1_048_576 },
        // The bootstrap owns signals.
        signals: true,
      }),
    );
    lokiCounts = () => logger.stats().destination;
    return { log: logger };
  }
  if (telemetry === 'pino-loki' && lokiUrl !== undefined) {
    const { pino } = await import('pino');
    const log = pino(
      pino.transport({
        target: 'pino-loki',
        options: {
          host: lokiUrl,
          batching: { interval: 0.3, maxBufferSize: 1000 },
          timeout: 8000,
          silenceErrors: true,
        },
      }),
    );
    return { log };
  }
  return { log: { info: () => {} } };
}

const { log } = await openLogger();
const tracer = trace.getTracer('chaos');
const app = express();
let handled = 0;
/** Kept until memory is full. */
const hoard: object[] = [];

let askRedis: (() => Promise<unknown>) | undefined;
if (redisUrl !== undefined) {
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl, {
    commandTimeout: 50,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  });
  redis.on('error', () => {});
  askRedis = () => redis.incr('orders');
  if (telemetry === 'sightline') {
    const { sightline } = await import('@sightline/bootstrap');
    sightline.watch(redis, { name: 'orders' });
  }
}
if (telemetry === 'sightline') {
  const { sightline } = await import('@sightline/bootstrap');
  adminPort = () => sightline.admin.address?.port;
}

app.get('/order/:id', async (request, response) => {
  const order = request.params.id;
  await tracer.startActiveSpan('work', { attributes: { 'order.id': order } }, async (span) => {
    // A cache that is not there is done without.
    await askRedis?.().catch(() => undefined);
    span.end();
  });
  log.info({ order }, 'order placed');
  response.on('finish', () => (handled += 1));
  response.json({ order });
});

const server = createServer(app);
server.keepAliveTimeout = 60_000;
const drainDelayMs = Number(process.env['SIGHTLINE_DRAIN_DELAY_MS'] ?? 1000);

/** As most write such a check: without a time limit of its own. */
async function checkOfRedis(): Promise<() => Promise<unknown>> {
  if (redisUrl === undefined || process.env['CHECKS'] === undefined) return () => Promise.resolve();
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl);
  redis.on('error', () => {});
  return () => redis.ping();
}
const check = await checkOfRedis();

if (telemetry === 'constant-page') {
  // As long as the page of metrics is here.
  const page = 'constant_page_total{of="nothing"} 1\n'.repeat(550);
  createServer((_request, response) => response.end(page))
    .listen(Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT']), '127.0.0.1')
    .unref();
}

if (telemetry === 'sightline' && process.env['CHECKS'] !== undefined) {
  const { sightline } = await import('@sightline/bootstrap');
  sightline.health.add('redis', { check, critical: true });
} else if (telemetry === 'terminus') {
  const { createTerminus } = await import('@godaddy/terminus');
  createTerminus(server, {
    signals: ['SIGTERM', 'SIGINT'],
    timeout: 10_000,
    beforeShutdown: () => pause(drainDelayMs),
    healthChecks: { '/livez': () => Promise.resolve(), '/readyz': check },
  });
} else if (telemetry === 'lightship') {
  const { createLightship } = await import('lightship');
  // It has no checks: readiness is what the service says of itself.
  const lightship = await createLightship({ shutdownDelay: drainDelayMs });
  lightship.registerShutdownHandler(() => new Promise((resolve) => void server.close(() => resolve())));
  lightship.signalReady();
  adminPort = () => (lightship.server.address() as AddressInfo).port;
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, adminPort: adminPort() });
});

type Order = 'count' | 'look' | 'throw' | 'reject' | 'hoard' | { readonly shiftMs: number };

function tellWhatIsHeld(): void {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({
    heldBytes: heapUsed + external,
    rssBytes: rss,
    descriptors: readdirSync('/proc/self/fd').length,
  });
}

process.on('message', (order: Order) => {
  if (order === 'throw') throw new Error('the order of the day');
  if (order === 'reject') void Promise.reject(new Error('nobody cares'));
  else if (order === 'hoard') {
    setInterval(() => hoard.push(Array.from({ length: 200_000 }, (_, at) => ({ at }))), 10);
  } else if (order === 'count') process.send?.({ handled, loki: lokiCounts() });
  else if (order === 'look') tellWhatIsHeld();
  else {
    (globalThis as { shiftClock?: (ms: number) => void }).shiftClock?.(order.shiftMs);
    process.send?.({});
  }
});
process.on('disconnect', () => process.exit());
