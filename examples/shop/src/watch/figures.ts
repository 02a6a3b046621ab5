import type { Sample } from './exposition.ts';
import { type Bucket, histogramQuantile } from './quantile.ts';

/** One metrics page, and when it was read. */
export interface Scrape {
  readonly timeMs: number;
  readonly samples: readonly Sample[];
}

/** Requests of a service or of one of its routes, between two scrapes. */
export interface RequestFigures {
  readonly perSecond: number;
  /** Share of answers from 500 up, 0 to 1. */
  readonly errorRatio: number;
  readonly p50Seconds: number;
  readonly p99Seconds: number;
}

export interface RouteFigures extends RequestFigures {
  readonly method: string;
  /** Empty where no route matched. */
  readonly route: string;
}

export interface ServiceFigures extends RequestFigures {
  readonly routes: readonly RouteFigures[];
  readonly active: number;
  readonly loopDelaySeconds: number;
  readonly residentBytes: number;
}

const DURATION = 'http_server_request_duration_seconds';

/** What happened between two scrapes of a service. */
export function serviceFigures(before: Scrape, after: Scrape): ServiceFigures {
  const seconds = (after.timeMs - before.timeMs) / 1000;
  const increase = increaseSince(before);
  const samples = after.samples.filter(({ name }) => name.startsWith(DURATION));
  const byRoute = Map.groupBy(samples, ({ labels }) => routeKey(labels));
  const routes = [...byRoute.values()].map((own) => {
    const { http_request_method: method = '', http_route: route = '' } = own[0]?.labels ?? {};
    return Object.assign(requestFigures(own, increase, seconds), { method, route });
  });
  return {
    ...requestFigures(samples, increase, seconds),
    routes,
    active: sumOf(after, 'http_server_active_requests'),
    loopDelaySeconds: sumOf(after, 'nodejs_eventloop_delay_p99_seconds'),
    residentBytes: sumOf(after, 'process_resident_memory_bytes'),
  };
}

type Increase = (sample: Sample) => number;

/** How much more a counter or a bucket holds than before; a series that was not there held nothing. */
function increaseSince({ samples }: Scrape): Increase {
  const values = new Map(samples.map((sample) => [seriesKey(sample), sample.value]));
  return (sample) => sample.value - (values.get(seriesKey(sample)) ?? 0);
}

function requestFigures(samples: readonly Sample[], increase: Increase, seconds: number): RequestFigures {
  let total = 0;
  let errors = 0;
  const counts = new Map<number, number>();
  for (const sample of samples) {
    const { name, labels } = sample;
    if (name === `${DURATION}_count`) {
      total += increase(sample);
      errors += (labels['http_response_status_code'] ?? '').startsWith('5') ? increase(sample) : 0;
    }
    if (name === `${DURATION}_bucket`) {
      const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
      counts.set(bound, (counts.get(bound) ?? 0) + increase(sample));
    }
  }
  const buckets: readonly Bucket[] = Array.from(counts, ([upperBound, count]) => ({
    upperBound,
    count,
  })).toSorted((one, other) => one.upperBound - other.upperBound);
  return {
    perSecond: total / seconds,
    errorRatio: total === 0 ? 0 : errors / total,
    p50Seconds: histogramQuantile(0.5, buckets),
    p99Seconds: histogramQuantile(0.99, buckets),
  };
}

function sumOf({ samples }: Scrape, metric: string): number {
  return samples.reduce((sum, { name, value }) => (name === metric ? sum + value : sum), 0);
}

function routeKey(labels: Sample['labels']): string {
  return `${labels['http_route'] ?? ''} ${labels['http_request_method'] ?? ''}`;
}

function seriesKey({ name, labels }: Sample): string {
  return name + JSON.stringify(labels);
}

/** Requests that a page counts, by method, route and status, as the load generator counts them. */
export function countedRequests(samples: readonly Sample[]): readonly {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: string | undefined;
  readonly count: number;
}[] {
  return samples
    .filter(({ name }) => name === `${DURATION}_count`)
    .map(({ labels, value }) => ({
      method: labels['http_request_method'] ?? '',
      route: labels['http_route'],
      status: labels['http_response_status_code'],
      count: value,
    }));
}
