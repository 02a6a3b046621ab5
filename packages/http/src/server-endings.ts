import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import { responseBodyBytes, streamBodyBytes } from './body-size.ts';
import { awaitHandover } from './handover.ts';
import { requestStateKey } from './request-state.ts';
import type { Arrival } from './server-arrival.ts';
import type { ServerHooks } from './server-hooks.ts';
import type { ServerRequest } from './server-request.ts';

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
    state.aborted = !response.writableFinished;
    if (state.aborted && state.error === undefined) state.error = destroyedBy(response);
    state.responseBodyBytes = responseBodyBytes(state, response, countBodies);
    // What waits behind other responses has not left when the connection ends.
    const hasLeft = !(state.aborted && response.socket === null);
    finish(state, hasLeft ? statusSoFar(state) : undefined);
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
export function statusSoFar({ response, stream }: ServerRequest): number | undefined {
  if (response !== undefined) return response.headersSent ? response.statusCode : undefined;
  const status = Number(stream?.sentHeaders?.[':status']);
  return Number.isNaN(status) ? undefined : status;
}

/** What the app gave `destroy`. A reset by the client, which Node.js puts there as well, is no error of the app's. */
function destroyedBy(response: ServerResponse): unknown {
  const error: unknown = response.errored ?? undefined;
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNRESET' ? undefined : error;
}

function putState(holder: object, state: ServerRequest): void {
  (holder as WithState)[requestStateKey] = state;
}
