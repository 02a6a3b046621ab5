import { logLabelValues } from '../../api/loki.ts';
import { type Series, activeAlerts, queryInstant, queryRange } from '../../api/prometheus.ts';
import { ApiError } from '../../api/request.ts';
import { runs } from '../../api/stack.ts';
import { type RedQueries, httpQueries, resolutionOf, spanQueries } from './service-queries.ts';
import { type Red, type ServiceRow, serviceRows } from './service-rows.ts';

export interface LoadedServices {
  readonly rows: readonly ServiceRow[];
  /** What could not be asked, and is therefore missing in the rows. */
  readonly problems: readonly string[];
  /** What the sparklines reach over [s since 1970]. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
  readonly window: string;
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Everything that is known of the services, from all servers. A server that does not answer leaves its part out.
 *
 * @throws {ApiError} when Prometheus does not answer, without which there is nothing to show
 */
export async function loadServices(range: Range, signal: AbortSignal): Promise<LoadedServices> {
  const { stepSeconds, window } = resolutionOf(range);
  const stepMs = stepSeconds * 1000;
  const endMs = Math.floor(range.endMs / stepMs) * stepMs;
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
  const red = async (queries: RedQueries): Promise<Red> => {
    const [rate, errorRatio, p50, p99] = await Promise.all([
      ask(queries.rate),
      ask(queries.errorRatio),
      ask(queries.p50),
      ask(queries.p99),
    ]);
    return { rate, errorRatio, p50, p99 };
  };
  const instant = (query: string): Promise<readonly Series[]> => queryInstant(query, range.endMs, signal);
  const [http, spans, up, checks, probes, infos, alerts, started, logServices] = await Promise.all([
    red(httpQueries(window, 'job')),
    orNot('numbers over spans', red(spanQueries(window, 'service'))),
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
  return { rows, problems, start: range.startMs / 1000, end: endMs / 1000, stepSeconds, window };
}
