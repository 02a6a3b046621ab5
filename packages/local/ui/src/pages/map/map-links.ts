import { quoted } from '../../parts/quote.ts';
import { serviceCondition, traceqlOf } from '../../parts/trace/write-traceql.ts';
import { href } from '../../state/location.ts';
import type { GraphEdge, GraphNode } from './service-graph.ts';

/** Traces in which one called the other; only the failed ones where some failed. */
function edgeQuery({ client, server, kind, errorRatio }: GraphEdge): string {
  const failed = errorRatio > 0 ? 'status = error' : undefined;
  if (kind === 'call' || kind === 'messaging') {
    const callee = traceqlOf([serviceCondition(server), failed]);
    return `${traceqlOf([serviceCondition(client)])} >> ${callee}`;
  }
  // A caller that nobody knows: what began at the service.
  if (client === 'user') return traceqlOf([serviceCondition(server), 'nestedSetParent < 0', failed]);
  return kind === 'database'
    ? traceqlOf([serviceCondition(client), 'kind = client', databaseCondition(server), failed])
    : traceqlOf([serviceCondition(client), 'kind = client', failed]);
}

/** Tempo names a database by one of these. */
function databaseCondition(server: string): string {
  const name = quoted(server);
  const keys = ['db.system.name', 'db.system', 'db.namespace', 'db.name', 'server.address', 'peer.service'];
  return `(${keys.map((key) => `span.${key} = ${name}`).join(' || ')})`;
}

export function edgeHref(edge: GraphEdge): string {
  return href('/traces', { query: edgeQuery(edge) });
}

/** A service has a page; of what sends nothing itself, the traces that reach it. */
export function nodeHref({ name, kind }: GraphNode): string {
  if (kind === 'service') return href(`/service/${encodeURIComponent(name)}`);
  if (kind === 'database') return href('/traces', { query: traceqlOf([databaseCondition(name)]) });
  if (kind === 'user') return href('/traces', { query: '{ nestedSetParent < 0 && kind = server }' });
  return href('/traces', {
    query: traceqlOf([`(span.peer.service = ${quoted(name)} || span.server.address = ${quoted(name)})`]),
  });
}
