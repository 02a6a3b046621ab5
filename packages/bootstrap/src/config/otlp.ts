import { environment, ports } from '@sightline/conventions';
import type { EnvironmentName } from '@sightline/conventions';
import type * as z from 'zod';
import type { OtlpTarget, TlsTexts } from '../otlp/target.ts';
import type { EnvironmentReader } from './environment.ts';
import { httpUrl } from './environment.ts';
import type { otlpOptionsSchema } from './options.ts';

/** How one signal is sent. Credentials that stood in the URL are in the headers, whose names are lower-case; `grpc` is for traces only. */
export interface OtlpConfig extends OtlpTarget {
  readonly tls: TlsTexts;
}

type OtlpOptions = z.output<typeof otlpOptionsSchema>;
type Signal = 'traces' | 'metrics' | 'logs';
/**
 * @param isSent whether the signal is sent at all: else nothing is wrong with how
 * @param exportTimeoutMs longest export, and so the longest attempt [ms]
 */
export type OtlpConfigOf = (
  signal: Signal,
  options: OtlpOptions,
  isSent: boolean,
  exportTimeoutMs: number,
) => OtlpConfig;
/** Reads a text file of a bounded size; undefined when that is not possible. */
export type ReadText = (path: string) => string | undefined;

/** The general variables have no infix, those of a signal its name. */
type Infix = '' | 'TRACES_' | 'METRICS_' | 'LOGS_';

const GRPC_ENDPOINT = `http://localhost:${ports.otlpGrpc.port}`;
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 600_000;

/** What the variables with one infix say. */
interface Variables {
  readonly endpoint: URL | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly protocol: OtlpConfig['protocol'] | undefined;
  readonly compression: OtlpConfig['compression'] | undefined;
  readonly timeoutMs: number | undefined;
  readonly tls: TlsTexts;
}

/**
 * How each signal is sent: the options of the signal, those of all, the variables of the signal, those of all, defaults.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function otlpConfigs(
  read: EnvironmentReader,
  readText: ReadText,
  general: OtlpOptions | undefined,
): OtlpConfigOf {
  const all = variables(read, readText, '');
  return (signal, options, isSent, exportTimeoutMs) => {
    const infix = `${signal.toUpperCase()}_` as Infix;
    const own = variables(read, readText, infix);
    const asked = combined(signal, options, general ?? {}, own, all);
    const config = { ...asked, timeoutMs: Math.min(asked.timeoutMs, exportTimeoutMs) };
    if (config.protocol !== 'grpc' || signal === 'traces') return config;
    if (isSent) {
      read.refuse(
        own.protocol === 'grpc' ? `OTEL_EXPORTER_OTLP_${infix}PROTOCOL` : 'OTEL_EXPORTER_OTLP_PROTOCOL',
        `or the option is grpc, which sends traces only, so that ${signal} go over http/protobuf`,
        'http/protobuf or http/json',
        `set OTEL_EXPORTER_OTLP_${infix}PROTOCOL=http/protobuf, and the endpoint of OTLP over HTTP, mostly port 4318`,
      );
    }
    return { ...config, protocol: 'http/protobuf' };
  };
}

function variables(read: EnvironmentReader, readText: ReadText, infix: Infix): Variables {
  const pem = (part: 'CERTIFICATE' | 'CLIENT_KEY' | 'CLIENT_CERTIFICATE'): string | undefined => {
    const name: EnvironmentName = `OTEL_EXPORTER_OTLP_${infix}${part}`;
    const path = read.text(name);
    if (path === undefined) return undefined;
    const content = readText(path);
    if (content === undefined || !content.includes('-----BEGIN ')) {
      read.refuse(name, 'names a file that cannot be read as PEM', 'the path of a PEM file of at most 1 MiB');
      return undefined;
    }
    return content;
  };
  const [ca, key, cert] = [pem('CERTIFICATE'), pem('CLIENT_KEY'), pem('CLIENT_CERTIFICATE')];
  return {
    endpoint: read.url(`OTEL_EXPORTER_OTLP_${infix}ENDPOINT`),
    headers: read.headers(`OTEL_EXPORTER_OTLP_${infix}HEADERS`),
    protocol: read.word(`OTEL_EXPORTER_OTLP_${infix}PROTOCOL`, {
      words: ['http/protobuf', 'http/json', 'grpc'],
    }),
    compression: read.word(`OTEL_EXPORTER_OTLP_${infix}COMPRESSION`, { words: ['gzip', 'none'] }),
    timeoutMs: read.integer(`OTEL_EXPORTER_OTLP_${infix}TIMEOUT`, 1, MAX_TIMEOUT_MS),
    tls: {
      ...(ca !== undefined && { ca }),
      ...(key !== undefined && { key }),
      ...(cert !== undefined && { cert }),
    },
  };
}

function combined(
  signal: Signal,
  own: OtlpOptions,
  general: OtlpOptions,
  ownVariables: Variables,
  generalVariables: Variables,
): OtlpConfig {
  const protocol =
    own.protocol ?? general.protocol ?? ownVariables.protocol ?? generalVariables.protocol ?? 'http/protobuf';
  const isGrpc = protocol === 'grpc';
  const base = (url: URL | undefined): URL | undefined => url && signalUrl(url, signal, isGrpc);
  const url =
    parsed(own.endpoint) ??
    base(parsed(general.endpoint)) ??
    ownVariables.endpoint ??
    base(generalVariables.endpoint) ??
    signalUrl(
      new URL(isGrpc ? GRPC_ENDPOINT : environment.OTEL_EXPORTER_OTLP_ENDPOINT.default),
      signal,
      isGrpc,
    );
  const headers = own.headers ?? general.headers ?? ownVariables.headers ?? generalVariables.headers ?? {};
  return {
    ...withoutCredentials(url, headers),
    protocol,
    compression:
      own.compression ??
      general.compression ??
      ownVariables.compression ??
      generalVariables.compression ??
      'none',
    timeoutMs:
      own.timeoutMs ??
      general.timeoutMs ??
      ownVariables.timeoutMs ??
      generalVariables.timeoutMs ??
      DEFAULT_TIMEOUT_MS,
    tls: { ...generalVariables.tls, ...ownVariables.tls },
  };
}

function parsed(text: string | undefined): URL | undefined {
  return text === undefined ? undefined : httpUrl(text);
}

/**
 * `http://collector:4318/base` and `http://collector:4318/base/` are the same base. With gRPC the endpoint is the same for
 * all; what does not go over gRPC finds OTLP over HTTP on the port that it usually has.
 */
function signalUrl(base: URL, signal: Signal, isGrpc: boolean): URL {
  if (isGrpc && signal === 'traces') return base;
  const url = new URL(base);
  if (isGrpc && url.port === String(ports.otlpGrpc.port)) url.port = String(ports.otlpHttp.port);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url;
}

/** A URL is shown and logged more easily than a header is. */
function withoutCredentials(
  url: URL,
  headers: Readonly<Record<string, string>>,
): Pick<OtlpConfig, 'url' | 'headers'> {
  const lowerCase = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (url.username === '' && url.password === '') return { url: url.href, headers: lowerCase };
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  const credentials = `${decodedPart(url.username)}:${decodedPart(url.password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url: clean.href, headers: { authorization, ...lowerCase } };
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
