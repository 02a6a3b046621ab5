import type { IncomingHttpHeaders } from 'node:http';

/** What the proxy nearest to the caller says of the request, in `Forwarded` (RFC 7239) or `X-Forwarded-*`. */
export type ForwardedPart = 'for' | 'host' | 'proto';

/** One pair of a Forwarded header, its value bare or quoted. */
const PAIR = /(?:^|;)\s*(for|host|proto)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/gi;
const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*))(?::\d+)?$/;

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

/** The caller's address in what a proxy says, without a port; undefined for an obfuscated one. */
export function forwardedAddress(headers: IncomingHttpHeaders): string | undefined {
  const match = ADDRESS.exec(forwarded(headers, 'for') ?? '');
  return match?.[1] ?? match?.[2];
}
