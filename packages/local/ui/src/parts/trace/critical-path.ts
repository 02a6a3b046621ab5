import { type TraceNode, type TraceTree, endMsOf } from './trace-tree.ts';

/** A stretch of time in which this span, and none of its children, kept the trace waiting. */
export interface CriticalSegment {
  readonly node: TraceNode;
  /** From the start of the trace [ms]. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface CriticalPath {
  /** Where the walk began; undefined for a trace without spans. */
  readonly root: TraceNode | undefined;
  /** From the end to the start; together they are the root's duration, without a gap and without overlap. */
  readonly segments: readonly CriticalSegment[];
}

interface Frame {
  readonly node: TraceNode;
  readonly startMs: number;
  readonly endMs: number;
  /** The last to finish first. */
  readonly children: readonly TraceNode[];
  next: number;
  /** Until here it is explained [ms]. */
  cursorMs: number;
}

/**
 * The chain of work that decided how long the trace took: if any part of it had been quicker, so had the whole.
 *
 * It is walked from the end of the root: the child that finished last held the parent up, so the walk goes down into it;
 * where that child began, the next one is the last that had finished by then. What lies between is the parent's own
 * time. A child that ran beside the chosen one, and ended while it ran, held nobody up. Times outside of the parent's are cut
 * off, since a parent does not wait for what outlives it.
 *
 * Source: Zhang, Ramanathan, Raj, Parwal, Sherwood, Chabbi: CRISP: Critical Path Analysis of Large-Scale Microservice
 * Architectures, USENIX ATC 2022, section 3 (last finishing child, happens before).
 */
export function criticalPath(tree: TraceTree): CriticalPath {
  const root = mainRoot(tree);
  if (root === undefined) return { root, segments: [] };
  const segments: CriticalSegment[] = [];
  const frames: Frame[] = [frameOf(root, root.span.startMs, endMsOf(root))];
  const add = (node: TraceNode, startMs: number, endMs: number): void => {
    if (endMs > startMs) segments.push({ node, startMs, endMs });
  };
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const child = frame.children[frame.next++];
    if (child === undefined) {
      add(frame.node, frame.startMs, frame.cursorMs);
      frames.pop();
      continue;
    }
    const startMs = Math.max(child.span.startMs, frame.startMs);
    const endMs = Math.min(endMsOf(child), frame.endMs);
    if (endMs > frame.cursorMs || endMs <= startMs) continue;
    add(frame.node, endMs, frame.cursorMs);
    frame.cursorMs = startMs;
    frames.push(frameOf(child, startMs, endMs));
  }
  return { root, segments };
}

function frameOf(node: TraceNode, startMs: number, endMs: number): Frame {
  const children = node.children.toSorted(
    (one, other) => endMsOf(other) - endMsOf(one) || one.span.startMs - other.span.startMs,
  );
  return { node, startMs, endMs, children, next: 0, cursorMs: endMs };
}

/** The longest root; one whose parent is missing only where there is no other. */
function mainRoot({ roots }: TraceTree): TraceNode | undefined {
  const whole = roots.filter(({ isOrphan }) => !isOrphan);
  return (whole.length > 0 ? whole : roots).reduce<TraceNode | undefined>(
    (longest, root) =>
      longest === undefined || root.span.durationMs > longest.span.durationMs ? root : longest,
    undefined,
  );
}

/** What one operation of one service has of the critical path. */
export interface CriticalShare {
  readonly service: string;
  readonly name: string;
  readonly ms: number;
  /** Of the root's duration, 0–1. */
  readonly ratio: number;
  /** The span that has most of it. */
  readonly node: TraceNode;
}

/** The critical path by service and operation, the largest first. */
export function criticalShares({ root, segments }: CriticalPath): readonly CriticalShare[] {
  const bySpan = new Map<TraceNode, number>();
  for (const { node, startMs, endMs } of segments)
    bySpan.set(node, (bySpan.get(node) ?? 0) + endMs - startMs);
  const groups = Map.groupBy(bySpan, ([{ span }]) => JSON.stringify([span.service, span.name]));
  const wholeMs = root?.span.durationMs ?? 0;
  return Array.from(groups.values(), (own) => {
    const ms = own.reduce((sum, [, each]) => sum + each, 0);
    const [node] = own.reduce((most, each) => (each[1] > most[1] ? each : most));
    const { service, name } = node.span;
    return { service, name, ms, ratio: wholeMs === 0 ? 0 : ms / wholeMs, node };
  }).toSorted((one, other) => other.ms - one.ms);
}
