/**
 * A service that tells all it knows: everything that a request brings, what upstreams answer, what it is told by IPC to
 * plant at one of the places. Its lines go to standard output and over OTLP, and to a file and Loki.
 */
import { context, propagation, trace } from '@opentelemetry/api';
import { sightline } from '@sightline/bootstrap';
import { createLogger, file, loki } from '@sightline/logger';
import express, { type ErrorRequestHandler, type Request } from 'express';
import type { AddressInfo } from 'node:net';
import { type Place, type Planted, labelPlaces, places } from './places.ts';

export interface PlantOrder {
  readonly place: string;
  readonly planted: Planted;
}

type Order =
  | { readonly plant: readonly PlantOrder[] }
  | { readonly label: PlantOrder }
  | 'flush'
  | { readonly crash: string }
  | { readonly reject: string };

const tracer = trace.getTracer('leak');
const stored = createLogger({ service: 'leak', level: 'trace' }, [
  file({ path: process.env['LOG_FILE'] ?? 'leak.log' }),
  loki({
    host: process.env['LOKI_URL'] ?? '',
    batching: { interval: 0.2 },
    spool: { directory: process.env['SPOOL'] ?? '' },
  }),
]);
const { leakShown: shown } = globalThis as unknown as { readonly leakShown: Record<string, unknown> };
const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: true }));
app.use(express.text({ type: 'text/plain' }));

function known(request: Request): object {
  const { headers, rawHeaders, url, originalUrl, query, params, body } = request;
  return {
    headers,
    rawHeaders,
    url,
    originalUrl,
    query,
    params,
    body: body as unknown,
    host: request.hostname,
  };
}

/** Hands on what came, as gateways do; nobody is there. */
async function askUpstream(request: Request): Promise<unknown> {
  const { headers } = request;
  const forwarded = Object.fromEntries(
    ['authorization', 'x-api-key', 'cookie'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  try {
    return await fetch(`http://127.0.0.1:9${request.originalUrl}`, { headers: forwarded });
  } catch (error) {
    return error;
  }
}

app.all('/leak/:mark/{*rest}', async (request) => {
  const facts = known(request);
  const upstream = await askUpstream(request);
  for (const logger of [sightline.logger, stored]) {
    logger.warn(
      { ...facts, upstream },
      `${request.method} ${request.originalUrl} brings ${JSON.stringify(request.body)}`,
    );
  }
  const baggage = propagation.getBaggage(context.active());
  trace.getSpan(context.active())?.setAttributes({
    'app.url': request.originalUrl,
    'app.body': JSON.stringify(request.body ?? ''),
    'app.baggage': JSON.stringify(baggage?.getAllEntries() ?? []),
  });
  Object.assign(shown, { request: facts, upstream });
  throw Object.assign(new Error(`cannot serve ${request.originalUrl}`), { request: facts });
});
const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  for (const logger of [sightline.logger, stored])
    logger.error({ err: error, url: request.url }, String(error));
  response.status(500).end();
};
app.use(onError);

/** The places, and whether a telling name stands beside the secret there. */
function namedOf(all: Readonly<Record<string, Place>>): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(all).map(([name, { isNamed }]) => [name, isNamed]));
}

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    adminPort: sightline.admin.address?.port,
    places: namedOf(places),
    labelPlaces: namedOf(labelPlaces),
  });
});

sightline.logger.info({ env: process.env }, 'started with this environment');
stored.info({ env: process.env }, 'started with this environment');

function flushed(): Promise<unknown> {
  return Promise.all([sightline.flush(), new Promise((resolve) => stored.flush(resolve))]);
}

process.on('message', (order: Order) => {
  if (order === 'flush') void flushed().then(() => process.send?.({}));
  else if ('plant' in order) {
    const failed: string[] = [];
    for (const { place, planted } of order.plant) {
      for (const logger of [sightline.logger, stored]) {
        try {
          places[place]?.plant(planted, logger, tracer);
        } catch (error) {
          failed.push(`${place}: ${String(error)}`);
        }
      }
    }
    process.send?.({ failed });
  } else if ('label' in order) {
    const { place, planted } = order.label;
    labelPlaces[place]?.plant(planted, sightline.logger, tracer);
    // What only a name gives away is not demanded where there is none.
    const isNamed = labelPlaces[place]?.isNamed === true;
    shown['label'] = { [planted.name]: planted.text, ...(!isNamed && { text: planted.text }) };
    process.send?.({});
  } else if ('crash' in order) throw new Error(order.crash);
  else void Promise.reject(new Error(order.reject));
});
process.on('disconnect', () => process.exit());
