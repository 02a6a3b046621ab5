import type { PanelLink } from './panels/panel.ts';

/** The dashboards by their uids in Grafana: alerts, panels and people's bookmarks lead there, so they never change. */
export const dashboardUids = {
  fleet: 'sightline-fleet',
  service: 'sightline-service',
  routes: 'sightline-routes',
  runtime: 'sightline-runtime',
  dependencies: 'sightline-dependencies',
  resilience: 'sightline-resilience',
  rateLimits: 'sightline-rate-limits',
  logs: 'sightline-logs',
  traces: 'sightline-traces',
  slo: 'sightline-slo',
  kubernetes: 'sightline-kubernetes',
  telemetry: 'sightline-telemetry',
  stack: 'sightline-stack',
} as const;
export type DashboardName = keyof typeof dashboardUids;

/** Variables that a link hands on as they are chosen: Grafana writes `var-service=a&var-service=b`. */
const handedOn = ['environment', 'namespace', 'service'] as const;

/** Another dashboard, for what is chosen here and the same time. */
export function toDashboard(
  dashboard: DashboardName,
  title: string,
  more: readonly string[] = [],
): PanelLink {
  const variables = [...handedOn, ...more].map((name) => `\${${name}:queryparam}`);
  return { title, url: `/d/${dashboardUids[dashboard]}?\${__url_time_range}&${variables.join('&')}` };
}

/**
 * Another dashboard, for the service, route or instance of a value.
 *
 * @param values variables there, by the label here: `{ service: 'job' }`; what is not among them stays as it is chosen
 * @param from `labels` of a line, or `fields` of a row in a table, which go by the titles of their columns
 */
export function toDashboardOf(
  dashboard: DashboardName,
  title: string,
  values: Readonly<Record<string, string>>,
  from: 'labels' | 'fields' = 'labels',
): PanelLink {
  const of = (label: string): string =>
    from === 'labels' ? `\${__field.labels.${label}}` : `\${__data.fields["${label}"]}`;
  const variables = [
    ...handedOn.filter((name) => !(name in values)).map((name) => `\${${name}:queryparam}`),
    ...Object.entries(values).map(([variable, label]) => `var-${variable}=${of(label)}`),
  ];
  return { title, url: `/d/${dashboardUids[dashboard]}?\${__url_time_range}&${variables.join('&')}` };
}

/** Explore, with a query to one of the data sources that the dashboard has chosen. */
function explore(dataSource: 'loki' | 'tempo', query: Readonly<Record<string, unknown>>): string {
  const uid = `\${${dataSource}_datasource}`;
  const panes = {
    a: {
      datasource: uid,
      queries: [{ refId: 'A', datasource: { type: dataSource, uid }, ...query }],
      range: { from: '${__from}', to: '${__to}' },
    },
  };
  // Grafana fills variables in before anybody decodes the rest, so they are not encoded; what else a URL cannot hold is.
  // Nor are they escaped for a regular expression: a backslash would be one of the JSON, and `a\.b` is none that can be
  // read. Names with other signs of expressions than the dot are therefore not found from here.
  const named = JSON.stringify(panes).replaceAll(/\$(?:(\w+)|\{(\w+):regex\})/g, '${$1$2:pipe}');
  const text = encodeURIComponent(named).replaceAll(
    /%24%7B([\w.%:]+?)%7D/g,
    (_, name: string) => `\${${decodeURIComponent(name)}}`,
  );
  return `/explore?schemaVersion=1&panes=${text}`;
}

/** A search for traces in Explore; `$service` in it is what is chosen. */
export function toTraces(title: string, traceql: string): PanelLink {
  return { title, url: explore('tempo', { queryType: 'traceql', query: traceql, limit: 20 }) };
}

/** Log lines in Explore. */
export function toLogs(title: string, logql: string): PanelLink {
  return { title, url: explore('loki', { expr: logql }) };
}

/** `ErrorRatioHigh` is explained in `error-ratio-high.md`. */
function runbookFile(alert: string): string {
  return `${alert.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase()}.md`;
}

/** The runbook of an alert where there is a place for them, else the alert in Grafana, which leads on to its runbook. */
export function toAlert(alert: string, runbookBaseUrl: string | undefined): PanelLink {
  return runbookBaseUrl === undefined
    ? { title: `Alert ${alert}`, url: `/alerting/list?search=rule:${alert}` }
    : { title: `Runbook of ${alert}`, url: `${runbookBaseUrl.replace(/\/+$/, '')}/${runbookFile(alert)}` };
}

/** The alerts that Grafana knows of, whatever their source. */
export const alertList: PanelLink = {
  title: 'Alerts and runbooks',
  url: '/alerting/list?search=rule:${__data.fields.Alert}',
};
