import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';

/** What a server hands out, by how its end is seen. */
export type Arrival =
  | { readonly by: 'response'; readonly request: IncomingMessage; readonly response: ServerResponse }
  | {
      readonly by: 'stream';
      readonly stream: ServerHttp2Stream;
      readonly headers: IncomingHttpHeaders;
      readonly request: Http2ServerRequest | undefined;
      readonly response: Http2ServerResponse | undefined;
    }
  | { readonly by: 'socket'; readonly request: IncomingMessage; readonly socket: Socket };

interface CountsListeners {
  listenerCount(event: string): number;
}

/**
 * Reads the arguments of an event that hands out a request.
 *
 * @param args the event and what goes with it
 * @returns undefined for an event of that name that is another matter, and for a stream that the server is about to
 *   emit again as a request
 */
export function arrivalOf(server: object, args: readonly unknown[]): Arrival | undefined {
  const [event, first, second] = args;
  if (event === 'stream') {
    if ((server as CountsListeners).listenerCount('request') > 0 || !isStream(first)) return undefined;
    const headers = second as IncomingHttpHeaders;
    return { by: 'stream', stream: first, headers, request: undefined, response: undefined };
  }
  if (!isRequest(first)) return undefined;
  if (isHttp2(first)) {
    if (typeof second !== 'object' || second === null) return undefined;
    const response = second as Http2ServerResponse;
    return { by: 'stream', stream: first.stream, headers: first.headers, request: first, response };
  }
  if (event === 'upgrade' || event === 'connect') {
    return second instanceof Socket ? { by: 'socket', request: first, socket: second } : undefined;
  }
  return isResponse(second) ? { by: 'response', request: first, response: second } : undefined;
}

function isStream(value: unknown): value is ServerHttp2Stream {
  return typeof (value as ServerHttp2Stream | undefined)?.respond === 'function';
}

function isRequest(value: unknown): value is IncomingMessage | Http2ServerRequest {
  const request = value as IncomingMessage | null | undefined;
  return (
    typeof request === 'object' &&
    request !== null &&
    typeof request.method === 'string' &&
    // Over HTTP/2, CONNECT has none.
    (typeof request.url === 'string' || request.httpVersionMajor === 2) &&
    typeof request.headers === 'object'
  );
}

function isHttp2(request: IncomingMessage | Http2ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2;
}

function isResponse(value: unknown): value is ServerResponse {
  return typeof (value as ServerResponse | undefined)?.writeHead === 'function';
}
