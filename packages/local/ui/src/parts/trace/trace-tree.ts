import type { Trace, TraceSpan } from '../../api/trace-json.ts';

/** A span with its place among the others. */
export interface TraceNode {
  readonly span: TraceSpan;
  /** Its place in `nodes`: ids come from outside, and may be there twice. */
  readonly index: number;
  /** Its id; of the second with that id `<id>~2`, and so on. */
  readonly key: string;
  readonly parent: TraceNode | undefined;
  /** By their start. */
  readonly children: readonly TraceNode[];
  /** 0 of a root. */
  readonly depth: number;
  /** Time in which none of its children ran [ms]. */
  readonly selfMs: number;
  /** How many spans are below it. */
  readonly below: number;
  /** How many of those failed. */
  readonly failedBelow: number;
  /** Its parent is not in the trace: it has not come, or was not kept. */
  readonly isOrphan: boolean;
  /**
   * How far it lies outside the time of its parent although it cannot [ms]: 0 where clocks agree. A span begins after
   * its parent began, and the server's side of a call ends before the caller's side.
   */
  readonly skewMs: number;
}

export interface TraceTree {
  /** By their start, those that no span is missing of first. */
  readonly roots: readonly TraceNode[];
  /** Every span, parents before their children. */
  readonly nodes: readonly TraceNode[];
  /** By their keys, so that an id finds the first one that has it. */
  readonly byKey: ReadonlyMap<string, TraceNode>;
  /** From the first start to the last end [ms]. */
  readonly durationMs: number;
  readonly orphans: number;
  readonly skewed: number;
}

interface Draft {
  readonly span: TraceSpan;
  readonly children: Draft[];
  parent: Draft | undefined;
  isOrphan: boolean;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type MutableNode = Mutable<Omit<TraceNode, 'children'>> & { children: MutableNode[] };

/** Clocks of two machines, and of two readings of one, are never quite the same [ms]. */
const TOLERANCE_MS = 1;

/**
 * The spans of a trace as trees. Every span is in it once, whatever the senders got wrong: those whose parent is missing
 * become roots, and so does one span of every circle. Nothing here calls itself, so depth has no bound.
 *
 * Zipkin and B3 give a call one id on both sides: the server's side stands below the client's, and what it did below it.
 */
export function traceTree({ spans }: Pick<Trace, 'spans'>): TraceTree {
  const drafts = spans.map((span): Draft => ({ span, children: [], parent: undefined, isOrphan: false }));
  const byId = new Map<string, SameId>();
  for (const draft of drafts) byId.set(draft.span.id, withSpan(byId.get(draft.span.id), draft));
  const roots: Draft[] = [];
  for (const draft of drafts) {
    const parent = parentOf(draft, byId);
    draft.isOrphan = draft.span.parentId !== '' && parent === undefined;
    if (parent === undefined) roots.push(draft);
    else {
      draft.parent = parent;
      parent.children.push(draft);
    }
  }
  openCircles(drafts, roots);
  const sorted = roots.toSorted(
    (one, other) => Number(one.isOrphan) - Number(other.isOrphan) || byStart(one, other),
  );
  const nodes = flatten(sorted);
  for (const node of nodes.toReversed()) {
    node.selfMs = selfMsOf(node);
    for (const child of node.children) {
      node.below += child.below + 1;
      node.failedBelow += child.failedBelow + (child.span.status === 'error' ? 1 : 0);
    }
  }
  return {
    roots: nodes.filter(({ depth }) => depth === 0),
    nodes,
    byKey: new Map(nodes.map((node) => [node.key, node])),
    durationMs: spans.reduce((end, span) => Math.max(end, span.startMs + span.durationMs), 0),
    orphans: nodes.filter(({ isOrphan }) => isOrphan).length,
    skewed: nodes.filter(({ skewMs }) => skewMs > 0).length,
  };
}

/** Spans of one id: the first two, and the first of each side of a call. */
interface SameId {
  readonly first: Draft;
  readonly second: Draft | undefined;
  readonly client: Draft | undefined;
  readonly server: Draft | undefined;
}

function withSpan(known: SameId | undefined, draft: Draft): SameId {
  const { kind } = draft.span;
  return {
    first: known?.first ?? draft,
    second: known?.second ?? (known && draft),
    client: known?.client ?? (kind === 'client' ? draft : undefined),
    server: known?.server ?? (kind === 'server' ? draft : undefined),
  };
}

function parentOf(draft: Draft, byId: ReadonlyMap<string, SameId>): Draft | undefined {
  const { id, parentId, kind } = draft.span;
  const caller = kind === 'server' ? byId.get(id)?.client : undefined;
  if (caller !== undefined || parentId === '') return caller;
  const same = byId.get(parentId);
  const otherSide = kind === 'server' ? same?.client : same?.server;
  return [otherSide, same?.first, same?.second].find((each) => each !== undefined && each !== draft);
}

function byStart(one: Draft, other: Draft): number {
  return one.span.startMs - other.span.startMs || other.span.durationMs - one.span.durationMs;
}

/** Spans that are each other's ancestors hang on no root: the first of them becomes one. */
function openCircles(drafts: readonly Draft[], roots: Draft[]): void {
  const seen = new Set<Draft>();
  const visit = (from: Draft): void => {
    const waiting = [from];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...next.children);
    }
  };
  for (const root of roots) visit(root);
  for (const draft of drafts.toSorted(byStart)) {
    if (seen.has(draft)) continue;
    draft.parent?.children.splice(draft.parent.children.indexOf(draft), 1);
    draft.parent = undefined;
    draft.isOrphan = true;
    roots.push(draft);
    visit(draft);
  }
}

function flatten(roots: readonly Draft[]): MutableNode[] {
  const nodes: MutableNode[] = [];
  const counts = new Map<string, number>();
  const waiting: { draft: Draft; parent: MutableNode | undefined }[] = [];
  const push = (drafts: readonly Draft[], parent: MutableNode | undefined): void => {
    for (const draft of drafts.toReversed()) waiting.push({ draft, parent });
  };
  push(roots, undefined);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { draft, parent } = next;
    const { id } = draft.span;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const node: MutableNode = {
      span: draft.span,
      index: nodes.length,
      key: count === 1 ? id : `${id}~${count}`,
      parent,
      children: [],
      depth: parent === undefined ? 0 : parent.depth + 1,
      selfMs: 0,
      below: 0,
      failedBelow: 0,
      isOrphan: draft.isOrphan,
      skewMs: parent === undefined ? 0 : skewBetween(parent.span, draft.span),
    };
    parent?.children.push(node);
    nodes.push(node);
    push(draft.children.toSorted(byStart), node);
  }
  return nodes;
}

function skewBetween(parent: TraceSpan, child: TraceSpan): number {
  const early = parent.startMs - child.startMs;
  const late =
    parent.kind === 'client' && child.kind === 'server'
      ? child.startMs + child.durationMs - (parent.startMs + parent.durationMs)
      : 0;
  const most = Math.max(early, late);
  return most > TOLERANCE_MS ? most : 0;
}

/** The duration less the time in which at least one child ran. */
function selfMsOf({ span, children }: TraceNode): number {
  const endMs = span.startMs + span.durationMs;
  let covered = 0;
  let until = span.startMs;
  for (const { span: child } of children) {
    const from = Math.max(child.startMs, until);
    const to = Math.min(child.startMs + child.durationMs, endMs);
    if (to <= from) continue;
    covered += to - from;
    until = to;
  }
  return Math.max(0, span.durationMs - covered);
}

/**
 * Where the trouble began: of the failed spans below which nothing failed, the one that ended first. What failed above
 * them mostly hands on what they said.
 */
export function firstError({ nodes }: TraceTree): TraceNode | undefined {
  let first: TraceNode | undefined;
  for (const node of nodes) {
    if (node.span.status !== 'error' || node.failedBelow > 0) continue;
    if (first === undefined || endMsOf(node) < endMsOf(first)) first = node;
  }
  return first;
}

export function endMsOf({ span }: { readonly span: TraceSpan }): number {
  return span.startMs + span.durationMs;
}
