/* oxlint-disable no-underscore-dangle -- Node.js offers no other way to a block of headers that is written */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Call, Calls } from './calls.ts';
import type { WriteHeaders } from './outgoing-headers.ts';
import type { HeaderAccess } from './outgoing-headers.ts';
import type { Handlers } from './subscriptions.ts';

/** A request of `node:http` or `node:https`, with what Node.js keeps on it. */
export interface Outgoing extends ClientRequest {
  /** The block of headers, once it is written; the constructor does so for headers given as an array. */
  _header: string | null;
  /** True when it is on its way: to the socket, or to `outputData` before there is one. */
  readonly _headerSent: boolean;
  readonly outputData: { data: unknown }[];
  outputSize: number;
  readonly res?: IncomingMessage | null;
  readonly socketPath?: string;
  readonly upgradeOrConnect?: boolean;
  [callKey]?: Call;
}

const callKey = Symbol('sightline.call');
const LINE_BREAK = /[\r\n]/;

/** The headers of a request, whether they are still fields or already text. */
export const outgoingHeaders: HeaderAccess<Outgoing> = {
  has(request, name) {
    const { _header: block } = request;
    return block === null
      ? request.hasHeader(name)
      : block.toLowerCase().includes(`\r\n${name.toLowerCase()}:`);
  },
  add(request, name, value) {
    const { _header: block } = request;
    if (block === null) request.setHeader(name, value);
    else if (block.endsWith('\r\n\r\n') && !LINE_BREAK.test(value)) {
      rewrite(request, block, `${block.slice(0, -2)}${name}: ${value}\r\n\r\n`);
    }
  },
};

/** Puts another block in the place of one that has not left: with an expectation it waits for the connection. */
function rewrite(request: Outgoing, block: string, written: string): void {
  if (request._headerSent) {
    const [first] = request.outputData;
    if (first?.data !== block) return;
    first.data = written;
    request.outputSize += written.length - block.length;
  }
  request._header = written;
}

/**
 * Calls that are made with `node:http` and `node:https`, by whatever library, and however the module was imported:
 * Node.js tells of each on channels. The end is the `close` of the request, which follows the end of the response,
 * the loss of the connection, an error, an abort and the handing over of the socket alike.
 */
export function httpHandlers(
  { begin, end }: Calls,
  writeHeaders: WriteHeaders<Outgoing>,
  onFailure: (what: string, error: unknown) => void,
): Handlers {
  function onClose(this: Outgoing): void {
    const call = this[callKey];
    if (call === undefined) return;
    try {
      complete(this, call);
      end(call);
    } catch (error) {
      onFailure('the end of a call', error);
    }
  }

  return {
    'http.client.request.created': ({ request }: { readonly request: Outgoing }) => {
      if (request[callKey] !== undefined) return;
      const scheme = request.protocol === 'https:' ? 'https' : 'http';
      const host = request.host || 'localhost';
      const call = begin(request.method, scheme, host, portOf(request, host, scheme), request.path);
      if (call === undefined) return;
      request[callKey] = call;
      request.on('close', onClose);
      writeHeaders(call, request);
    },
    'http.client.request.error': ({
      request,
      error,
    }: {
      readonly request: Outgoing;
      readonly error: unknown;
    }) => {
      const call = request[callKey];
      if (call !== undefined) call.error ??= error;
    },
  };
}

function complete(request: Outgoing, call: Call): void {
  const { res } = request;
  call.port ??= request.socketPath ? undefined : request.socket?.remotePort;
  if (!res) {
    call.error ??= new DOMException('The request was closed before it was answered', 'AbortError');
    return;
  }
  call.status = res.statusCode;
  call.protocolVersion = res.httpVersion;
  if (res.complete || request.upgradeOrConnect === true) return;
  call.error ??= res.errored ?? new DOMException('The response was left before its end', 'AbortError');
}

/**
 * The port is only in the Host header that Node.js makes: there where it is not the usual one of the scheme.
 *
 * @returns undefined when the header is the app's own, or there is none; the socket says it later
 */
function portOf(request: Outgoing, host: string, scheme: 'http' | 'https'): number | undefined {
  const header = request.getHeader('host');
  if (typeof header !== 'string' || request.socketPath) return undefined;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (!header.startsWith(name)) return undefined;
  const rest = header.slice(name.length);
  if (rest === '') return scheme === 'https' ? 443 : 80;
  const port = rest.startsWith(':') ? Number(rest.slice(1)) : Number.NaN;
  return Number.isInteger(port) ? port : undefined;
}
