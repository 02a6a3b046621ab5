import type { Labels, Series } from '../../api/prometheus.ts';

type NodeKind = 'service' | 'database' | 'external' | 'user';

export interface GraphNode {
  readonly name: string;
  readonly kind: NodeKind;
  /** Requests that come in, a second. */
  readonly perSecond: number;
  /** Of those, 0–1. */
  readonly errorRatio: number;
}

export interface GraphEdge {
  readonly client: string;
  readonly server: string;
  readonly kind: 'call' | 'database' | 'messaging' | 'external';
  /** Requests a second. */
  readonly perSecond: number;
  /** 0–1. */
  readonly errorRatio: number;
  /** NaN where nobody measured. */
  readonly meanSeconds: number;
  /** 95 of 100 requests took no longer; NaN where nobody measured. */
  readonly p95Seconds: number;
}

export interface ServiceGraph {
  /** Worst first: by their failures a second. */
  readonly nodes: readonly GraphNode[];
  /** Worst first. */
  readonly edges: readonly GraphEdge[];
}

/** What the questions gave: requests and failures a second, and the mean and the 95th percentile of the duration [s]. */
export interface GraphSeries {
  readonly requests: readonly Series[];
  readonly failed: readonly Series[];
  readonly mean: readonly Series[];
  readonly p95: readonly Series[];
}

const BY = 'client, server, connection_type';

/**
 * The questions over Tempo's service graph.
 *
 * Source: https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
 */
export function graphQueries(rangeSeconds: number): Readonly<Record<keyof GraphSeries, string>> {
  const range = `[${Math.max(1, Math.round(rangeSeconds))}s]`;
  const name = 'traces_service_graph_request';
  return {
    requests: `sum by (${BY}) (rate(${name}_total${range}))`,
    failed: `sum by (${BY}) (rate(${name}_failed_total${range}))`,
    mean: `sum by (${BY}) (rate(${name}_server_seconds_sum${range})) / sum by (${BY}) (rate(${name}_server_seconds_count${range}))`,
    p95: `histogram_quantile(0.95, sum by (${BY}, le) (rate(${name}_server_seconds_bucket${range})))`,
  };
}

const KINDS: Readonly<Record<string, GraphEdge['kind']>> = {
  database: 'database',
  messaging_system: 'messaging',
  virtual_node: 'external',
};

/** Tempo's word for a caller that sends no spans. */
const UNKNOWN_CALLER = 'user';

/** Services and calls between them. A pair that is there by two kinds of connection is one edge, of the first kind. */
export function serviceGraph({ requests, failed, mean, p95 }: GraphSeries): ServiceGraph {
  const failures = valuesByPair(failed, (one, other) => one + other);
  const means = valuesByPair(mean, Math.max);
  const latencies = valuesByPair(p95, Math.max);
  const rates = valuesByPair(requests, (one, other) => one + other);
  const labelsOf = new Map(requests.map(({ labels }) => [pairOf(labels), labels]));
  const edges = [...rates]
    .filter(([, perSecond]) => perSecond > 0)
    .map(([pair, perSecond]): GraphEdge => {
      const labels = labelsOf.get(pair) ?? {};
      return {
        client: labels['client'] ?? '',
        server: labels['server'] ?? '',
        kind: KINDS[labels['connection_type'] ?? ''] ?? 'call',
        perSecond,
        errorRatio: Math.min(1, (failures.get(pair) ?? 0) / perSecond),
        meanSeconds: means.get(pair) ?? Number.NaN,
        p95Seconds: latencies.get(pair) ?? Number.NaN,
      };
    });
  return { nodes: nodesOf(edges).toSorted(worstFirst), edges: edges.toSorted(worstFirst) };
}

interface Judged {
  readonly perSecond: number;
  readonly errorRatio: number;
}

function worstFirst(one: Judged, other: Judged): number {
  return (
    other.errorRatio * other.perSecond - one.errorRatio * one.perSecond || other.perSecond - one.perSecond
  );
}

function pairOf(labels: Labels): string {
  return JSON.stringify([labels['client'] ?? '', labels['server'] ?? '']);
}

function valuesByPair(
  series: readonly Series[],
  join: (one: number, other: number) => number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { labels, values } of series) {
    const value = values.at(-1);
    if (value === undefined || !Number.isFinite(value)) continue;
    const pair = pairOf(labels);
    const before = found.get(pair);
    found.set(pair, before === undefined ? value : join(before, value));
  }
  return found;
}

function nodesOf(edges: readonly GraphEdge[]): readonly GraphNode[] {
  const names = new Set(edges.flatMap(({ client, server }) => [client, server]));
  return Array.from(names, (name) => {
    const incoming = edges.filter(({ server }) => server === name);
    const perSecond = incoming.reduce((sum, edge) => sum + edge.perSecond, 0);
    const failed = incoming.reduce((sum, edge) => sum + edge.perSecond * edge.errorRatio, 0);
    return { name, kind: kindOf(name, edges), perSecond, errorRatio: perSecond > 0 ? failed / perSecond : 0 };
  });
}

/** A service is what sends spans itself: it calls something, or answers a call. */
function kindOf(name: string, edges: readonly GraphEdge[]): NodeKind {
  const incoming = edges.filter(({ server }) => server === name);
  const outgoing = edges.filter(({ client }) => client === name);
  if (incoming.length === 0 && outgoing.every(({ kind }) => kind === 'external')) {
    return name === UNKNOWN_CALLER ? 'user' : 'external';
  }
  if (outgoing.length > 0 || incoming.some(({ kind }) => kind === 'call' || kind === 'messaging'))
    return 'service';
  if (incoming.some(({ kind }) => kind === 'database')) return 'database';
  return incoming.every(({ client }) => client === UNKNOWN_CALLER) ? 'service' : 'external';
}

/** What is left when one service is looked at: itself, who calls it, and whom it calls. */
export function around(graph: ServiceGraph, name: string): ServiceGraph {
  const edges = graph.edges.filter(({ client, server }) => client === name || server === name);
  const near = new Set(edges.flatMap(({ client, server }) => [client, server]));
  return { edges, nodes: graph.nodes.filter((node) => near.has(node.name)) };
}
