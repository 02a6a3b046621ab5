/** One label, wherever it appears: what it holds and how many values it can take. */
export interface LabelDefinition {
  /** One sentence: what the value is. */
  readonly help: string;
  /** Every value there can be, when that is known beforehand. */
  readonly values?: readonly string[];
  /** Most values that are let through; what comes later is refused, or becomes `_OTHER` where the help says so. */
  readonly maxValues: number;
  /** True when a value that is not listed, or past `maxValues`, becomes `_OTHER`; else its label set is refused. */
  readonly otherPastBound?: true;
  /** True when every metric lists the values itself, in its `labelValues`. */
  readonly valuesPerMetric?: true;
  /** Why there are no more than `maxValues`, when the values are listed nowhere. */
  readonly boundedBy?: string;
  /** The OpenTelemetry attribute that it spells in Prometheus, if it is one. */
  readonly attribute?: string;
}

const methods = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
  '_OTHER',
] as const;

/**
 * Every label of every metric. None of them holds a client address, a user or a key: such a value has no bound, and
 * it does not belong to whoever may read a dashboard.
 */
export const labels = {
  cache: {
    help: 'The cache, by the name the code gave it.',
    maxValues: 50,
    boundedBy: 'one for each cache in the code',
  },
  check: {
    help: 'The health check, by the name the code gave it.',
    maxValues: 50,
    boundedBy: 'one for each check in the code',
  },
  connection: {
    help: 'The connection to a server, by the name the code gave it.',
    maxValues: 50,
    boundedBy: 'one for each connection in the code',
  },
  decision: {
    help: 'What a rate limiter decided; `fail_open` and `fail_closed` are what became of a request when its store failed.',
    values: ['allowed', 'limited', 'skipped', 'fail_open', 'fail_closed'],
    maxValues: 5,
  },
  destination: {
    help: 'Where log lines go.',
    values: ['stdout', 'file', 'loki', 'otlp', 'other'],
    maxValues: 5,
  },
  error_type: {
    help: 'The class of the error or the status code; absent without an error, `_OTHER` past the bound.',
    maxValues: 50,
    otherPastBound: true,
    boundedBy: 'error classes in the code; a message is never taken',
    attribute: 'error.type',
  },
  from: {
    help: 'The state before.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  http_request_method: {
    help: 'The request method; an unknown one is `_OTHER`.',
    values: methods,
    maxValues: methods.length,
    otherPastBound: true,
    attribute: 'http.request.method',
  },
  http_response_status_code: {
    help: 'The status code of the response; absent when none was sent.',
    maxValues: 60,
    boundedBy: 'codes that are registered at IANA; others count as their class, such as `5xx`',
    attribute: 'http.response.status_code',
  },
  http_route: {
    help: 'The route template, never the path; every path without a route is one value.',
    maxValues: 500,
    boundedBy: 'one for each route in the code',
    attribute: 'http.route',
  },
  level: {
    help: 'The level of a log line.',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    maxValues: 6,
  },
  limiter: {
    help: 'The rate limiter, by the name the code gave it.',
    maxValues: 50,
    boundedBy: 'one for each limiter in the code',
  },
  major: {
    help: 'The first part of the Node.js version.',
    maxValues: 1,
    boundedBy: 'one version for each process',
  },
  metric: {
    help: 'The metric, by its name in Prometheus.',
    maxValues: 500,
    boundedBy: 'one for each metric in the code',
  },
  minor: {
    help: 'The second part of the Node.js version.',
    maxValues: 1,
    boundedBy: 'one version for each process',
  },
  name: {
    help: 'The breaker, bulkhead or retry policy, by the name the code gave it.',
    maxValues: 100,
    boundedBy: 'one for each policy in the code',
  },
  nodejs_eventloop_state: {
    help: 'Whether the event loop worked or waited.',
    values: ['active', 'idle'],
    maxValues: 2,
    attribute: 'nodejs.eventloop.state',
  },
  operation: {
    help: 'What was done.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  outcome: {
    help: 'How it ended.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  patch: {
    help: 'The third part of the Node.js version.',
    maxValues: 1,
    boundedBy: 'one version for each process',
  },
  pool: {
    help: 'The pool, by the name the code gave it.',
    maxValues: 50,
    boundedBy: 'one for each pool in the code',
  },
  probe: {
    help: 'The probe endpoint.',
    values: ['livez', 'readyz', 'startupz'],
    maxValues: 3,
  },
  reason: {
    help: 'Why it was given up on.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  result: {
    help: 'What came of it.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  revision: {
    help: 'The commit that the service was built from.',
    maxValues: 1,
    boundedBy: 'one build for each process',
  },
  rule: {
    help: 'The redaction rule that found the value, never the value; or the rule of a rate limiter, such as `60-in-1min`.',
    maxValues: 100,
    boundedBy: 'the built-in rules and those in the code',
  },
  server_address: {
    help: 'The host that was called, as the code names it; an address in digits and what is past the bound are `_OTHER`.',
    maxValues: 50,
    otherPastBound: true,
    boundedBy: 'the services that this one is configured to call',
    attribute: 'server.address',
  },
  service_version: {
    help: 'The version of the service.',
    maxValues: 1,
    boundedBy: 'one build for each process',
    attribute: 'service.version',
  },
  signal: {
    help: 'The kind of telemetry.',
    values: ['traces', 'metrics', 'logs'],
    maxValues: 3,
  },
  state: {
    help: 'The state that the value is about.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  to: {
    help: 'The state after.',
    maxValues: 10,
    valuesPerMetric: true,
  },
  type: {
    help: 'The kind of resource that keeps the event loop alive, as Node.js calls it.',
    maxValues: 40,
    boundedBy: 'the kinds that Node.js has',
  },
  v8js_gc_type: {
    help: 'The kind of garbage collection.',
    values: ['major', 'minor', 'incremental', 'weakcb'],
    maxValues: 4,
    attribute: 'v8js.gc.type',
  },
  v8js_heap_space_name: {
    help: 'The heap space, as V8 calls it.',
    maxValues: 20,
    boundedBy: 'the spaces that V8 has',
    attribute: 'v8js.heap.space.name',
  },
  version: {
    help: 'The version of what the metric is about.',
    maxValues: 1,
    boundedBy: 'one version for each process',
  },
} as const satisfies Readonly<Record<string, LabelDefinition>>;

/** The name of a catalogued label. */
export type LabelName = keyof typeof labels;
