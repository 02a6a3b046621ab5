import { catalogueDefinition } from '@sightline/conventions';
import type { GaugeSeries, Registry, TraceRef } from './family.ts';

/** As it is there: an `import` of `node:http` reads all of its exports, and with them loads `fetch`. */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** What requests have in common, as far as it is measured. */
export interface MeasuredRequestKind {
  readonly method: string;
  /** The route template; undefined when no route matched. */
  readonly route: string | undefined;
  /** Undefined when nothing was answered. */
  readonly status: number | undefined;
  /** The class or code of the error; undefined without one. */
  readonly errorType: string | undefined;
}

/** One request that came in, as far as it is measured. */
export interface MeasuredRequest {
  readonly durationSeconds: number;
  readonly spanContext: TraceRef;
  /** True when the trace is exported: only then is there something for an exemplar to point to. */
  readonly kept: boolean;
  /** As transferred [bytes]; undefined when it is not known. */
  readonly requestBodyBytes: number | undefined;
  /** As transferred [bytes]; undefined when it is not known. */
  readonly responseBodyBytes: number | undefined;
}

/** What calls out have in common, as far as it is measured. */
export interface MeasuredClientRequestKind {
  readonly method: string;
  /** The host as the code names it; an IP address becomes `_OTHER`. */
  readonly serverAddress: string;
  readonly status: number | undefined;
  readonly errorType: string | undefined;
}

/** One call out, as far as it is measured. */
export interface MeasuredClientRequest {
  readonly durationSeconds: number;
  readonly spanContext: TraceRef & { readonly traceFlags: number };
}

/** Takes requests: `prepare` once for each kind, what it returns for each request of the kind. */
export interface MeasuringSink<Kind, Request> {
  prepare(kind: Kind): (request: Request) => void;
}

/** Whether observations become exemplars. */
export interface ExemplarChoice {
  readonly exemplars: boolean;
}

/**
 * Rate, errors, duration and sizes of what comes in.
 *
 * A request that no route matched has no `http_route`, as the semantic conventions say: all of them are one series for
 * each method, status and error, which `http_route=""` selects. The families are registered when the first kind is seen.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server
 */
export function createRequestSink(
  registry: Registry,
  { exemplars }: ExemplarChoice,
): MeasuringSink<MeasuredRequestKind, MeasuredRequest> {
  const families = once(() => ({
    duration: registry.histogram(catalogueDefinition('http_server_request_duration_seconds')),
    requestSize: registry.histogram(catalogueDefinition('http_server_request_body_size_bytes')),
    responseSize: registry.histogram(catalogueDefinition('http_server_response_body_size_bytes')),
  }));

  return {
    prepare({ method, route, status, errorType }) {
      const duration = families().duration.series([method, route, statusText(status), errorType]);
      const requestSize = families().requestSize.series([method, route]);
      const responseSize = families().responseSize.series([method, route]);

      return function measureRequest(request) {
        const trace = exemplars && request.kept ? request.spanContext : undefined;
        const { requestBodyBytes, responseBodyBytes } = request;
        duration.observe(request.durationSeconds, trace);
        // An exemplar of the duration leads to the trace; those of the sizes would cost as much again.
        if (requestBodyBytes !== undefined) requestSize.observe(requestBodyBytes);
        if (responseBodyBytes !== undefined) responseSize.observe(responseBodyBytes);
      };
    },
  };
}

const SAMPLED = 1;

/**
 * Rate, errors and duration of what goes out.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-client
 */
export function createClientRequestSink(
  registry: Registry,
  { exemplars }: ExemplarChoice,
): MeasuringSink<MeasuredClientRequestKind, MeasuredClientRequest> {
  const family = once(() => registry.histogram(catalogueDefinition('http_client_request_duration_seconds')));

  return {
    prepare({ method, serverAddress, status, errorType }) {
      const duration = family().series([method, serverAddress, statusText(status), errorType]);

      return function measureClientRequest({ durationSeconds, spanContext }) {
        const isExported = exemplars && (spanContext.traceFlags & SAMPLED) !== 0;
        duration.observe(durationSeconds, isExported ? spanContext : undefined);
      };
    },
  };
}

/** Codes that nobody registered count as their class: an upstream may answer with any of a thousand. */
function statusText(status: number | undefined): string | undefined {
  if (status === undefined || status in STATUS_CODES) return status?.toString();
  return `${Math.trunc(status / 100)}xx`;
}

/** How many requests there are now, by the one label that the gauge has. */
export type ActiveCounts = () => ReadonlyMap<string, number>;

export interface ActiveRequests {
  /** By the method of the request. */
  readonly server?: ActiveCounts;
  /** By the host that was called. */
  readonly client?: ActiveCounts;
}

/**
 * Requests under way, read when the page is.
 *
 * @returns ends it and takes them off the page
 */
export function observeActiveRequests(registry: Registry, { server, client }: ActiveRequests): () => void {
  const ends = [
    server && observeCounts(registry, 'http_server_active_requests', server),
    client && observeCounts(registry, 'http_client_active_requests', client),
  ];
  return () => {
    for (const end of ends) end?.();
  };
}

function observeCounts(
  registry: Registry,
  name: 'http_server_active_requests' | 'http_client_active_requests',
  counts: ActiveCounts,
): () => void {
  const family = registry.gauge(catalogueDefinition(name));
  let shown = new Set<string>();
  let shownSeries: Iterable<GaugeSeries> = [];
  const stop = registry.onCollect(() => {
    const now = counts();
    // Hosts that are called no more would fill the bound.
    for (const label of shown) if (!now.has(label)) family.remove([label]);
    shown = new Set(now.keys());
    const totals = new Map<GaugeSeries, number>();
    for (const [label, count] of now) {
      const series = family.series([label]);
      totals.set(series, (totals.get(series) ?? 0) + count);
    }
    // Several labels can be one series: `_OTHER`, or the one for what is past the bound.
    for (const [series, count] of totals) series.set(count);
    // They cannot be removed by a label that they do not have.
    for (const series of shownSeries) if (!totals.has(series)) series.set(0);
    shownSeries = totals.keys();
  });
  return () => {
    stop();
    for (const label of shown) family.remove([label]);
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}
