import {
  type Grouping,
  type HistogramName,
  type Scope,
  aggregate,
  buildInfo,
  histogramRate,
  mean,
  ofInstance,
  quantile,
  share,
} from './promql.ts';

const SERVER = 'http_server_request_duration_seconds';
const CLIENT = 'http_client_request_duration_seconds';
type Server = typeof SERVER;
type Client = typeof CLIENT;

/** Where a request is satisfactory at most [s], and tolerable at most four times that; both are bounds of buckets. */
const APDEX_SATISFIED = '0\\.25';
const APDEX_TOLERATED = '1(\\.0)?';

/** Requests a second. */
export function requestRate(scope: Scope, by: Grouping<Server> = []): string {
  return aggregate('sum', by, histogramRate(scope, SERVER, 'count'));
}

/** Requests a second as they were some time ago, such as `1w`. */
export function requestRateBefore(scope: Scope, offset: string, by: Grouping<Server> = []): string {
  return aggregate('sum', by, histogramRate(scope, SERVER, 'count', undefined, offset));
}

/** Share of the requests that were answered with 5xx: 0 without one, absent without requests. */
export function errorRatio(scope: Scope, by: Grouping<Server> = []): string {
  const failed = histogramRate(scope, SERVER, 'count', { http_response_status_code: '=~5..' });
  return share(aggregate('sum', by, failed), requestRate(scope, by));
}

/** Requests a second that failed on our side, by what went wrong. */
export function errorRate(scope: Scope, by: Grouping<Server> = ['error_type']): string {
  return aggregate('sum', by, histogramRate(scope, SERVER, 'count', { http_response_status_code: '=~5..' }));
}

/** Share of the requests that the client gave up before there was an answer. */
export function abortRatio(scope: Scope, by: Grouping<Server> = []): string {
  const aborted = histogramRate(scope, SERVER, 'count', { http_response_status_code: '=', error_type: '!=' });
  return share(aggregate('sum', by, aborted), requestRate(scope, by));
}

/** A quantile of the duration of requests [s]. */
export function requestQuantile(scope: Scope, quantileRatio: number, by: Grouping<Server> = []): string {
  return quantile(scope, quantileRatio, SERVER, by);
}

/** The mean duration of requests [s], as it was `offset` ago. */
export function meanDurationBefore(scope: Scope, offset: string, by: Grouping<Server> = []): string {
  const of = (part: 'sum' | 'count'): string =>
    aggregate('sum', by, histogramRate(scope, SERVER, part, undefined, offset));
  return `${of('sum')} / (${of('count')} > 0)`;
}

/** The mean duration of requests [s]. */
export function meanDuration(scope: Scope, by: Grouping<Server> = []): string {
  return mean(scope, SERVER, by);
}

/** Requests a second by how long they took, for a heatmap. */
export function durationBuckets(scope: Scope): string {
  return aggregate('sum', ['le'], histogramRate(scope, SERVER, 'bucket'));
}

/**
 * Apdex: those within 250 ms, and half of those within a second, among all.
 *
 * Formula: (satisfied + tolerating ÷ 2) ÷ total; cumulative buckets make that (satisfied + tolerated) ÷ 2 ÷ total
 * Source: https://en.wikipedia.org/wiki/Apdex
 */
export function apdex(scope: Scope, by: Grouping<Server> = []): string {
  const within = (bound: string): string =>
    aggregate('sum', by, histogramRate(scope, SERVER, 'bucket', { le: `=~${bound}` }));
  return `(${within(APDEX_SATISFIED)} + ${within(APDEX_TOLERATED)}) / 2 / (${requestRate(scope, by)} > 0)`;
}

/** A vector by instance, summed by the version that runs on it. */
function byVersion(scope: Scope, vector: string, by: readonly string[]): string {
  const builds = `max by (${ofInstance}, service_version) (${buildInfo(scope)})`;
  return aggregate('sum', by, `${vector} * on (${ofInstance}) group_left (service_version) ${builds}`);
}

/** Share of the requests that were answered with 5xx, of each version that runs. */
export function errorRatioByVersion(scope: Scope): string {
  const all = byVersion(scope, histogramRate(scope, SERVER, 'count'), ['service_version']);
  const failed = byVersion(
    scope,
    histogramRate(scope, SERVER, 'count', { http_response_status_code: '=~5..' }),
    ['service_version'],
  );
  return share(failed, all);
}

/** A quantile of the duration of requests of each version that runs [s]. */
export function quantileByVersion(scope: Scope, quantileRatio: number): string {
  const buckets = byVersion(scope, histogramRate(scope, SERVER, 'bucket'), ['le', 'service_version']);
  return `histogram_quantile(${quantileRatio}, ${buckets})`;
}

/** Requests a second of each version that runs. */
export function requestRateByVersion(scope: Scope): string {
  return byVersion(scope, histogramRate(scope, SERVER, 'count'), ['service_version']);
}

/** Instances by version: what runs now, and when that changed. */
export function versions(scope: Scope): string {
  return aggregate('count', ['job', 'service_version'], buildInfo(scope));
}

/** Instances that run a version that was not there two minutes before: a deploy. */
export function deploys(scope: Scope): string {
  const of = (offset: string): string =>
    aggregate('count', ['job', 'service_version'], `${buildInfo(scope)}${offset}`);
  return `${of('')} unless ${of(' offset 2m')}`;
}

/** Calls a second to each dependency. */
export function callRate(scope: Scope, by: Grouping<Client> = ['server_address']): string {
  return aggregate('sum', by, histogramRate(scope, CLIENT, 'count'));
}

/** Share of the calls that got no answer, or one that says that the dependency failed. */
export function callErrorRatio(scope: Scope, by: Grouping<Client> = ['server_address']): string {
  const of = (code: `${'=' | '=~'}${string}`): string =>
    aggregate(
      'sum',
      by,
      histogramRate(scope, CLIENT, 'count', { http_response_status_code: code, error_type: '!=' }),
    );
  return share(of('=~5..|'), callRate(scope, by));
}

/** A quantile of the duration of calls [s]. */
export function callQuantile(
  scope: Scope,
  quantileRatio: number,
  by: Grouping<Client> = ['server_address'],
): string {
  return quantile(scope, quantileRatio, CLIENT, by);
}

/** Calls a second that failed, by why. */
export function callErrorRate(scope: Scope): string {
  return aggregate(
    'sum',
    ['server_address', 'error_type'],
    histogramRate(scope, CLIENT, 'count', { error_type: '!=' }),
  );
}

/** Bytes a second of one kind of bodies. */
export function bodyRate(
  scope: Scope,
  name: Extract<HistogramName, `http_server_${'request' | 'response'}_body_size_bytes`>,
): string {
  return aggregate('sum', [], histogramRate(scope, name, 'sum'));
}

/** A quantile of the size of one kind of bodies, by route [bytes]. */
export function bodyQuantile(
  scope: Scope,
  quantileRatio: number,
  name: Extract<HistogramName, `http_server_${'request' | 'response'}_body_size_bytes`>,
): string {
  return quantile(scope, quantileRatio, name, ['http_route']);
}
