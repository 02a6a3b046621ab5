import { prometheusMetricQueries } from './trace-metrics.ts';

/** Where the servers are, as Grafana reaches them. */
export interface ServerUrls {
  readonly prometheus: string;
  readonly loki: string;
  readonly tempo: string;
  readonly alertmanager: string;
}

/** The names of the compose file. */
const defaultUrls: ServerUrls = {
  prometheus: 'http://prometheus:9090',
  loki: 'http://loki:3100',
  tempo: 'http://tempo:3200',
  alertmanager: 'http://alertmanager:9093',
};

/** The data sources by their uids; alerts and links go by them. */
export const dataSourceUids = {
  prometheus: 'prometheus',
  loki: 'loki',
  tempo: 'tempo',
  alertmanager: 'alertmanager',
} as const;

/** One data source, in the form that Grafana is provisioned with. */
export interface DataSource {
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly access: 'proxy';
  readonly url: string;
  readonly isDefault?: true;
  readonly editable: false;
  readonly jsonData: Readonly<Record<string, unknown>>;
}

/** Half a minute before and after a span, for clocks that differ and lines that are written late. */
const SPAN_MARGIN = '30s';

/**
 * Logs of a trace: all lines of the service in that trace, each told apart by whether it is of the span that was clicked.
 * Only the lines of one span would most often be none, as most spans log nothing.
 */
const LOGS_OF_TRACE =
  '{${__tags}} | trace_id = "${__trace.traceId}"' +
  ' | label_format this_span=`{{ if eq .span_id "${__span.spanId}" }}yes{{ else }}no{{ end }}`';

/**
 * The data sources, joined to each other: exemplar → trace, line → trace, trace → lines, trace → metrics, map of services.
 *
 * @param urls where the servers are, as Grafana reaches them; by default as the compose file names them
 * @param scrapeIntervalSeconds how often Prometheus scrapes [s]; `$__rate_interval` is four times that
 */
export function dataSources(
  urls: Partial<ServerUrls> = {},
  scrapeIntervalSeconds = 15,
): readonly DataSource[] {
  const at = { ...defaultUrls, ...urls };
  const common = { access: 'proxy', editable: false } as const;
  return [
    {
      ...common,
      name: 'Prometheus',
      uid: dataSourceUids.prometheus,
      type: 'prometheus',
      url: at.prometheus,
      isDefault: true,
      jsonData: {
        httpMethod: 'POST',
        prometheusType: 'Prometheus',
        timeInterval: `${scrapeIntervalSeconds}s`,
        manageAlerts: true,
        alertmanagerUid: dataSourceUids.alertmanager,
        exemplarTraceIdDestinations: [
          { name: 'trace_id', datasourceUid: dataSourceUids.tempo, urlDisplayLabel: 'Trace of this request' },
        ],
      },
    },
    {
      ...common,
      name: 'Loki',
      uid: dataSourceUids.loki,
      type: 'loki',
      url: at.loki,
      jsonData: {
        maxLines: 1000,
        manageAlerts: true,
        alertmanagerUid: dataSourceUids.alertmanager,
        derivedFields: derivedFields(),
      },
    },
    {
      ...common,
      name: 'Tempo',
      uid: dataSourceUids.tempo,
      type: 'tempo',
      url: at.tempo,
      jsonData: tempoData(),
    },
    {
      ...common,
      name: 'Alertmanager',
      uid: dataSourceUids.alertmanager,
      type: 'alertmanager',
      url: at.alertmanager,
      jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
    },
  ];
}

/** What in a line leads on: the trace, from metadata or from the line itself, and all lines of the request. */
function derivedFields(): readonly unknown[] {
  return [
    {
      name: 'Trace',
      matcherType: 'label',
      matcherRegex: 'trace_id',
      datasourceUid: dataSourceUids.tempo,
      url: '${__value.raw}',
      urlDisplayLabel: 'Open the trace',
    },
    {
      name: 'Trace in the line',
      matcherType: 'regex',
      matcherRegex: '"trace_id":"([0-9a-f]{32})"',
      datasourceUid: dataSourceUids.tempo,
      url: '${__value.raw}',
      urlDisplayLabel: 'Open the trace',
    },
    {
      name: 'Request',
      matcherType: 'label',
      matcherRegex: 'request_id',
      datasourceUid: dataSourceUids.loki,
      url: '{service_name=~".+"} | request_id = "${__value.raw}"',
      urlDisplayLabel: 'All lines of this request',
    },
  ];
}

function tempoData(): Readonly<Record<string, unknown>> {
  return {
    tracesToLogsV2: {
      datasourceUid: dataSourceUids.loki,
      spanStartTimeShift: `-${SPAN_MARGIN}`,
      spanEndTimeShift: SPAN_MARGIN,
      tags: [
        { key: 'service.name', value: 'service_name' },
        { key: 'deployment.environment.name', value: 'deployment_environment_name' },
      ],
      filterByTraceID: false,
      filterBySpanID: false,
      customQuery: true,
      query: LOGS_OF_TRACE,
    },
    tracesToMetrics: {
      datasourceUid: dataSourceUids.prometheus,
      spanStartTimeShift: '-30m',
      spanEndTimeShift: '30m',
      tags: [
        { key: 'service.name', value: 'job' },
        { key: 'http.route', value: 'http_route' },
      ],
      queries: prometheusMetricQueries(),
    },
    serviceMap: { datasourceUid: dataSourceUids.prometheus },
    nodeGraph: { enabled: true },
    search: { hide: false },
    traceQuery: { timeShiftEnabled: true, spanStartTimeShift: '-1h', spanEndTimeShift: '1h' },
  };
}
