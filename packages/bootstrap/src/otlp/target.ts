import type { OutgoingHttpHeaders } from 'node:http';

/** Where a signal is sent and how: the resolved `OTEL_EXPORTER_OTLP_*` of that signal. */
export interface OtlpTarget {
  /** The whole URL, path included: `http://localhost:4318/v1/traces`. Credentials in it become an authorization header. */
  readonly url: string;
  /** Never shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly compression: 'none' | 'gzip';
  /** Longest attempt [ms]. */
  readonly timeoutMs: number;
  readonly tls?: TlsTexts;
}

/** What a connection trusts and shows, as the texts of PEM files. */
export interface TlsTexts {
  /** In place of the certificates that Node.js trusts. */
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
}

/** A target as requests need it. */
export interface Endpoint {
  /** Without credentials. */
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  /** What may be shown of the address. */
  readonly label: string;
  /** What it looks like that is wrong with the address, where nobody answers there as they should. */
  readonly hint?: string | undefined;
  /** Takes what must not be shown out of a text, and makes one short line of it. */
  clean(text: string): string;
}

const MAX_TEXT_LENGTH = 300;

/** Port of OTLP over gRPC, where OTLP over HTTP is sent by mistake more than anywhere else. */
const GRPC_PORT = '4317';

/** @throws {TypeError} when the URL is none */
export function createEndpoint(
  target: Pick<OtlpTarget, 'url' | 'headers'> & Partial<Pick<OtlpTarget, 'protocol'>>,
): Endpoint {
  const url = new URL(target.url);
  const secrets: string[] = [];
  const headers: Record<string, string> = { 'user-agent': 'OTel-OTLP-Exporter-Sightline' };
  if (url.username !== '' || url.password !== '') {
    const credentials = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    secrets.push(url.password, percentDecoded(url.password));
    url.username = '';
    url.password = '';
  }
  for (const [name, value] of Object.entries(target.headers)) headers[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'user-agent') secrets.push(value, value.slice(value.lastIndexOf(' ') + 1));
  }
  // The longest first, so that a secret inside another leaves no rest.
  const hidden = secrets.filter((secret) => secret.length >= 4).toSorted((a, b) => b.length - a.length);

  return {
    url,
    headers,
    label: url.origin + url.pathname,
    hint:
      target.protocol !== 'grpc' && url.port === GRPC_PORT
        ? 'Port 4317 mostly takes gRPC alone, and OTLP over HTTP goes to 4318.'
        : undefined,
    clean(text) {
      let cleaned = text;
      for (const secret of hidden) cleaned = cleaned.replaceAll(secret, '[REDACTED]');
      cleaned = cleaned
        .replaceAll(/\/\/[^/\s@]*@/g, '//')
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim();
      return cleaned.length > MAX_TEXT_LENGTH ? `${cleaned.slice(0, MAX_TEXT_LENGTH)}…` : cleaned;
    },
  };
}

/** Where `http/protobuf` is found when only the address for gRPC is known: the default port and path. */
export function httpUrlOf(grpcUrl: string, signal: 'traces' | 'metrics' | 'logs'): URL {
  const url = new URL(grpcUrl);
  if (url.port === GRPC_PORT) url.port = '4318';
  if (url.pathname === '/') url.pathname = `/v1/${signal}`;
  return url;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
