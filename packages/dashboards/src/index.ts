export { diffDashboards } from './api/diff-dashboards.ts';
export type { DashboardDiff } from './api/diff-dashboards.ts';
export { exportDashboards } from './api/export-dashboards.ts';
export type { ExportedDashboard } from './api/export-dashboards.ts';
export { createGrafanaClient } from './api/grafana-client.ts';
export type { GrafanaClient } from './api/grafana-client.ts';
export type { GrafanaOptions } from './api/grafana-options.ts';
export { pushDashboards } from './api/push-dashboards.ts';
export type { PushOutcome } from './api/push-dashboards.ts';
export type { PushOptions } from './api/push-options.ts';
export { dashboardFiles } from './dashboard-files.ts';
export { dashboards } from './dashboards.ts';
export { defineDashboard } from './define-dashboard.ts';
export type { DashboardDefinition, Row } from './define-dashboard.ts';
export { foreignMetrics } from './foreign-metrics.ts';
export type { ForeignMetric, ForeignMetricName } from './foreign-metrics.ts';
export { dashboardJson } from './grafana/dashboard-json.ts';
export { dashboardResource } from './grafana/dashboard-resource.ts';
export type { DashboardResource } from './grafana/dashboard-resource.ts';
export { dashboardUids, toDashboard, toDashboardOf, toLogs, toTraces } from './links.ts';
export type { DashboardName } from './links.ts';
export type { DashboardOptions } from './options.ts';
export { panelContext } from './panels/context.ts';
export type { PanelContext } from './panels/context.ts';
export { dataSourceUids, dataSources } from './provisioning/data-sources.ts';
export type { DataSource, ServerUrls } from './provisioning/data-sources.ts';
export { provisioningFiles } from './provisioning/provisioning-files.ts';
export type { GeneratedFile } from './provisioning/provisioning-files.ts';
export {
  dataSourceRef,
  dataSourceVariable,
  environmentVariable,
  instanceVariable,
  logEnvironmentVariable,
  logLevelVariable,
  logServiceVariable,
  namespaceVariable,
  routeVariable,
  searchVariable,
  serviceVariable,
  serviceVariables,
  stackInstanceVariable,
  stackServiceVariable,
  versionVariable,
} from './variables.ts';
export type {
  DataSourceType,
  DataSourceVariable,
  LabelVariable,
  TextVariable,
  Variable,
} from './variables.ts';
