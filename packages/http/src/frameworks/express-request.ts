import type { IncomingMessage } from 'node:http';
import { recordError } from '../request-state.ts';
import type { Loose } from './adapter.ts';

/** A request on its way through a router. */
export interface ExpressRequest extends IncomingMessage {
  readonly baseUrl?: string;
  /** The route that was matched last. */
  readonly route?: unknown;
  /** What `parseurl` keeps: the URL as it was when the last layer was compared. */
  readonly _parsedUrl?: { readonly pathname?: string };
}

/** Passes on to the next layer. */
export type Next = (this: unknown, error?: unknown) => unknown;

/** What is passed to `next` to leave a route or a router; not an error. */
export function isSignal(error: unknown): boolean {
  return error === 'route' || error === 'router';
}

/**
 * Whether a layer that calls `next` has left the request to others: without an error, and unanswered.
 * An error is recorded; the layer that passed it on stays the one that the request is known by.
 */
export function passOn(error: unknown, request: ExpressRequest, response: Loose): boolean {
  if (error && !isSignal(error)) {
    recordError(request, error);
    return false;
  }
  return response['headersSent'] !== true;
}
