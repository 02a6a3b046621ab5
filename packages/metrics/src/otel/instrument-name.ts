import { unitWords } from '../unit-words.ts';

/**
 * The name that an instrument of any library has on the page: what no name can hold becomes an underscore, then comes
 * the unit, then `_total` for a counter.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
 *
 * @param unit in UCUM, as the library gives it
 * @param hasRatio false for an up-down counter, which has no `_ratio` though it is a gauge on the page
 * @example instrumentName('jvm.pause', 'ms', 'histogram') // 'jvm_pause_milliseconds'
 */
export function instrumentName(
  name: string,
  unit: string,
  type: 'counter' | 'gauge' | 'histogram',
  hasRatio = type === 'gauge',
): string {
  let stem = name
    .replaceAll(/[^A-Za-z0-9:]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .replace(/^(?=\d)/, '_');
  if (type === 'counter') stem = stem.replace(/_total$/, '');
  const words = unitWords(unit, hasRatio ? 'gauge' : type === 'gauge' ? 'counter' : type);
  if (words !== '' && !stem.endsWith(`_${words}`)) stem += `_${words}`;
  return type === 'counter' ? `${stem}_total` : stem;
}
