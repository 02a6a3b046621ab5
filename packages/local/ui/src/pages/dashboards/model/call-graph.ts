import type { Labels } from '../../../api/prometheus.ts';

/** Who calls whom, by Tempo's metrics of service graphs. */
export interface CallGraph {
  readonly nodes: readonly CallNode[];
  readonly edges: readonly CallEdge[];
}

interface CallNode {
  readonly name: string;
  /** Calls that come in, or go out where none come in [1/s]. */
  readonly rate: number;
  /** Share of them that failed, 0–1. */
  readonly failedRatio: number;
  /** 0 for who is called by nobody, and further right one more each. */
  readonly layer: number;
  /** Its place within the layer. */
  readonly place: number;
}

interface CallEdge {
  readonly client: string;
  readonly server: string;
  readonly rate: number;
  readonly failedRatio: number;
}

interface Given {
  readonly labels: Labels;
  readonly values: readonly number[];
}

/** @param calls and failed: one value a pair of `client` and `server` [1/s] */
export function callGraph(calls: readonly Given[], failed: readonly Given[]): CallGraph {
  const keyOf = ({ labels }: Given): string =>
    JSON.stringify([labels['client'] ?? '', labels['server'] ?? '']);
  const failures = new Map(failed.map((each) => [keyOf(each), each.values.at(-1) ?? 0]));
  const edges = [...new Map(calls.map((each) => [keyOf(each), each])).values()].map((each): CallEdge => {
    const rate = each.values.at(-1) ?? 0;
    return {
      client: each.labels['client'] ?? '',
      server: each.labels['server'] ?? '',
      rate,
      failedRatio: rate > 0 ? Math.min(1, (failures.get(keyOf(each)) ?? 0) / rate) : 0,
    };
  });
  const names = [...new Set(edges.flatMap(({ client, server }) => [client, server]))].toSorted();
  const layers = layersOf(names, edges);
  const counts = new Map<number, number>();
  const nodes = names.map((name): CallNode => {
    const incoming = edges.filter(({ server }) => server === name);
    const own = incoming.length > 0 ? incoming : edges.filter(({ client }) => client === name);
    const rate = own.reduce((sum, each) => sum + each.rate, 0);
    const failing = own.reduce((sum, each) => sum + each.rate * each.failedRatio, 0);
    const layer = layers.get(name) ?? 0;
    const place = counts.get(layer) ?? 0;
    counts.set(layer, place + 1);
    return { name, rate, failedRatio: rate > 0 ? failing / rate : 0, layer, place };
  });
  return { nodes, edges };
}

/** The longest way from somebody who is called by nobody; a circle is cut where it comes back. */
function layersOf(names: readonly string[], edges: readonly CallEdge[]): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  function layerOf(name: string, above: ReadonlySet<string>): number {
    const known = layers.get(name);
    if (known !== undefined) return known;
    const callers = edges.filter(
      ({ server, client }) => server === name && client !== name && !above.has(client),
    );
    const within = new Set(above).add(name);
    const layer = callers.reduce((most, { client }) => Math.max(most, layerOf(client, within) + 1), 0);
    // What was found while a circle was cut holds only there.
    if (above.size === 0) layers.set(name, layer);
    return layer;
  }
  for (const name of names) layerOf(name, new Set());
  return layers;
}
