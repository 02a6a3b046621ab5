import type { MetricStores } from '../store/sample-sink.ts';
import { type RunWindow, type Window, isOfService, secondsOf } from './run-window.ts';

/** The series of a run: how they are asked for. */
export interface RunSeries {
  readonly window: Window;
  /** How long it took requests [s]. */
  readonly seconds: number;
  /**
   * `instance` where series bear the run's own id, as those do that are pushed; else `time`, for what is scraped bears an
   * address that the next run has as well: then all instances of the service in that time are taken together.
   */
  readonly foundBy: 'instance' | 'time';
  /** A selector of its series, with further matchers. */
  selector(metric: string, where?: string): string;
  /** The last value of each of its counters, which began at zero with the process. */
  total(metric: string, where?: string): string;
  /** Its samples, as a range. */
  range(metric: string, where?: string): string;
}

/** A metric that every service has, to find out how its series are labelled. */
const PROBES = ['http_server_request_duration_seconds_count', 'process_resident_memory_bytes', 'target_info'];
const special = /[.*+?^${}()|[\]\\]/g;

export function runSeries(of: RunWindow, { series }: Pick<MetricStores, 'series'>): RunSeries {
  const { run, alone, shared } = of;
  const range = { fromMs: shared.startMs, toMs: shared.endMs };
  const foundBy = PROBES.some((name) => {
    const matchers = [
      { name: '__name__', op: '=', value: name },
      { name: 'instance', op: '=', value: run.instance },
    ] as const;
    return (
      run.instance !== '' &&
      [...series.series([matchers], range)].some((each) => isOfService(each, run.service))
    );
  })
    ? 'instance'
    : 'time';
  const window = foundBy === 'instance' ? shared : alone;
  const job = `(.+/)?${run.service.replaceAll(special, String.raw`\$&`)}`;
  const own = [
    `job=~${JSON.stringify(job)}`,
    ...(foundBy === 'instance' ? [`instance=${JSON.stringify(run.instance)}`] : []),
  ];
  const windowText = `[${Math.max(1000, Math.ceil(window.endMs - window.startMs))}ms]`;
  const selector = (metric: string, where = ''): string =>
    `${metric}{${[...own, ...(where === '' ? [] : [where])].join(',')}}`;
  return {
    window,
    seconds: secondsOf(of),
    foundBy,
    selector,
    total: (metric, where) => `max_over_time(${selector(metric, where)}${windowText})`,
    range: (metric, where) => selector(metric, where) + windowText,
  };
}
