import type { Labels } from '../../../api/prometheus.ts';

/**
 * What a legend calls a series: `{{job}} {{name}}` filled in from its labels.
 *
 * @returns undefined where Grafana finds a name by itself
 */
export function legendName(format: string, labels: Labels): string | undefined {
  if (format === '' || format === '__auto') return undefined;
  return format.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
}

/** `up{job="a"}`, as Prometheus writes a series. */
export function seriesText({ __name__: name = '', ...labels }: Labels): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inner.length === 0 && name !== '' ? name : `${name}{${inner.join(', ')}}`;
}
