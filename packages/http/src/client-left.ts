import { dataOf } from './error-data.ts';
import type { IncomingRequest } from './request-state.ts';

/**
 * Whether the request has broken off because its client is gone. An app that reads no more of a body of HTTP/1, with `break` or
 * because what it writes it to has failed, breaks it off as well, and may answer somebody who is there.
 */
export function hasClientLeft(request: IncomingRequest): boolean {
  if (!request.aborted) return false;
  if (request.httpVersionMajor === 2) return true;
  return isLoss(request.errored);
}

/** Whether it is what Node.js gives a request of HTTP/1 whose connection is lost. */
export function isLoss(error: unknown): boolean {
  return dataOf(error, 'code') === 'ECONNRESET' && dataOf(error, 'message') === 'aborted';
}
