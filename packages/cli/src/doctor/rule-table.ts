import type { Rule } from './finding.ts';
import { alertmanagerFailing } from './rules/alertmanager-failing.ts';
import { alertmanagerNoReceiver } from './rules/alertmanager-no-receiver.ts';
import { alertmanagerNotConnected } from './rules/alertmanager-not-connected.ts';
import { alertsNotDelivered } from './rules/alerts-not-delivered.ts';
import { appDisabled } from './rules/app-disabled.ts';
import { appDoubleTelemetry } from './rules/app-double-telemetry.ts';
import { appForeignSdk } from './rules/app-foreign-sdk.ts';
import { appGuarded } from './rules/app-guarded.ts';
import { appLibraryUnknown } from './rules/app-library-unknown.ts';
import { appLoadedLate } from './rules/app-loaded-late.ts';
import { appLogLevel } from './rules/app-log-level.ts';
import { appLogsOff } from './rules/app-logs-off.ts';
import { appMetricsOff } from './rules/app-metrics-off.ts';
import { appNoRoutes } from './rules/app-no-routes.ts';
import { appNotInstrumented } from './rules/app-not-instrumented.ts';
import { appOptionsWrong } from './rules/app-options-wrong.ts';
import { appRequestFailed } from './rules/app-request-failed.ts';
import { appSampledAway } from './rules/app-sampled-away.ts';
import { appSeriesBound } from './rules/app-series-bound.ts';
import { appTracesOff } from './rules/app-traces-off.ts';
import { appTwoApis } from './rules/app-two-apis.ts';
import { appTwoRegistries } from './rules/app-two-registries.ts';
import { appUnnamed } from './rules/app-unnamed.ts';
import { clockSkew } from './rules/clock-skew.ts';
import { grafanaDataSourceEmpty } from './rules/grafana-data-source-empty.ts';
import { grafanaDataSourceMissing } from './rules/grafana-data-source-missing.ts';
import { grafanaDataSourceUid } from './rules/grafana-data-source-uid.ts';
import { grafanaDataSourceUrl } from './rules/grafana-data-source-url.ts';
import { grafanaNoAlertState } from './rules/grafana-no-alert-state.ts';
import { grafanaNoToken } from './rules/grafana-no-token.ts';
import { grafanaTokenRefused } from './rules/grafana-token-refused.ts';
import { lineLost } from './rules/line-lost.ts';
import { lineUnnamed } from './rules/line-unnamed.ts';
import { lokiLabelMissing } from './rules/loki-label-missing.ts';
import { lokiMetadataOff } from './rules/loki-metadata-off.ts';
import { lokiRateLimited } from './rules/loki-rate-limited.ts';
import { lokiRefused } from './rules/loki-refused.ts';
import { lokiTooOld } from './rules/loki-too-old.ts';
import { metricLost } from './rules/metric-lost.ts';
import { networkCredentials } from './rules/network-credentials.ts';
import { networkCutOff } from './rules/network-cut-off.ts';
import { networkNameUnknown } from './rules/network-name-unknown.ts';
import { networkNoAnswer } from './rules/network-no-answer.ts';
import { networkNoRoute } from './rules/network-no-route.ts';
import { networkPortClosed } from './rules/network-port-closed.ts';
import { networkProxy } from './rules/network-proxy.ts';
import { networkTls } from './rules/network-tls.ts';
import { networkWrongPlace } from './rules/network-wrong-place.ts';
import { otlpRefused } from './rules/otlp-refused.ts';
import { prometheusMetricsDropped } from './rules/prometheus-metrics-dropped.ts';
import { prometheusOtherProcess } from './rules/prometheus-other-process.ts';
import { prometheusRetention } from './rules/prometheus-retention.ts';
import { prometheusRulesFailing } from './rules/prometheus-rules-failing.ts';
import { prometheusSampleLimit } from './rules/prometheus-sample-limit.ts';
import { prometheusSamplesRefused } from './rules/prometheus-samples-refused.ts';
import { prometheusScrapeSlow } from './rules/prometheus-scrape-slow.ts';
import { prometheusScrapeStale } from './rules/prometheus-scrape-stale.ts';
import { prometheusTargetAbsent } from './rules/prometheus-target-absent.ts';
import { prometheusTargetDown } from './rules/prometheus-target-down.ts';
import { prometheusTargetDropped } from './rules/prometheus-target-dropped.ts';
import { serverNotReady } from './rules/server-not-ready.ts';
import { tempoRefused } from './rules/tempo-refused.ts';
import { traceLost } from './rules/trace-lost.ts';
import { traceNotSearchable } from './rules/trace-not-searchable.ts';

/**
 * Every rule, on the way that data takes. Those with `unless` stand last: they tell of what no other explains.
 */
export const rules: readonly Rule[] = [
  appDisabled,
  appNotInstrumented,
  appLoadedLate,
  appTwoApis,
  appForeignSdk,
  appTwoRegistries,
  appDoubleTelemetry,
  appLibraryUnknown,
  appNoRoutes,
  appOptionsWrong,
  appTracesOff,
  appSampledAway,
  appLogLevel,
  appLogsOff,
  appMetricsOff,
  appSeriesBound,
  appUnnamed,
  appRequestFailed,
  appGuarded,
  networkPortClosed,
  networkNameUnknown,
  networkNoRoute,
  networkTls,
  networkNoAnswer,
  networkCutOff,
  networkProxy,
  networkCredentials,
  networkWrongPlace,
  serverNotReady,
  clockSkew,
  otlpRefused,
  prometheusTargetAbsent,
  prometheusTargetDropped,
  prometheusTargetDown,
  prometheusSampleLimit,
  prometheusScrapeSlow,
  prometheusOtherProcess,
  prometheusMetricsDropped,
  prometheusSamplesRefused,
  prometheusScrapeStale,
  prometheusRetention,
  prometheusRulesFailing,
  lokiTooOld,
  lokiRateLimited,
  lokiLabelMissing,
  lokiMetadataOff,
  lokiRefused,
  lineUnnamed,
  tempoRefused,
  traceNotSearchable,
  alertmanagerNotConnected,
  alertmanagerNoReceiver,
  alertsNotDelivered,
  alertmanagerFailing,
  grafanaNoToken,
  grafanaTokenRefused,
  grafanaDataSourceMissing,
  grafanaDataSourceUid,
  grafanaDataSourceUrl,
  grafanaNoAlertState,
  metricLost,
  lineLost,
  traceLost,
  grafanaDataSourceEmpty,
];
