/**
 * A process that does nothing but be observed: `LIBRARY` says by whom, `TASK` what there is of it.
 *
 * By IPC it is told to watch its event loop, `{ watch: 'turns' }`, or what it uses, `{ watch: 'cpu' }`, and then
 * `{ watch: 'end' }`; it answers each with `{ longestMs, cpuMs, seconds }` since the last. While it watches the turns, the loop
 * never sleeps, which costs a core and is no measure of what is used.
 */
import { metrics, trace } from '@opentelemetry/api';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Library, PER_SECOND, SERIES, type Task } from './blocking-table.ts';

const library = process.env['LIBRARY'] as Library;
const task = process.env['TASK'] as Task;

const TICK_MS = 10;
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const FAMILIES = 5;
/** No metric has more label sets than each library takes by default. */
const COUNTER_SETS = SERIES / 2 / FAMILIES;
/** A bucket is a series, and so are the last one, the sum and the count. */
const HISTOGRAM_SETS = Math.ceil(SERIES / 2 / FAMILIES / (BOUNDARIES.length + 3));
const LABELS = ['method', 'route', 'status'] as const;

type Labels = Readonly<Record<(typeof LABELS)[number], string>>;
type Observe = (value: number, labels: Labels) => void;

/** Like those of a service: a few methods and codes, many routes. */
function labelsOf(set: number): Labels {
  return {
    method: ['GET', 'POST', 'PUT', 'DELETE'][set % 4] ?? '',
    route: `/api/tenants/:tenant/things-${Math.floor(set / 16)}/:id`,
    status: ['200', '201', '404', '500'][Math.floor(set / 4) % 4] ?? '',
  };
}

interface Instruments {
  counter(number: number): Observe;
  histogram(number: number): Observe;
}

async function instruments(): Promise<Instruments> {
  const help = 'Of the benchmark.';
  if (library === 'sightline') {
    const { sightline } = await import('@sightline/bootstrap');
    return {
      counter(number) {
        const own = sightline.metrics.counter(`family_${number}_total`, {
          help,
          unit: '{thing}',
          labels: LABELS,
        });
        return (value, labels) => own.add(value, labels);
      },
      histogram(number) {
        const own = sightline.metrics.histogram(`family_${number}_duration_seconds`, {
          help,
          unit: 's',
          labels: LABELS,
          boundaries: BOUNDARIES,
        });
        return (value, labels) => own.observe(value, labels);
      },
    };
  }
  if (library === 'prom-client') {
    const { Counter, Histogram } = await import('prom-client');
    return {
      counter(number) {
        const own = new Counter({ name: `family_${number}_total`, help, labelNames: LABELS });
        return (value, labels) => own.inc(labels, value);
      },
      histogram(number) {
        const name = `family_${number}_duration_seconds`;
        const own = new Histogram({ name, help, labelNames: LABELS, buckets: BOUNDARIES });
        return (value, labels) => own.observe(labels, value);
      },
    };
  }
  const meter = metrics.getMeter('load');
  return {
    counter(number) {
      const own = meter.createCounter(`family_${number}`, { description: help });
      return (value, labels) => own.add(value, labels);
    },
    histogram(number) {
      const own = meter.createHistogram(`family_${number}_duration`, {
        description: help,
        unit: 's',
        advice: { explicitBucketBoundaries: BOUNDARIES },
      });
      return (value, labels) => own.record(value, labels);
    },
  };
}

async function makeSeries(): Promise<void> {
  const { counter, histogram } = await instruments();
  for (let family = 0; family < FAMILIES; family++) {
    const [count, observe] = [counter(family), histogram(family)];
    for (let set = 0; set < COUNTER_SETS; set++) count(3, labelsOf(set));
    for (let set = 0; set < HISTOGRAM_SETS; set++) observe(set / 7, labelsOf(set));
  }
}

function fieldsOf(index: number): object {
  return { orderId: `order-${index}`, items: 3, total: 49.9, country: 'DE' };
}

async function logged(): Promise<(index: number) => void> {
  if (library === 'sightline') {
    const { sightline } = await import('@sightline/bootstrap');
    return (index) => sightline.logger.info(fieldsOf(index), 'order placed');
  }
  const { pino } = await import('pino');
  const logger = pino();
  return (index) => logger.info(fieldsOf(index), 'order placed');
}

function traced(): (index: number) => void {
  const tracer = trace.getTracer('load');
  return (index) => {
    const attributes = { 'order.id': `order-${index}`, 'order.items': 3, country: 'DE' };
    tracer.startSpan('place order', { attributes }).end();
  };
}

/** What is done `PER_SECOND` times a second, if anything. */
async function work(): Promise<(index: number) => void> {
  if (task === 'scrape' || task === 'push') await makeSeries();
  if (task === 'logs') return logged();
  return task === 'spans' ? traced() : () => {};
}

const each = await work();
let done = 0;
const startMs = performance.now();
setInterval(() => {
  // As many as are due, so that a late tick leaves none out.
  const due = ((performance.now() - startMs) / 1000) * PER_SECOND;
  while (done < due) each(done++);
}, TICK_MS);

let spins = false;
let lastTurnMs = 0;
let longestMs = 0;
function turn(): void {
  const nowMs = performance.now();
  longestMs = Math.max(longestMs, nowMs - lastTurnMs);
  lastTurnMs = nowMs;
  if (spins) setImmediate(turn);
}

let before = process.cpuUsage();
let beforeMs = performance.now();
process.on('message', ({ watch }: { readonly watch: 'turns' | 'cpu' | 'end' }) => {
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    longestMs,
    cpuMs: (user + system) / 1000,
    seconds: (performance.now() - beforeMs) / 1000,
  });
  [spins, longestMs, lastTurnMs] = [watch === 'turns', 0, performance.now()];
  if (spins) setImmediate(turn);
  before = process.cpuUsage();
  beforeMs = performance.now();
});
process.on('disconnect', () => process.exit());

const page = library === 'prom-client' ? (await import('prom-client')).register : undefined;
const server = createServer((_, response) => {
  page?.metrics().then(
    (text) => response.setHeader('content-type', page.contentType).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
