import { parseOptions } from '@sightline/errors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Health } from '../health.ts';

export const shedOptionsSchema = z.strictObject({
  /** When clients are asked to come back [s]. */
  retryAfterSeconds: z.int().min(0).max(3600).default(10),
  /** Requests that are answered all the same, such as those of an operator. By default none. */
  isExempt: z
    .custom<(request: IncomingMessage) => boolean>((value) => typeof value === 'function', 'a function')
    .optional(),
});
/** What a caller writes. */
export type ShedOptions = z.input<typeof shedOptionsSchema>;

const BODY = JSON.stringify({ type: 'about:blank', title: 'Service Unavailable', status: 503 });

/**
 * Answers with 503 and `Retry-After` in place of the service while its event loop is under pressure, so that what it has begun
 * gets done. Where a load balancer looks at readiness, that alone takes the instance out; this is for where none does.
 *
 * Mount it before everything else and after health: `app.use(shedLoad(health))` on Express, called from the listener of
 * `node:http`, or `app.addHook('onRequest', (request, reply, done) => shed(request.raw, reply.raw, done))` on Fastify.
 *
 * @param health whose option `pressure` says from when on, and until when
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 */
export function shedLoad(
  health: Pick<Health, 'pressure'>,
  options: ShedOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  const { retryAfterSeconds, isExempt } = parseOptions('shedLoad', shedOptionsSchema, options);
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(BODY),
    'cache-control': 'no-store',
    'retry-after': String(retryAfterSeconds),
  };
  return function shed(request, response, next) {
    if (health.pressure === undefined || isExempt?.(request) === true) {
      next();
      return;
    }
    // What it sends is not read: the connection would be held for it.
    request.resume();
    response.writeHead(503, headers).end(request.method === 'HEAD' ? undefined : BODY);
  };
}
