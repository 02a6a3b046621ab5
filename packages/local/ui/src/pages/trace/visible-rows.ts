import type { LogLine } from '../../api/loki.ts';
import { type TraceNode, type TraceTree, endMsOf } from '../../parts/trace/trace-tree.ts';

/** A log line with its moment, and where it stands. */
export interface PlacedLine {
  readonly line: LogLine;
  /** From the start of the trace [ms]. */
  readonly atMs: number;
}

export type WaterfallRow =
  | { readonly kind: 'span'; readonly key: string; readonly node: TraceNode }
  | { readonly kind: 'line'; readonly key: string; readonly node: TraceNode; readonly placed: PlacedLine }
  /** Lines that were left out. */
  | { readonly kind: 'more'; readonly key: string; readonly node: TraceNode; readonly count: number };

/** Lines of one span that are shown; the rest is counted, and one click away. */
const MAX_LINES = 20;

/**
 * Lines by the span that wrote them. A line whose span is not in the trace, or that names none, goes to the deepest
 * root that was running.
 */
export function placeLines(
  tree: TraceTree,
  lines: readonly LogLine[],
  traceStartMs: number,
): ReadonlyMap<TraceNode, readonly PlacedLine[]> {
  const placed = new Map<TraceNode, PlacedLine[]>();
  for (const line of lines) {
    const atMs = Number(BigInt(line.timeNs) / 1000n) / 1000 - traceStartMs;
    const node = writerOf(tree, line) ?? rootAt(tree, atMs);
    if (node === undefined) continue;
    const own = placed.get(node);
    if (own === undefined) placed.set(node, [{ line, atMs }]);
    else own.push({ line, atMs });
  }
  for (const own of placed.values()) own.sort((one, other) => one.atMs - other.atMs);
  return placed;
}

/** Of spans with one id the one of the service that wrote the line. */
function writerOf({ byKey }: TraceTree, { labels }: LogLine): TraceNode | undefined {
  const { span_id: id = '', service_name: service } = labels;
  const first = byKey.get(id);
  let other = first;
  for (let count = 2; other !== undefined; count++) {
    if (other.span.service === service) return other;
    other = byKey.get(`${id}~${count}`);
  }
  return first;
}

function rootAt({ roots }: TraceTree, atMs: number): TraceNode | undefined {
  return roots.findLast((root) => root.span.startMs <= atMs && atMs <= endMsOf(root)) ?? roots[0];
}

/**
 * What the waterfall shows from top to bottom. Lines stand below their span, before those children that began after
 * they were written.
 *
 * @param collapsed spans whose children and lines are hidden
 */
export function visibleRows(
  tree: TraceTree,
  collapsed: ReadonlySet<TraceNode>,
  lines: ReadonlyMap<TraceNode, readonly PlacedLine[]>,
): readonly WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  const waiting: WaterfallRow[] = tree.roots.toReversed().map(spanRow);
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row);
    if (row.kind !== 'span' || collapsed.has(row.node)) continue;
    for (const inner of below(row.node, lines.get(row.node) ?? []).toReversed()) waiting.push(inner);
  }
  return rows;
}

function spanRow(node: TraceNode): WaterfallRow {
  return { kind: 'span', key: `s${node.index}`, node };
}

function below(node: TraceNode, lines: readonly PlacedLine[]): readonly WaterfallRow[] {
  const shown = lines.length > MAX_LINES + 1 ? lines.slice(0, MAX_LINES) : lines;
  const rows: WaterfallRow[] = [];
  let next = 0;
  const lineRow = (placed: PlacedLine, index: number): WaterfallRow => ({
    kind: 'line',
    key: `l${node.index}-${index}`,
    node,
    placed,
  });
  for (const child of node.children) {
    for (
      let placed = shown[next];
      placed !== undefined && placed.atMs <= child.span.startMs;
      placed = shown[next]
    )
      rows.push(lineRow(placed, next++));
    rows.push(spanRow(child));
  }
  for (const placed of shown.slice(next)) rows.push(lineRow(placed, next++));
  const count = lines.length - shown.length;
  if (count > 0) rows.push({ kind: 'more', key: `m${node.index}`, node, count });
  return rows;
}

/** Everything above a span, so that it can be seen. */
export function ancestorsOf(node: TraceNode): readonly TraceNode[] {
  const found: TraceNode[] = [];
  for (let each = node.parent; each !== undefined; each = each.parent) found.push(each);
  return found;
}
