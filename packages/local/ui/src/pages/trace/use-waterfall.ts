import { useMemo, useState } from 'preact/hooks';
import type { LogLine } from '../../api/loki.ts';
import type { AnsweredTrace } from '../../api/tempo.ts';
import { type CriticalSegment, criticalPath, criticalShares } from '../../parts/trace/critical-path.ts';
import { serviceColours } from '../../parts/trace/service-colours.ts';
import { type TraceNode, traceTree } from '../../parts/trace/trace-tree.ts';
import { ancestorsOf, placeLines, visibleRows } from './visible-rows.ts';

/** What is computed of a trace, once, and which of its subtrees are folded. */
export function useWaterfall(trace: AnsweredTrace, lines: readonly LogLine[]) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<TraceNode>>(new Set());
  const tree = useMemo(() => traceTree(trace), [trace]);
  const colours = useMemo(() => serviceColours(trace.spans.map(({ service }) => service)), [trace]);
  const path = useMemo(() => criticalPath(tree), [tree]);
  const shares = useMemo(() => criticalShares(path), [path]);
  const critical = useMemo<ReadonlyMap<TraceNode, readonly CriticalSegment[]>>(
    () => Map.groupBy(path.segments, ({ node }) => node),
    [path],
  );
  const placed = useMemo(() => placeLines(tree, lines, trace.startMs), [tree, lines, trace]);
  const rows = useMemo(() => visibleRows(tree, collapsed, placed), [tree, collapsed, placed]);

  return {
    tree,
    colours,
    shares,
    critical,
    rows,
    collapsed,
    collapse(node: TraceNode, isCollapsed: boolean): void {
      const next = new Set(collapsed);
      if (isCollapsed) next.add(node);
      else next.delete(node);
      setCollapsed(next);
    },
    collapseAll(): void {
      setCollapsed(new Set(tree.nodes.filter(({ children, depth }) => children.length > 0 && depth > 0)));
    },
    expandAll: () => setCollapsed(new Set()),
    /** Opens what hides it. */
    reveal(node: TraceNode): void {
      const above = ancestorsOf(node).filter((each) => collapsed.has(each));
      if (above.length > 0) setCollapsed(new Set([...collapsed].filter((each) => !above.includes(each))));
    },
  };
}
