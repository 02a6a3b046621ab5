import { type Socket, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { parseHost } from '../host.ts';
import type { Call, Calls } from './calls.ts';
import type { HeaderAccess, WriteHeaders } from './outgoing-headers.ts';
import type { Handlers } from './subscriptions.ts';

/** A request of undici: of the one in Node.js, which makes `fetch`, and of the package. */
export interface UndiciRequest {
  readonly origin: string | URL;
  /** The header of that name, where the app has set it. */
  readonly host?: string | null;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn; a value may be several. */
  readonly headers: readonly (string | readonly string[])[] | string;
  readonly upgrade?: string | null;
  addHeader(name: string, value: string): unknown;
  onUpgrade?: OnUpgrade;
  onRequestUpgrade?: OnUpgrade;
  [callKey]?: Call;
}
type OnUpgrade = (this: UndiciRequest, status: number, ...values: unknown[]) => unknown;

interface Origin {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly isAddress: boolean;
  readonly port: number;
}

const callKey = Symbol('sightline.call');
/** A service calls few origins; a crawler any number. */
const MAX_REMEMBERED = 256;

/** The headers of a request of undici. */
export const undiciHeaders: HeaderAccess<UndiciRequest> = {
  has({ headers }, name) {
    if (typeof headers === 'string')
      return `\r\n${headers.toLowerCase()}`.includes(`\r\n${name.toLowerCase()}:`);
    for (let index = 0; index < headers.length; index += 2) {
      const known = headers[index];
      if (
        typeof known === 'string' &&
        known.length === name.length &&
        known.toLowerCase() === name.toLowerCase()
      ) {
        return true;
      }
    }
    return false;
  },
  add(request, name, value) {
    request.addHeader(name, value);
  },
};

/**
 * Calls that are made with `fetch` and undici. A call that is redirected is a call for each hop.
 * A response whose body nobody reads has not ended.
 */
export function undiciHandlers(
  { begin, end }: Calls,
  writeHeaders: WriteHeaders<UndiciRequest>,
  onFailure: (what: string, error: unknown) => void,
): Handlers {
  const origins = createOrigins();
  interface Message {
    readonly request: UndiciRequest;
  }

  /** Not every version tells the end of a request that hands its socket over. */
  function followUpgrade(request: UndiciRequest, call: Call, name: 'onUpgrade' | 'onRequestUpgrade'): void {
    const original = request[name];
    if (typeof original !== 'function') return;
    request[name] = function upgraded(status, ...values) {
      try {
        call.status = status;
        end(call);
      } catch (error) {
        onFailure('the end of a call', error);
      }
      return original.call(this, status, ...values);
    };
  }

  return {
    'undici:request:create': ({ request }: Message) => {
      const origin = origins(request.origin);
      const { scheme, port } = origin;
      const call = begin(request.method, scheme, hostOf(origin, request), port, request.path);
      if (call === undefined) return;
      request[callKey] = call;
      if (request.upgrade || request.method === 'CONNECT') {
        followUpgrade(request, call, 'onUpgrade');
        followUpgrade(request, call, 'onRequestUpgrade');
      }
      writeHeaders(call, request);
    },
    'undici:client:sendHeaders': ({ request, socket }: Message & { readonly socket: Socket | TLSSocket }) => {
      const call = request[callKey];
      if (call === undefined) return;
      call.protocolVersion = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? '2' : '1.1';
    },
    'undici:request:headers': ({
      request,
      response,
    }: Message & { readonly response: { readonly statusCode: number } }) => {
      const call = request[callKey];
      if (call !== undefined) call.status = response.statusCode;
    },
    'undici:request:trailers': ({ request }: Message) => {
      const call = request[callKey];
      if (call !== undefined) end(call);
    },
    'undici:request:error': ({ request, error }: Message & { readonly error: unknown }) => {
      const call = request[callKey];
      if (call === undefined) return;
      if (!isLeftRedirect(call))
        call.error ??= error ?? new DOMException('The call was aborted', 'AbortError');
      end(call);
    },
  };
}

/** `fetch` aborts a response that sends it elsewhere: it has what it wants of it. */
function isLeftRedirect({ status }: Call): boolean {
  return status !== undefined && status >= 300 && status < 400;
}

/** As the code names it: the interceptor `dns` puts an address in the place of the name, which the header has then. */
function hostOf({ host, isAddress }: Origin, request: UndiciRequest): string {
  return isAddress && typeof request.host === 'string' ? (parseHost(request.host).address ?? host) : host;
}

/** Takes origins apart, and remembers them. */
function createOrigins(): (origin: string | URL) => Origin {
  const remembered = new Map<string, Origin>();
  return function originOf(origin) {
    const text = typeof origin === 'string' ? origin : origin.origin;
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const { protocol, hostname, port } = new URL(text);
    const scheme = protocol === 'https:' ? 'https' : 'http';
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    const parsed: Origin = {
      scheme,
      host,
      isAddress: isIP(host) !== 0,
      port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
    };
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, parsed);
    return parsed;
  };
}
