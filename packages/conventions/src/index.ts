export { attributes } from './attributes.ts';
export type { AttributeDefinition, AttributeName } from './attributes.ts';
export { catalogueDefinition } from './catalogue-definition.ts';
export type { CatalogueDefinition } from './catalogue-definition.ts';
export { environment } from './environment.ts';
export type { EnvironmentDefinition, EnvironmentName } from './environment.ts';
export { labels } from './labels.ts';
export type { LabelDefinition, LabelName } from './labels.ts';
export { logFields } from './log-fields.ts';
export type { LogFieldDefinition, LogFieldName } from './log-fields.ts';
export { errorLines, logFieldStages } from './log-stages.ts';
export { lokiLabels, lokiMetadataFields } from './loki-labels.ts';
export type { LokiLabelDefinition, LokiLabelName } from './loki-labels.ts';
export { requestBoundaries } from './metric.ts';
export type { MetricDefinition, MetricFamily, Unit } from './metric.ts';
export { metric, metricFamilies, metrics } from './metrics.ts';
export type { MetricName } from './metrics.ts';
export {
  boundaryProblems,
  labelBound,
  labelProblems,
  metricProblems,
  nameProblems,
  prometheusName,
} from './naming.ts';
export { paths } from './paths.ts';
export type { PathDefinition, PathName } from './paths.ts';
export { ports } from './ports.ts';
export type { PortDefinition, PortName } from './ports.ts';
export { thresholds } from './thresholds.ts';
export type { ThresholdName } from './thresholds.ts';
