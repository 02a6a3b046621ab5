import { labels, metrics } from '@sightline/conventions';
import type { FamilyDefinition } from '@sightline/metrics';

/** Source: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#temporality */
export const CUMULATIVE = 2;

/** The one attribute of a series that takes what came after the bound. Source: https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute */
export const OVERFLOW_KEY = 'otel.metric.overflow';

/** When series began that do not say [ms since 1970]. */
export const PROCESS_START_MS = performance.timeOrigin;

const otelNames = new Map(
  Object.entries(metrics).flatMap(([name, metric]) =>
    'otelName' in metric ? [[name, metric.otelName] as const] : [],
  ),
);
const attributeNames = new Map(
  Object.entries(labels).flatMap(([name, label]) =>
    'attribute' in label ? [[name, label.attribute] as const] : [],
  ),
);

/** What a metric is called in OpenTelemetry. */
export function otelNameOf({ name, otel }: FamilyDefinition): string {
  return otel?.name ?? otelNames.get(name) ?? name;
}

/** What its labels are called there, in their order. */
export function attributeKeysOf({ labels: names, otel }: FamilyDefinition): string[] {
  return names.map((label, at) => otel?.keys[at] ?? attributeNames.get(label) ?? label);
}
