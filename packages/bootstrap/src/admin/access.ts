import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether a request may see what is guarded, and if not, what it lacks. */
export type Access = 'granted' | 'no-token' | 'wrong-token';

export interface AccessRule {
  /** The bearer token; undefined when there is none. */
  readonly token: string | undefined;
  /** The address of the connection's other end. Default: that of the socket. */
  readonly peerAddress?: (request: IncomingMessage) => string | undefined;
}

/**
 * Judges requests for guarded paths: with the bearer token from everywhere, without one from this machine alone.
 *
 * "From this machine" is said by the socket, never by a header, and it takes all of these, as each can be missing:
 * the peer is loopback; no header says that a proxy passed it on; the host that was asked for is this machine, which keeps
 * out pages whose name was rebound to loopback; and no browser says that another site asked.
 *
 * @param trustsLoopback false where a proxy of this machine may stand before the server unseen, as before the service's own
 */
export function createAccess({
  token,
  peerAddress = (request) => request.socket.remoteAddress,
}: AccessRule): (request: IncomingMessage, trustsLoopback: boolean) => Access {
  const expected = token === undefined ? undefined : digest(token);
  return (request, trustsLoopback) => {
    const given = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined) {
      // Digests have the same length, so that comparing them tells nothing, not even that of the token.
      return expected !== undefined && timingSafeEqual(digest(given), expected) ? 'granted' : 'wrong-token';
    }
    const isLocal =
      trustsLoopback &&
      isLoopback(peerAddress(request)) &&
      isLocalHost(request.headers.host) &&
      !isPassedOn(request) &&
      !isFromOtherSite(request);
    return isLocal ? 'granted' : 'no-token';
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The two addresses that stand for this machine. The rest of 127.0.0.0/8 is left to proxies, which use it. */
function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address?.toLowerCase() === '::ffff:127.0.0.1';
}

function isLocalHost(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host ?? '');
}

/** What proxies of all kinds add: `x-forwarded-for`, `x-original-forwarded-for`, `x-cluster-client-ip`, `x-azure-clientip`. */
const PASSED_ON =
  /^(?:forwarded|via|x-real-ip|x-arr-.+|x-envoy-.+|.*forwarded-.+|.*client-?ip|.*connecting-ip)$/;

function isPassedOn({ headers }: IncomingMessage): boolean {
  return Object.keys(headers).some((name) => PASSED_ON.test(name));
}

function isFromOtherSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin, host } = headers;
  return origin !== undefined && origin !== `http://${host}`;
}
