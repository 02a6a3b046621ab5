/** Where everything goes; what is undefined goes nowhere. */
export interface Endpoints {
  readonly traces?: { readonly url: string; readonly protocol: string } | undefined;
  /** Whether spans are printed. */
  readonly console?: boolean;
  /** Pushed metrics. */
  readonly metrics?: { readonly url: string; readonly protocol: string } | undefined;
  /** Pushed log records. */
  readonly logs?: { readonly url: string; readonly protocol: string } | undefined;
  readonly stdout: boolean;
  /** Where lines go besides, by what it is. */
  readonly lines?: readonly string[];
  /** The admin server, once it listens. */
  readonly admin?: { readonly host: string; readonly port: number } | undefined;
  /** Whether metrics are on its page; default true. */
  readonly page?: boolean;
  /** Whose page the metrics are on: the main process has that of its threads and of a cluster's workers. Default `self`. */
  readonly pageOwner?: 'self' | 'main' | 'nobody';
}

const WILDCARDS = new Set(['0.0.0.0', '::', '']);

/**
 * Says where everything goes, in a few words each.
 *
 * @param redactUrl takes secrets out of a URL
 * @example describeEndpoints(…) // ['traces → http://localhost:4318 (http/protobuf)', 'logs → stdout', 'metrics and health on :9464']
 */
export function describeEndpoints(endpoints: Endpoints, redactUrl: (url: string) => string): string[] {
  const {
    traces,
    console: printed,
    metrics,
    logs,
    stdout,
    lines = [],
    admin,
    page = true,
    pageOwner = 'self',
  } = endpoints;
  const to = ({ url, protocol }: { url: string; protocol: string }): string =>
    `${shortUrl(redactUrl(url))} (${protocol})`;
  const told = [
    `traces → ${all(traces && to(traces), printed && 'console')}`,
    `logs → ${all(stdout && 'stdout', logs && to(logs), ...lines)}`,
    admin
      ? `${page ? 'metrics and health' : 'health'} on ${WILDCARDS.has(admin.host) ? '' : hostOf(admin.host)}:${admin.port}`
      : withoutPort[pageOwner],
  ];
  if (metrics) told.push(`metrics → ${to(metrics)}`);
  return told;
}

function all(...places: readonly (string | false | undefined)[]): string {
  return places.filter(Boolean).join(' and ') || 'nowhere';
}

const withoutPort = {
  self: 'no admin port',
  main: 'metrics on the page of the main process',
  nobody: 'metrics on no page',
};

/** Without the path of the signal, which the protocol says. */
function shortUrl(url: string): string {
  return url.replace(/\/(?:v1\/(?:traces|metrics|logs))?$/, '');
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
