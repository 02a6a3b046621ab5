import {
  type Grouping,
  type HistogramName,
  type Matchers,
  type Scope,
  aggregate,
  buildInfo,
  fromFirst,
  histogramRate,
  mean,
  observationRate,
  observationsFromFirst,
  ofInstance,
  quantile,
  selector,
} from './promql.ts';

const SERVER = 'http_server_request_duration_seconds';
const CLIENT = 'http_client_request_duration_seconds';
type Server = typeof SERVER;
type Client = typeof CLIENT;

/** Where a request is satisfactory at most [s], and tolerable at most four times that; both are bounds of buckets. */
const APDEX_SATISFIED = '0\\.25';
const APDEX_TOLERATED = '1(\\.0)?';
const failed = { http_response_status_code: '=~5..' } as const;

/**
 * A share of what a histogram observed, with the first of each series: 0 where the part has none, absent where there is nothing.
 * That there may be a 0 is asked of the series themselves, which is shorter than the whole once more.
 */
function shareFromFirst<Name extends HistogramName>(
  scope: Scope,
  name: Name,
  by: Grouping<Name>,
  part: Matchers<Name>,
): string {
  const of = (matchers?: Matchers<Name>): string => observationsFromFirst(scope, name, by, matchers);
  const none = `0 * ${aggregate('group', by, selector(`${name}_count`, scope.matchers))}`;
  return `(${of(part)} or ${none}) / (${of()} > 0)`;
}

/** Requests a second. */
export function requestRate(scope: Scope, by: Grouping<Server> = []): string {
  return observationsFromFirst(scope, SERVER, by);
}

/** Requests a second as they were some time ago, such as `1w`, without the first of each series. */
export function requestRateBefore(scope: Scope, offset: string, by: Grouping<Server> = []): string {
  return aggregate('sum', by, histogramRate(scope, SERVER, 'count', undefined, offset));
}

/** Share of the requests that were answered with 5xx: 0 without one, absent without requests. */
export function errorRatio(scope: Scope, by: Grouping<Server> = []): string {
  return shareFromFirst(scope, SERVER, by, failed);
}

/** Requests a second that failed on our side, by what went wrong. */
export function errorRate(scope: Scope, by: Grouping<Server> = ['error_type']): string {
  return observationsFromFirst(scope, SERVER, by, failed);
}

/** Share of the requests that the client gave up before there was an answer. */
export function abortRatio(scope: Scope, by: Grouping<Server> = []): string {
  return shareFromFirst(scope, SERVER, by, { http_response_status_code: '=', error_type: '!=' });
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
  // Buckets are without the first of each series, and so is what they are divided by.
  return `(${within(APDEX_SATISFIED)} + ${within(APDEX_TOLERATED)}) / 2 / (${observationRate(scope, SERVER, by)} > 0)`;
}

/** A vector of instances, each series with the version that runs there. */
function withVersion(scope: Scope, vector: string): string {
  const builds = `max by (${ofInstance}, service_version) (${buildInfo(scope)})`;
  return `${vector} * on (${ofInstance}) group_left (service_version) ${builds}`;
}

/** Requests a second of each version that runs, those that a matcher leaves. */
function versionRate(scope: Scope, matchers?: Matchers<Server>): string {
  const counter = selector(`${SERVER}_count`, { ...scope.matchers, ...matchers });
  return fromFirst(scope, counter, ['service_version'], (vector) => withVersion(scope, vector));
}

/** Share of the requests that were answered with 5xx, of each version that runs. */
export function errorRatioByVersion(scope: Scope): string {
  const none = `0 * ${aggregate('group', ['service_version'], buildInfo(scope))}`;
  return `(${versionRate(scope, failed)} or ${none}) / (${versionRate(scope)} > 0)`;
}

/** A quantile of the duration of requests of each version that runs [s]. */
export function quantileByVersion(scope: Scope, quantileRatio: number): string {
  const rates = withVersion(scope, histogramRate(scope, SERVER, 'bucket'));
  const buckets = aggregate('sum', ['le', 'service_version'], rates);
  return `histogram_quantile(${quantileRatio}, ${buckets})`;
}

/** Requests a second of each version that runs. */
export function requestRateByVersion(scope: Scope): string {
  return versionRate(scope);
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
  return observationsFromFirst(scope, CLIENT, by);
}

/** Share of the calls that got no answer, or one that says that the dependency failed. */
export function callErrorRatio(scope: Scope, by: Grouping<Client> = ['server_address']): string {
  return shareFromFirst(scope, CLIENT, by, { http_response_status_code: '=~5..|', error_type: '!=' });
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
  return observationsFromFirst(scope, CLIENT, ['server_address', 'error_type'], { error_type: '!=' });
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
