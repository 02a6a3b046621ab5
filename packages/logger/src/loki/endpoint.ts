import type { OutgoingHttpHeaders } from 'node:http';
import type { ResolvedLokiOptions } from './options.ts';

/** Where pushes go and what they carry. */
export interface LokiEndpoint {
  /** Without credentials. */
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  /** What may be shown of the address. */
  readonly label: string;
  /** Takes everything out of a text that must not be shown, and shortens it to one line. */
  clean(text: string): string;
}

const MAX_TEXT_LENGTH = 600;

/** Headers that are no secret; the value of any other may be one. */
const PUBLIC_HEADERS = new Set(['x-scope-orgid', 'user-agent', 'content-type', 'accept']);

export function createEndpoint(
  options: Pick<ResolvedLokiOptions, 'host' | 'endpoint' | 'basicAuth' | 'headers'>,
): LokiEndpoint {
  const base = new URL(options.host);
  const fromUrl =
    base.username || base.password
      ? { username: percentDecoded(base.username), password: percentDecoded(base.password) }
      : undefined;
  const url = new URL(options.endpoint, base);
  const inUrl = [base.password, url.password];
  url.username = '';
  url.password = '';
  const secrets: string[] = inUrl;

  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers)) {
    headers[name.toLowerCase()] = value;
    if (!PUBLIC_HEADERS.has(name.toLowerCase())) secrets.push(value, value.split(' ').at(-1) ?? '');
  }
  const auth = options.basicAuth ?? fromUrl;
  if (auth) {
    const token = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    headers['authorization'] = `Basic ${token}`;
    secrets.push(auth.password, token);
  }
  // The longest first, so that a secret inside another leaves no rest.
  const hidden = secrets.filter((secret) => secret.length >= 4).toSorted((a, b) => b.length - a.length);

  return {
    url,
    headers: { ...headers, 'content-type': 'application/json' },
    label: url.origin + url.pathname,
    clean(text) {
      let clean = text;
      for (const secret of hidden) clean = clean.replaceAll(secret, '[secret]');
      clean = clean
        .replaceAll(/\/\/[^/\s@]*@/g, '//')
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim();
      return clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
    },
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
