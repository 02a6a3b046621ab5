import type { Labels } from '../../api/prometheus.ts';

/**
 * `http_requests{job="a"}`; the query itself where a series has no labels.
 *
 * @param place of the query among several, which all their series say
 */
export function seriesName(labels: Labels, query: string, place?: number): string {
  const { __name__: metric = '', ...rest } = labels;
  const inner = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const own = inner.length > 0 ? `${metric}{${inner.join(', ')}}` : metric === '' ? query : metric;
  return place === undefined ? own : `${String.fromCodePoint(65 + (place % 26))}: ${own}`;
}
