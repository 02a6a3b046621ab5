import type { Labels } from '../../labels.ts';
import { goQuote } from '../../go-quote.ts';

const labelName = /^[a-zA-Z_]\w*$/;

/** `{a="b", c="d"}`, as Prometheus and Loki write labels. */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${pairs.map(([name, value]) => `${labelName.test(name) ? name : goQuote(name)}=${goQuote(value)}`).join(', ')}}`;
}
