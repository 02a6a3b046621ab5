import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import { responseBodyBytes, streamBodyBytes } from './body-size.ts';
import { isLoss } from './client-left.ts';
import { dataOf } from './error-data.ts';
import { awaitHandover } from './handover.ts';
import { requestStateKey } from './request-state.ts';
import type { Arrival } from './server-arrival.ts';
import type { ServerHooks } from './server-hooks.ts';
import { NOT_SENT, type ServerRequest } from './server-request.ts';

/** Sees the ends of requests, with one listener for each. */
export interface Endings {
  /** Puts the state where it is found again, and makes sure that the end is seen. */
  follow(state: ServerRequest, arrival: Arrival): void;
  /** From now on the end is what the app writes to the socket itself. */
  followSocket(state: ServerRequest, socket: Socket): void;
}

export interface EndingsSetup {
  /** Told of each end, with the status that was sent; more than once for some. */
  readonly finish: (state: ServerRequest, status: number | undefined) => void;
  readonly meetStream: ServerHooks['meetStream'];
  readonly countBodies: boolean;
}

interface WithState {
  [requestStateKey]?: ServerRequest;
}

export function createEndings({ finish, meetStream, countBodies }: EndingsSetup): Endings {
  function endResponse(state: ServerRequest, response: ServerResponse): void {
    if (state.isDone) return;
    // On older versions an answer into a connection that is gone is finished as well.
    state.aborted = !response.writableFinished || state.sentStatus === NOT_SENT;
    // What waits behind other responses has not left when the connection ends.
    const hasWaited = state.aborted && response.socket === null;
    if (state.aborted && state.error === undefined && !hadLeft(response)) {
      state.error = brokenOffBy(response.errored, response.req?.errored, hasWaited);
    }
    state.responseBodyBytes = responseBodyBytes(state, response, countBodies);
    finish(state, hasWaited ? undefined : statusSoFar(state));
  }

  /** For all responses, so that no function is made for each. */
  function onResponseClose(this: ServerResponse): void {
    const ofRequest = (this.req as WithState | undefined)?.[requestStateKey];
    const state = ofRequest?.response === this ? ofRequest : (this as WithState)[requestStateKey];
    if (state !== undefined) endResponse(state, this);
  }

  function onStreamClose(this: ServerHttp2Stream): void {
    const state = (this as WithState)[requestStateKey];
    if (state === undefined || state.isDone) return;
    state.aborted = this.aborted || this.rstCode !== 0;
    if (state.aborted && state.error === undefined) state.error = streamBrokenOffBy(this);
    state.responseBodyBytes = streamBodyBytes(state, countBodies);
    finish(state, statusSoFar(state));
  }

  /** A response that waits behind others on its connection is not told of its end, and a simulated one may not be. */
  function followUnassigned(state: ServerRequest, request: IncomingMessage, response: ServerResponse): void {
    if (!(request.socket instanceof Socket)) {
      response.on('finish', () => endResponse(state, response));
      return;
    }
    request.on('close', () => {
      if (request.socket.destroyed && response.socket === null && !response.writableFinished) {
        endResponse(state, response);
      }
    });
  }

  function followSocket(state: ServerRequest, socket: Socket): void {
    awaitHandover(socket, (status, isClosed) => {
      if (state.isDone) return;
      state.aborted = isClosed;
      finish(state, status ?? statusSoFar(state));
    });
  }

  return {
    followSocket,
    follow(state, arrival) {
      if (arrival.by === 'response') {
        const { request, response } = arrival;
        state.response = response;
        putState(request, state);
        // It leads to its request: a property more on each response would cost more than all that reads it.
        if (response.req !== request) putState(response, state);
        response.on('close', onResponseClose);
        if (response.socket === null) followUnassigned(state, request, response);
      } else if (arrival.by === 'stream') {
        const { stream, request, response } = arrival;
        putState(stream, state);
        if (request !== undefined) putState(request, state);
        if (response !== undefined) putState(response, state);
        meetStream(stream, request);
        stream.on('close', onStreamClose);
      } else {
        putState(arrival.request, state);
        followSocket(state, arrival.socket);
      }
    },
  };
}

/** Whether a recorder is at it already: this one, for an event that is emitted again, or another. */
export function isKnown(arrival: Arrival): boolean {
  if (arrival.by === 'stream') return hasState(arrival.stream);
  if (hasState(arrival.request)) return true;
  if (arrival.by !== 'response' || arrival.response.req === arrival.request) return false;
  // Another object of the app's stands for the request; what is answered is the same.
  return hasState(arrival.response) || hasState(arrival.response.req);
}

function hasState(holder: object | undefined): boolean {
  const { [requestStateKey]: state }: WithState = holder ?? {};
  return state !== undefined;
}

/** The status that the app has sent; undefined while it has not. */
export function statusSoFar({ response, stream, sentStatus }: ServerRequest): number | undefined {
  if (response !== undefined) {
    const isSent = response.headersSent && sentStatus !== NOT_SENT;
    return isSent ? (sentStatus ?? response.statusCode) : undefined;
  }
  const status = Number(stream?.sentHeaders?.[':status']);
  return Number.isNaN(status) ? undefined : status;
}

/** What Node.js, and `pipeline` after it, say of streams of HTTP/2 that the client, or the loss of the connection, has ended. */
const LEFT_STREAM: ReadonlySet<unknown> = new Set([
  // Of an app that gives up what it sends, mostly as it is told that the client has gone.
  'ABORT_ERR',
  'ERR_HTTP2_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
/** The code of a stream that its client resets, or loses with the connection; one that an app destroys with an error has another. */
const CANCEL = 8;
const LOST_CONNECTION: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Whether the connection was gone when the app gave its answer up: then it is not broken off by the error of that. */
function hadLeft({ socket, errored }: ServerResponse): boolean {
  const ofConnection = socket?.errored;
  return ofConnection !== undefined && ofConnection !== errored;
}

/**
 * What an app has given `destroy`, or `pipeline` for it: also that somebody whom it asks has gone in the middle of an answer.
 * That the client has gone is no error of the app's.
 *
 * @param ofRequest what the request itself has failed of
 * @param hasWaited true for an answer that waited behind others on its connection: Node.js itself breaks it off with that one
 */
function brokenOffBy(
  error: Error | null | undefined,
  ofRequest: Error | null | undefined,
  hasWaited: boolean,
): unknown {
  if (!error || (error === ofRequest && isLoss(error))) return undefined;
  const call = dataOf(error, 'syscall');
  const isOfConnection = hasWaited || call === 'read' || call === 'write';
  return isOfConnection && LOST_CONNECTION.has(dataOf(error, 'code')) ? undefined : error;
}

/** The same for a stream of HTTP/2, to which the going of its client is an error as well. */
function streamBrokenOffBy({ errored, rstCode }: ServerHttp2Stream): unknown {
  const hasLeft = rstCode === CANCEL || LEFT_STREAM.has(dataOf(errored, 'code'));
  return hasLeft ? undefined : brokenOffBy(errored, undefined, false);
}

function putState(holder: object, state: ServerRequest): void {
  (holder as WithState)[requestStateKey] = state;
}
