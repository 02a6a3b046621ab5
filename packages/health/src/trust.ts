import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may see reasons and details. */
export interface TrustOptions {
  /** Whoever has this bearer token may. */
  readonly token?: string | undefined;
  /**
   * Whether callers of this machine may without one. Only where no proxy of this machine can stand before the server
   * unseen, as before a port of its own. Default: false.
   */
  readonly loopback?: boolean | undefined;
}

/** What is looked at of a caller. */
export interface Caller {
  /** The address of the connection's other end; never what a header says. */
  readonly peerAddress: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Judges callers: by a bearer token, compared in constant time, or as being on this machine, which takes that the peer is
 * loopback, that no header says that a proxy passed the request on, and that the host that was asked for is this machine,
 * which keeps out pages whose name was rebound.
 */
export function createTrust({ token, loopback = false }: TrustOptions = {}): (caller: Caller) => boolean {
  const expected = token === undefined || token === '' ? undefined : digest(token);
  return ({ peerAddress, headers }) => {
    const { authorization } = headers;
    const given = /^bearer +(\S+)$/i.exec(typeof authorization === 'string' ? authorization : '')?.[1];
    // Digests have the same length, so that comparing them tells nothing, not even that of the token.
    if (given !== undefined) return expected !== undefined && timingSafeEqual(digest(given), expected);
    return loopback && isLoopback(peerAddress) && isLocalHost(headers['host']) && !isPassedOn(headers);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The addresses that stand for this machine. The rest of 127.0.0.0/8 is left to proxies, which use it. */
function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address?.toLowerCase() === '::ffff:127.0.0.1';
}

function isLocalHost(host: unknown): boolean {
  return typeof host === 'string' && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}

/** What proxies of all kinds and browsers add. */
const NOT_DIRECT =
  /^(?:forwarded|via|origin|x-real-ip|x-arr-.+|x-envoy-.+|.*forwarded-.+|.*client-?ip|.*connecting-ip)$/;

function isPassedOn(headers: Caller['headers']): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return Object.keys(headers).some((name) => NOT_DIRECT.test(name));
}
