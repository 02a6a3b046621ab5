import type { Labels } from '../../labels.ts';
import { goQuote } from '../../go-quote.ts';

/** `{a="b", c="d"}`, as Prometheus and Loki write labels. */
export function formatLabels(labels: Labels): string {
  const names = Object.keys(labels).toSorted();
  return `{${names.map((name) => `${/^[a-zA-Z_]\w*$/.test(name) ? name : goQuote(name)}=${goQuote(labels[name] ?? '')}`).join(', ')}}`;
}
