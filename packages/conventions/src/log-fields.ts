/** One field of a log line. */
export interface LogFieldDefinition {
  readonly type: 'string' | 'number' | 'boolean' | 'object';
  /** One sentence: what the value is. */
  readonly help: string;
  /** `always`: in every line. Otherwise when it is there. */
  readonly when:
    | 'always'
    | 'in a span'
    | 'in a request'
    | 'at the end of a request'
    | 'with an error'
    | 'in an audit record'
    | 'at a transition'
    | 'once a minute'
    | 'when set';
  /** Where it goes in Loki: a label, structured metadata (searchable without a stream of its own), or only the line. */
  readonly loki: 'label' | 'metadata' | 'line';
}

/**
 * Every field that Sightline writes into a log line; a dot is a step into an object.
 * Ids are never labels: each value would be a stream of its own.
 */
export const logFields = {
  time: {
    type: 'number',
    help: 'When the line was written, in milliseconds since 1970 in UTC.',
    when: 'always',
    loki: 'line',
  },
  level: {
    type: 'string',
    help: 'The level: trace, debug, info, warn, error or fatal.',
    when: 'always',
    loki: 'label',
  },
  msg: { type: 'string', help: 'What happened.', when: 'always', loki: 'line' },
  service: { type: 'string', help: 'The name of the service.', when: 'when set', loki: 'label' },
  environment: {
    type: 'string',
    help: 'The environment, such as production.',
    when: 'when set',
    loki: 'label',
  },
  version: { type: 'string', help: 'The version of the service.', when: 'when set', loki: 'line' },
  pid: { type: 'number', help: 'The process id.', when: 'when set', loki: 'line' },
  hostname: { type: 'string', help: 'The name of the host.', when: 'when set', loki: 'line' },
  module: {
    type: 'string',
    help: 'The part of the service that wrote the line.',
    when: 'when set',
    loki: 'line',
  },
  trace_id: {
    type: 'string',
    help: 'The trace, 32 hexadecimal digits.',
    when: 'in a span',
    loki: 'metadata',
  },
  span_id: { type: 'string', help: 'The span, 16 hexadecimal digits.', when: 'in a span', loki: 'metadata' },
  trace_flags: {
    type: 'string',
    help: 'The flags of the trace, 2 hexadecimal digits; 01 is sampled.',
    when: 'in a span',
    loki: 'metadata',
  },
  request_id: {
    type: 'string',
    help: 'The id that the request came with, or got.',
    when: 'in a request',
    loki: 'metadata',
  },
  http_request_method: {
    type: 'string',
    help: 'The method of the request; one that is not standard is `_OTHER`.',
    when: 'at the end of a request',
    loki: 'line',
  },
  http_route: {
    type: 'string',
    help: 'The route template, never the path; absent when no route matched.',
    when: 'at the end of a request',
    loki: 'line',
  },
  http_response_status_code: {
    type: 'number',
    help: 'The status of the response; absent when there was none.',
    when: 'at the end of a request',
    loki: 'line',
  },
  error_type: {
    type: 'string',
    help: 'The class of the error, or the status as text; absent without an error.',
    when: 'at the end of a request',
    loki: 'line',
  },
  url_path: {
    type: 'string',
    help: 'The path of the request, with secrets censored.',
    when: 'at the end of a request',
    loki: 'line',
  },
  url_query: {
    type: 'string',
    help: 'The query of the request, with secrets censored; absent without one.',
    when: 'at the end of a request',
    loki: 'line',
  },
  duration_seconds: {
    type: 'number',
    help: 'From the arrival of the request to the end of the response or the abort, in seconds.',
    when: 'at the end of a request',
    loki: 'line',
  },
  http_request_body_size: {
    type: 'number',
    help: 'Size of the body of the request, in bytes; absent when it is not known.',
    when: 'at the end of a request',
    loki: 'line',
  },
  http_response_body_size: {
    type: 'number',
    help: 'Size of the body of the response, in bytes; absent when it is not known.',
    when: 'at the end of a request',
    loki: 'line',
  },
  aborted: {
    type: 'boolean',
    help: 'True when the connection ended before the response did; absent otherwise.',
    when: 'at the end of a request',
    loki: 'line',
  },
  slow: {
    type: 'boolean',
    help: 'True when the request took longer than the threshold of its route; absent otherwise.',
    when: 'at the end of a request',
    loki: 'line',
  },
  'err.type': { type: 'string', help: 'The class of the error.', when: 'with an error', loki: 'line' },
  'err.message': {
    type: 'string',
    help: 'The message of the error, with secrets censored.',
    when: 'with an error',
    loki: 'line',
  },
  'err.stack': {
    type: 'string',
    help: 'The stack of the error, with secrets censored.',
    when: 'with an error',
    loki: 'line',
  },
  'err.code': {
    type: 'string',
    help: 'The code of the error, if it has one.',
    when: 'with an error',
    loki: 'line',
  },
  'err.cause': {
    type: 'object',
    help: 'The error that led to this one.',
    when: 'with an error',
    loki: 'line',
  },
  'err.fingerprint': {
    type: 'string',
    help: 'The same for every occurrence of the same error, so that they can be counted.',
    when: 'with an error',
    loki: 'line',
  },
  'policy.kind': {
    type: 'string',
    help: 'What changed: circuit_breaker, rate_limiter, cache or pool.',
    when: 'at a transition',
    loki: 'line',
  },
  'policy.name': { type: 'string', help: 'Its name.', when: 'at a transition', loki: 'line' },
  'policy.from': {
    type: 'string',
    help: 'The state before; absent for an event that changes no state.',
    when: 'at a transition',
    loki: 'line',
  },
  'policy.to': {
    type: 'string',
    help: 'The state after, or the event.',
    when: 'at a transition',
    loki: 'line',
  },
  'policy.cause': {
    type: 'string',
    help: 'Why, with secrets censored.',
    when: 'at a transition',
    loki: 'line',
  },
  audit: {
    type: 'boolean',
    help: 'True in an audit record, and nowhere else.',
    when: 'in an audit record',
    loki: 'line',
  },
  actor: { type: 'object', help: 'Who did it: a type and an id.', when: 'in an audit record', loki: 'line' },
  action: {
    type: 'string',
    help: 'What was done, such as invoice.delete.',
    when: 'in an audit record',
    loki: 'line',
  },
  resource: {
    type: 'object',
    help: 'What it was done to: a type and an id.',
    when: 'in an audit record',
    loki: 'line',
  },
  outcome: {
    type: 'string',
    help: 'How it ended: success, failure or denied.',
    when: 'in an audit record',
    loki: 'line',
  },
  changes: {
    type: 'object',
    help: 'What is different now: from and to, by field.',
    when: 'in an audit record',
    loki: 'line',
  },
  reason: { type: 'string', help: 'Why it was done, or refused.', when: 'in an audit record', loki: 'line' },
  audit_problem: {
    type: 'string',
    help: 'What is wrong with the record, which is written all the same.',
    when: 'in an audit record',
    loki: 'line',
  },
  redacted_values: {
    type: 'number',
    help: 'How many values the logger has censored since its last line with this field; there is none when there were none.',
    when: 'once a minute',
    loki: 'line',
  },
  redacted_rules: {
    type: 'object',
    help: 'How many of them by each rule: a list of objects with `rule` and `values`.',
    when: 'once a minute',
    loki: 'line',
  },
} as const satisfies Readonly<Record<string, LogFieldDefinition>>;

/** The name of a catalogued field. */
export type LogFieldName = keyof typeof logFields;
