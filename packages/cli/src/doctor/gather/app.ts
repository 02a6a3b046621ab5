import { paths, ports } from '@sightline/conventions';
import type { AppFacts, ProcessFacts } from '../facts.ts';
import { parsePage, totalOf } from '../exposition.ts';
import { listAt, numberAt, textAt } from '../json-at.ts';
import { type Probe, isOk, jsonIn, notAsked } from '../probe.ts';
import { processOnPort } from './process.ts';
import { projectFacts } from './project.ts';

export interface AppOptions {
  /** Its admin server; by default that of the process behind `serviceUrl`, else the usual port of this machine. */
  readonly adminUrl: string | undefined;
  readonly serviceUrl: string | undefined;
  /** Whether there is anything to be asked of it. */
  readonly isAsked: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Where its package may be. */
  readonly folder: string;
}

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0, text/plain; version=0.0.4; q=0.5';
/** Where nobody has a route: the service answers 404 and does nothing. */
const UNKNOWN_PATH = '/sightline-doctor';

/** A service that nothing is known of. */
const nobody: AppFacts = {
  url: `http://localhost:${ports.admin.port}`,
  serviceUrl: undefined,
  status: notAsked,
  statusAfter: notAsked,
  metrics: notAsked,
  page: [],
  pageAfter: [],
  name: undefined,
  startSeconds: undefined,
  process: undefined,
  project: undefined,
};

/** What a service tells of itself before anything is planted. */
export async function appFacts(probe: Probe, options: AppOptions): Promise<AppFacts> {
  const { headers, folder } = options;
  if (!options.isAsked) return { ...nobody, serviceUrl: options.serviceUrl };
  const behind = options.serviceUrl === undefined ? undefined : await localProcess(options.serviceUrl);
  const url = options.adminUrl ?? `http://localhost:${adminPortIn(behind?.env) ?? ports.admin.port}`;
  const [status, metrics, project, onAdminPort] = await Promise.all([
    probe({ url: `${url}${paths.status.path}`, headers }),
    probe({ url: `${url}${paths.metrics.path}`, headers: { ...headers, accept: OPEN_METRICS } }),
    projectFacts(folder),
    localProcess(url),
  ]);
  const json = jsonIn(status);
  const page = isOk(metrics) ? parsePage(metrics.text) : [];
  const pid = numberAt(json, 'process', 'pid');
  // A number of a process in a container is another one here.
  const own = onAdminPort !== undefined && onAdminPort.pid === pid ? onAdminPort : behind;
  return {
    url,
    serviceUrl: options.serviceUrl ?? serviceUrlOf(own?.ports ?? [], url),
    status,
    statusAfter: status,
    metrics,
    page,
    pageAfter: page,
    name: textAt(json, 'service', 'service.name'),
    startSeconds: totalOf(page, 'process_start_time_seconds'),
    process: own ?? behind,
    project,
  };
}

/** What the service reports of its start and its run. */
export function reportedFindings({ statusAfter }: Pick<AppFacts, 'statusAfter'>, code: string) {
  return listAt(jsonIn(statusAfter), 'telemetry', 'report', 'findings').flatMap((each) =>
    textAt(each, 'code') === code && textAt(each, 'severity') !== 'info'
      ? [{ problem: textAt(each, 'problem') ?? code, fix: textAt(each, 'fix') ?? 'see its log' }]
      : [],
  );
}

/** Pages of probes are not counted among the requests. */
export function countedRequests(page: AppFacts['page']): number {
  return totalOf(page, 'http_server_request_duration_seconds_count') ?? 0;
}

async function localProcess(url: string): Promise<ProcessFacts | undefined> {
  const { hostname, port, protocol } = new URL(url);
  if (!/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return undefined;
  return processOnPort(port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
}

function adminPortIn(env: Readonly<Record<string, string>> | undefined): number | undefined {
  const port = Number(env?.['OTEL_EXPORTER_PROMETHEUS_PORT'] ?? '');
  return port > 0 && port < 65_536 ? port : undefined;
}

/** Where one process listens on one port besides its admin server, that is the service. */
function serviceUrlOf(listening: readonly number[], adminUrl: string): string | undefined {
  const others = listening.filter((port) => port !== Number(new URL(adminUrl).port));
  return others.length === 1 ? `http://localhost:${others[0]}${UNKNOWN_PATH}` : undefined;
}
