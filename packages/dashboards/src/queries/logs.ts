import {
  type LogFieldName,
  type LokiLabelName,
  errorLines as ofErrors,
  logFieldStages,
} from '@sightline/conventions';
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
const fingerprintStages = logFieldStages({ fingerprint: 'err.fingerprint' });

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
 * A line that came by OTLP says it in words, and one that is neither that nor JSON stays as it is.
 */
export function readable(lines: string): string {
  return (
    `${lines} | json msg="msg", error="err.message", stack="err.stack", action="action", outcome="outcome"` +
    ' | drop __error__, __error_details__' +
    ' | line_format `{{ if .msg }}{{ .service_name }}: {{ .msg }}{{ if .error }} ({{ .error }}){{ end }}' +
    '{{ else if .action }}{{ .service_name }}: {{ .action }} {{ .outcome }}' +
    '{{ else if or .severity_text .severity_number }}{{ .service_name }}: {{ __line__ }}' +
    '{{ with .exception_message }} ({{ . }}){{ end }}{{ else }}{{ __line__ }}{{ end }}`'
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
  return `${streams({ ...matchers, level: ofErrors.matcher })} | ${ofErrors.stage}`;
}

/** The errors that were met most often in the time of the dashboard: by fingerprint, with their class. */
export function topFingerprints(count: number, matchers: StreamMatchers = chosenStreams): string {
  const fields = logFieldStages({ fingerprint: 'err.fingerprint', type: 'err.type', module: 'module' });
  return (
    `topk(${count}, sum by (service_name, fingerprint, type, module) (count_over_time(${errorLines(matchers)} | ${fields}` +
    ' | fingerprint != "" [$__range])))'
  );
}

/** Lines of errors with one fingerprint. */
export function linesOfFingerprint(fingerprint: string, matchers: StreamMatchers = chosenStreams): string {
  return `${errorLines(matchers)} | ${fingerprintStages} | fingerprint = \`${fingerprint}\``;
}

/** Lines in each step with one fingerprint. */
export function fingerprintLines(matchers: StreamMatchers = chosenStreams): string {
  const lines = `${errorLines(matchers)} | ${fingerprintStages}`;
  return `sum by (fingerprint) (count_over_time(${lines} | fingerprint != "" [${RANGE}]))`;
}

/** Error lines in each step, by route. */
export function errorLinesByRoute(matchers: StreamMatchers = chosenStreams): string {
  const lines = `${errorLines(matchers)} | ${logFieldStages({ http_route: 'http_route' })}`;
  return `sum by (http_route) (count_over_time(${lines} | http_route != "" [${RANGE}]))`;
}

/** Requests that took longer than their threshold, for people: of lines in JSON, and of those that came by OTLP. */
export function slowRequests(matchers: StreamMatchers = chosenStreams): readonly string[] {
  return marked('slow', matchers).map(readable);
}

/** The audit trail, for people: who did what, and how it ended; of lines in JSON, and of those that came by OTLP. */
export function auditRecords(matchers: StreamMatchers = chosenStreams): readonly string[] {
  const [inLine, beside] = marked('audit', matchers);
  const parts = 'json action="action", actor_id="actor.id", resource_id="resource.id", outcome="outcome"';
  const text =
    'line_format `{{ .service_name }}: {{ with .actor_id }}{{ . }} {{ end }}{{ .action }}' +
    '{{ with .resource_id }} {{ . }}{{ end }}{{ with .outcome }}: {{ . }}{{ end }}`';
  return [`${inLine} | ${parts} | ${text}`, `${beside} | ${text}`];
}

/** Values that were censored in each step, by service: loggers whose counts nobody reads say it in lines of their own. */
export function censoredValues(matchers: StreamMatchers = chosenStreams): string {
  const lines = `${streams(matchers)} |= \`"redacted_values":\` | json redacted_values="redacted_values"`;
  return `sum by (service_name) (sum_over_time(${lines} | unwrap redacted_values | __error__ = "" [${RANGE}]))`;
}

/** Lines that a field marks: in the line, and beside it where it came by OTLP. */
function marked(
  field: Extract<LogFieldName, 'slow' | 'audit'>,
  matchers: StreamMatchers,
): readonly [inLine: string, beside: string] {
  const isMarked = `${field} = "true"`;
  // What is in the line is looked for as text first, which is cheap, and then where it must be.
  return [
    `${streams(matchers)} |= \`"${field}":true\` | json ${field}="${field}" | ${isMarked}`,
    `${streams(matchers)} | ${isMarked}`,
  ];
}
