import type { ResolvedAlertOptions } from './options.ts';

/** The dashboards that alerts lead to, by their uids in Grafana. */
export const dashboardUids = {
  fleet: 'sightline-fleet',
  service: 'sightline-service',
  routes: 'sightline-routes',
  dependencies: 'sightline-dependencies',
  rateLimits: 'sightline-rate-limits',
  logs: 'sightline-logs',
  slo: 'sightline-slo',
  runtime: 'sightline-runtime',
  resilience: 'sightline-resilience',
  telemetry: 'sightline-telemetry',
  stack: 'sightline-stack',
} as const;
export type DashboardName = keyof typeof dashboardUids;

/** The data source that traces are searched in, by its uid in Grafana. */
const TRACES_UID = 'tempo';
/** Half an hour before and after: the templates of Alertmanager put the start of the alert in place of the first. */
const TIME_RANGE = 'from=now-1h&to=now';

/** `ErrorRatioHigh` is explained in `error-ratio-high.md`. */
export function runbookFile(alert: string): string {
  return `${alert.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

export function runbookUrl({ runbookBaseUrl }: ResolvedAlertOptions, alert: string): string {
  return `${runbookBaseUrl.replace(/\/+$/, '')}/${runbookFile(alert)}`;
}

/** The environment of the alert, where its targets have one. */
const ofEnvironment =
  '{{ with $labels.deployment_environment_name }}&var-environment={{ . | urlquery }}{{ end }}';

/** A dashboard with the time range, environment, service and, where the alert is about one, route. The fleet is all services. */
export function dashboardUrl(
  { grafanaUrl }: ResolvedAlertOptions,
  dashboard: DashboardName,
  labels: readonly string[],
): string {
  const variables =
    dashboard === 'fleet'
      ? []
      : [
          ...(labels.includes('deployment_environment_name') ? [ofEnvironment] : []),
          ...(labels.includes('service_name') ? ['&var-service={{ $labels.service_name | urlquery }}'] : []),
          ...(labels.includes('job') ? ['&var-service={{ $labels.job | urlquery }}'] : []),
          ...(labels.includes('http_route') ? ['&var-route={{ $labels.http_route | urlquery }}'] : []),
          ...(labels.includes('instance') ? ['&var-instance={{ $labels.instance | urlquery }}'] : []),
        ];
  return `${grafanaUrl.replace(/\/+$/, '')}/d/${dashboardUids[dashboard]}?${TIME_RANGE}${variables.join('')}`;
}

/** Which traces show what the alert is about. */
export type TraceHint = 'failed' | 'slow' | 'failed-calls' | 'slow-calls';

/** What TraceQL says for each. */
const conditions: Readonly<Record<TraceHint, string>> = {
  failed: 'kind = server && status = error',
  slow: 'kind = server && duration > 1s',
  'failed-calls': 'kind = client && status = error',
  'slow-calls': 'kind = client && duration > 1s',
};

/**
 * The route in a search, in a URL: none where the alert is about paths without one, or about all past the bound. Between
 * backticks TraceQL takes a route as it is; a quotation mark or a backslash in it is escaped for the JSON around it.
 */
const ofRoute =
  `{{ with $labels.http_route }}{{ if ne . "_OTHER" }}${encodeURIComponent(' && span.http.route = `')}` +
  String.raw`{{ reReplaceAll "[\"\\\\]" "\\$0" . | urlquery }}` +
  `${encodeURIComponent('`')}{{ end }}{{ end }}`;

/**
 * A search in Grafana for traces of the kind that the alert is about. Prometheus cannot put an exemplar into an
 * annotation, so this is the nearest that a link can be.
 */
export function traceUrl(
  { grafanaUrl }: ResolvedAlertOptions,
  hint: TraceHint,
  labels: readonly string[],
): string {
  const route = labels.includes('http_route') ? 'HTTP_ROUTE' : '';
  const query = `{ resource.service.name = "JOB" && ${conditions[hint]}${route} }`;
  const panes = {
    a: {
      datasource: TRACES_UID,
      queries: [{ refId: 'A', datasource: { type: 'tempo', uid: TRACES_UID }, queryType: 'traceql', query }],
      range: { from: 'now-1h', to: 'now' },
    },
  };
  const text = encodeURIComponent(JSON.stringify(panes))
    .replace('JOB', '{{ $labels.job | urlquery }}')
    .replace('HTTP_ROUTE', () => ofRoute);
  return `${grafanaUrl.replace(/\/+$/, '')}/explore?schemaVersion=1&panes=${text}`;
}
