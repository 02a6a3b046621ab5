import { type LogFieldName, type LokiLabelName } from '@sightline/conventions';
import { selector } from './promql.ts';

/** Which lines a query looks at: matchers of the labels of a stream, each with its operator. */
export type StreamMatchers = Readonly<Partial<Record<LokiLabelName, string>>>;

/** What the variables of a dashboard leave. */
export const chosenStreams: StreamMatchers = {
  service_name: '=~$service',
  deployment_environment_name: '=~$environment',
};

/** The range of rates over log lines in a panel. */
const RANGE = '$__auto';
const FINGERPRINT: LogFieldName = 'err.fingerprint';
const ROUTE: LogFieldName = 'http_route';

/** The streams that matchers leave. */
export function streams(matchers: StreamMatchers = chosenStreams): string {
  return selector('', matchers);
}

/** Lines that hold a text, newest first. */
export function linesWith(matchers: StreamMatchers, textVariable: string): string {
  return `${streams(matchers)} |~ \`(?i)${textVariable}\``;
}

/**
 * Lines for people: who says what, and the error with it; its stack and the ids are in the details of each.
 *
 * A line that is no JSON stays as it is.
 */
export function readable(lines: string): string {
  return (
    `${lines} | json msg="msg", error="err.message", stack="err.stack", action="action", outcome="outcome"` +
    ' | line_format `{{ if .msg }}{{ .service_name }}: {{ .msg }}{{ if .error }} ({{ .error }}){{ end }}' +
    '{{ else if .action }}{{ .service_name }}: {{ .action }} {{ .outcome }}{{ else }}{{ __line__ }}{{ end }}`'
  );
}

/** Lines in each step, by level. */
export function linesByLevel(matchers: StreamMatchers = chosenStreams): string {
  return `sum by (level) (count_over_time(${streams(matchers)} [${RANGE}]))`;
}

/** Lines in each step, by service. */
export function linesByService(matchers: StreamMatchers = chosenStreams): string {
  return `sum by (service_name) (count_over_time(${streams(matchers)} [${RANGE}]))`;
}

/** Bytes a second, by service. */
export function bytesByService(matchers: StreamMatchers = chosenStreams): string {
  return `sum by (service_name) (bytes_rate(${streams(matchers)} [${RANGE}]))`;
}

/** Lines of errors. */
export function errorLines(matchers: StreamMatchers = chosenStreams): string {
  return streams({ ...matchers, level: '=~error|fatal' });
}

/** Fields of a line, each with the name that it has in JSON, and the one that it has where it came by OTLP. */
const fields = {
  fingerprint: { json: FINGERPRINT, metadata: 'err_fingerprint' },
  type: { json: 'err.type', metadata: 'exception_type' },
  module: { json: 'module', metadata: 'module' },
  http_route: { json: ROUTE, metadata: ROUTE },
} as const satisfies Readonly<Record<string, { readonly json: LogFieldName; readonly metadata: string }>>;

/**
 * Takes fields out of lines, as labels: of a line that is JSON, and of one that came by OTLP, which is words alone and has its
 * fields beside it. What the words are to a JSON parser is no error then, and what neither has is empty in both.
 */
function withFields(lines: string, names: readonly (keyof typeof fields)[]): string {
  const parsed = names.map((name) => `${name}="${fields[name].json}"`);
  const either = names.map((name) => {
    const { metadata } = fields[name];
    return `${name}=\`{{ ${metadata === name ? '' : `or .${name} `}.${metadata} }}\``;
  });
  return `${lines} | json ${parsed.join(', ')} | label_format ${either.join(', ')} | drop __error__, __error_details__`;
}

/** The errors that were met most often in the time of the dashboard: by fingerprint, with their class. */
export function topFingerprints(count: number, matchers: StreamMatchers = chosenStreams): string {
  const lines = withFields(errorLines(matchers), ['fingerprint', 'type', 'module']);
  return (
    `topk(${count}, sum by (service_name, fingerprint, type, module) (count_over_time(${lines}` +
    ' | fingerprint != "" [$__range])))'
  );
}

/** Lines of errors with one fingerprint. */
export function linesOfFingerprint(fingerprint: string, matchers: StreamMatchers = chosenStreams): string {
  return `${withFields(errorLines(matchers), ['fingerprint'])} | fingerprint = \`${fingerprint}\``;
}

/** Lines in each step with one fingerprint. */
export function fingerprintLines(matchers: StreamMatchers = chosenStreams): string {
  const lines = withFields(errorLines(matchers), ['fingerprint']);
  return `sum by (fingerprint) (count_over_time(${lines} | fingerprint != "" [${RANGE}]))`;
}

/** Error lines in each step, by route. */
export function errorLinesByRoute(matchers: StreamMatchers = chosenStreams): string {
  const lines = withFields(errorLines(matchers), ['http_route']);
  return `sum by (http_route) (count_over_time(${lines} | http_route != "" [${RANGE}]))`;
}

/** Requests that took longer than their threshold. */
export function slowRequests(matchers: StreamMatchers = chosenStreams): string {
  return `${streams(matchers)} |= \`"slow":true\``;
}

/** The audit trail. */
export function auditRecords(matchers: StreamMatchers = chosenStreams): string {
  return `${streams(matchers)} |= \`"audit":true\``;
}
