import type { TraceNode } from '../../parts/trace/trace-tree.ts';

/**
 * Spans in which every word of a text stands somewhere: in the service, the name, the id, the status, an attribute or an
 * event.
 *
 * @returns in the order of the trace; none for an empty text
 */
export function findSpans(nodes: readonly TraceNode[], text: string): readonly TraceNode[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return nodes.filter((node) => {
    const all = textOf(node);
    return words.every((word) => all.includes(word));
  });
}

function textOf({ span }: TraceNode): string {
  const parts = [span.service, span.name, span.id, span.kind, span.statusMessage];
  if (span.status === 'error') parts.push('error');
  for (const { key, text } of span.attributes) parts.push(`${key}=${text}`);
  for (const event of span.events) {
    parts.push(event.name);
    for (const { key, text } of event.attributes) parts.push(`${key}=${text}`);
  }
  return parts.join('\n').toLowerCase();
}
