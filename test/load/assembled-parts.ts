import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';

const require = createRequire(import.meta.url);

/** What a team censors by hand in the lines of its requests. */
export const redactedPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
  'req.headers["x-auth-token"]',
  'res.headers["set-cookie"]',
  'req.query.token',
  'req.query.api_key',
  'req.body.password',
] as const;

/** Measures one request; the route is asked for at its end. */
export type Measured = (request: IncomingMessage, response: ServerResponse, route: () => string) => void;

/** The histogram of `prom-client`, filled by hand, as one does where there is no bundle for the framework. */
export function measuredRequests(): Measured {
  // Only here: the bare service does without it.
  const { Histogram } = require('prom-client') as typeof PromClient;
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests.',
    labelNames: ['method', 'route', 'status_code'],
  });
  return (request, response, route) => {
    const end = histogram.startTimer();
    response.on('finish', () =>
      end({ method: request.method ?? '', route: route(), status_code: response.statusCode }),
    );
  };
}
