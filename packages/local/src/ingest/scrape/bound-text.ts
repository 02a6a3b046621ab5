import type { Labels } from '@sightline/query';
import { parseValue } from './parse-exposition.ts';

/** The label that holds a number, by the type of its metric. */
const numberLabels: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

/**
 * Labels whose bound or quantile is spelled as Prometheus 3 does it, whatever the page writes: `le="1"` is `le="1.0"`.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
 *
 * @param type as the page has it of the metric
 */
export function withBound(labels: Labels, type: string): Labels {
  const name = Object.hasOwn(numberLabels, type) ? numberLabels[type] : undefined;
  if (name === undefined || !Object.hasOwn(labels, name)) return labels;
  return { ...labels, [name]: boundText(labels[name]!) };
}

function boundText(text: string): string {
  const value = parseValue(text);
  if (value === undefined) return text;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  const plain = String(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return plain.includes('.') ? plain : `${plain}.0`;
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}
