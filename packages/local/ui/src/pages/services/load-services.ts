import { logLabelValues } from '../../api/loki.ts';
import { type Series, activeAlerts, queryInstant, queryRange, wholeEnd } from '../../api/prometheus.ts';
import { ApiError } from '../../api/request.ts';
import { runs } from '../../api/stack.ts';
import {
  MAX_WINDOW_SECONDS,
  type RedQueries,
  httpQueries,
  resolutionOf,
  spanQueries,
} from './service-queries.ts';
import { type Red, type RedOverTime, type ServiceRow, serviceRows } from './service-rows.ts';

export interface LoadedServices {
  readonly rows: readonly ServiceRow[];
  /** What could not be asked, and is therefore missing in the rows. */
  readonly problems: readonly string[];
  /** What the sparklines reach over [s since 1970]. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
  /** What the numbers of now are over [s]; what the lines are over may be more. */
  readonly windowSeconds: number;
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

async function columns(
  { rate, errorRatio, p50, p99 }: RedQueries,
  how: (query: string) => Promise<readonly Series[]>,
): Promise<Red> {
  const asked = await Promise.all([how(rate), how(errorRatio), how(p50), how(p99)]);
  return { rate: asked[0], errorRatio: asked[1], p50: asked[2], p99: asked[3] };
}

/**
 * Everything that is known of the services, from all servers. A server that does not answer leaves its part out.
 *
 * @throws {ApiError} when Prometheus does not answer, without which there is nothing to show
 */
export async function loadServices(range: Range, signal: AbortSignal): Promise<LoadedServices> {
  const { stepSeconds, windowSeconds: overTime } = resolutionOf(range);
  const windowSeconds = Math.min(overTime, MAX_WINDOW_SECONDS);
  const endMs = wholeEnd(range.endMs, stepSeconds);
  const problems: string[] = [];
  const orNot = async <Data>(what: string, asked: Promise<Data>): Promise<Data | undefined> => {
    try {
      return await asked;
    } catch (error) {
      if (signal.aborted) throw error;
      // Only the embedded stack has it.
      if (!(error instanceof ApiError && error.status === 404))
        problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const ask = (query: string): Promise<readonly Series[]> =>
    queryRange({ query, startMs: range.startMs, endMs, stepSeconds }, signal);
  const instant = (query: string): Promise<readonly Series[]> => queryInstant(query, range.endMs, signal);
  const red = async (queriesOf: (window: string) => RedQueries): Promise<RedOverTime> => {
    const [lines, now] = await Promise.all([
      columns(queriesOf(`${overTime}s`), ask),
      windowSeconds < overTime ? columns(queriesOf(`${windowSeconds}s`), instant) : undefined,
    ]);
    return { ...lines, ...(now !== undefined && { now }) };
  };
  const [http, spans, up, checks, probes, infos, alerts, started, logServices] = await Promise.all([
    red((window) => httpQueries(window, 'job')),
    orNot(
      'numbers over spans',
      red((window) => spanQueries(window, 'service')),
    ),
    orNot('targets', instant('up')),
    orNot('health checks', instant('min by (job, check) (health_check_status)')),
    orNot('probes', instant('min by (job, probe) (health_probe_status)')),
    orNot(
      'versions',
      instant('group by (job, service_version) ({__name__=~"sightline_build_info|target_info"})'),
    ),
    orNot('alerts', activeAlerts(signal)),
    orNot('starts', runs(signal)),
    orNot('logs', logLabelValues('service_name', range, signal)),
  ]);
  const rows = serviceRows({
    http,
    spans,
    up,
    checks,
    probes,
    infos,
    alerts,
    runs: started,
    logServices,
    freshFrom: endMs / 1000 - stepSeconds,
  });
  return { rows, problems, start: range.startMs / 1000, end: endMs / 1000, stepSeconds, windowSeconds };
}
