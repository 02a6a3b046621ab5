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

/** The errors that were met most often in the time of the dashboard: by fingerprint, with their class. */
export function topFingerprints(count: number, matchers: StreamMatchers = chosenStreams): string {
  const fields = `json fingerprint="${FINGERPRINT}", type="err.type", module="module"`;
  return (
    `topk(${count}, sum by (service_name, fingerprint, type, module) (count_over_time(${errorLines(matchers)}` +
    ` | ${fields} | fingerprint != "" [$__range])))`
  );
}

/** Lines in each step with one fingerprint. */
export function fingerprintLines(matchers: StreamMatchers = chosenStreams): string {
  return (
    `sum by (fingerprint) (count_over_time(${errorLines(matchers)} | json fingerprint="${FINGERPRINT}"` +
    ` | fingerprint != "" [${RANGE}]))`
  );
}

/** Error lines in each step, by route. */
export function errorLinesByRoute(matchers: StreamMatchers = chosenStreams): string {
  return (
    `sum by (http_route) (count_over_time(${errorLines(matchers)} | json http_route="${ROUTE}"` +
    ` | http_route != "" [${RANGE}]))`
  );
}

/** Requests that took longer than their threshold. */
export function slowRequests(matchers: StreamMatchers = chosenStreams): string {
  return `${streams(matchers)} |= \`"slow":true\``;
}

/** The audit trail. */
export function auditRecords(matchers: StreamMatchers = chosenStreams): string {
  return `${streams(matchers)} |= \`"audit":true\``;
}
