import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What the proxy nearest to the caller says of the request, in `Forwarded` (RFC 7239) or `X-Forwarded-*`. */
export type ForwardedPart = 'for' | 'host' | 'proto';

/** One pair of a Forwarded header, its value bare or quoted. */
const PAIR = /(?:^|;)\s*(for|host|proto)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/gi;
/**
 * An address in brackets or one of IPv4, with a port or without; or one of IPv6 by itself, whose port could not be told
 * apart. Each part is bounded, so that no header makes it try long.
 */
const ADDRESS = /^(?:(?:\[([0-9a-fA-F:.]{2,45})\]|([0-9.]{7,15}))(?::\d{1,5})?|([0-9a-fA-F:.]{2,45}))$/;

/** The first element of what the proxies have said; undefined when they have not. */
export function forwarded(headers: IncomingHttpHeaders, part: ForwardedPart): string | undefined {
  const standard = headers.forwarded;
  if (standard !== undefined) {
    const [first = ''] = standard.split(',', 1);
    for (const [, name = '', quoted, bare] of first.matchAll(PAIR)) {
      if (name.toLowerCase() === part) return quoted ?? bare;
    }
  }
  const usual = headers[`x-forwarded-${part}`];
  const [first] = (Array.isArray(usual) ? usual[0] : usual)?.split(',', 1) ?? [];
  const value = first?.trim();
  return value === '' ? undefined : value;
}

/** The caller's address in what a proxy says, without a port; undefined for an obfuscated one, and for what is none. */
export function forwardedAddress(headers: IncomingHttpHeaders): string | undefined {
  const match = ADDRESS.exec(forwarded(headers, 'for') ?? '');
  const address = match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
  return isIP(address) === 0 ? undefined : address;
}
