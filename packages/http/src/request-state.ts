import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { hasClientLeft } from './client-left.ts';

/** What several copies of this package agree on: where the state of a request stands, on the request and the response. */
export const requestStateKey: unique symbol = Symbol.for('sightline.request.1') as never;

/** A request as Node.js hands it to a handler, or anything that has one of these for its prototype. */
export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** What adapters of frameworks read and write while a request is being answered. */
export interface RequestState {
  /** The template of the route that matched last; undefined until one has. Never a path. Write it with `setRoute`. */
  route: string | undefined;
  /** The templates of the routers passed so far, `/api/:tenant`; empty at first. Belongs to the adapters. */
  mount: string;
  /** The first error that was recorded; undefined without. Write it with `recordError`. */
  error: unknown;
}

/** Longest route that is taken; what is longer is cut [UTF-16 code units]. */
const MAX_ROUTE_LENGTH = 256;

/** The state of a request that is being recorded; undefined for any other, and when no recorder is enabled. */
export function requestState(request: IncomingRequest): RequestState | undefined {
  return (request as unknown as { readonly [requestStateKey]?: RequestState })[requestStateKey];
}

/**
 * Says which route answers a request. The last one said holds: an inner router knows better than an outer one.
 *
 * @param template such as `/api/:tenant/orders/:id`, never a path; cut at 256 characters; undefined takes it back
 */
export function setRoute(request: IncomingRequest, template: string | undefined): void {
  const state = requestState(request);
  if (state === undefined) return;
  if (typeof template !== 'string' || template === '') state.route = undefined;
  else state.route = template.length <= MAX_ROUTE_LENGTH ? template : template.slice(0, MAX_ROUTE_LENGTH);
}

/**
 * Says what a handler threw or passed on. The first error holds; undefined and null are none, and so is what an app makes of the
 * going of its client, as with an upload that breaks off.
 */
export function recordError(request: IncomingRequest, error: unknown): void {
  const state = requestState(request);
  if (state === undefined || state.error !== undefined || error === null) return;
  if (!hasClientLeft(request)) state.error = error;
}
