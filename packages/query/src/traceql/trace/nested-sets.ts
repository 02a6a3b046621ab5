import type { Span } from '../model.ts';

/**
 * Where a span stands in the tree of its trace: those below it have a left between its own left and right. All is 0
 * for a span that no root leads to.
 */
export interface NestedSet {
  readonly left: number;
  readonly right: number;
  /** The left of the parent; -1 of a root. */
  readonly parent: number;
  readonly childCount: number;
}

const rootParent = -1;
const nowhere: NestedSet = { left: 0, right: 0, parent: 0, childCount: 0 };

interface Node {
  readonly span: Span;
  readonly children: Node[];
  left: number;
  right: number;
  parent: number;
}

/**
 * Numbers for every span, by its place in the array; one way down and up the tree.
 * Zipkin gives a client and its server one id: then the kind tells which of the two is the parent.
 */
export function nestedSets(spans: readonly Span[]): readonly NestedSet[] {
  const nodes = spans.map((span): Node => ({ span, children: [], left: 0, right: 0, parent: 0 }));
  const byId = new Map<string, Node[]>();
  for (const node of nodes) {
    const same = byId.get(node.span.spanId);
    if (same === undefined) byId.set(node.span.spanId, [node]);
    else same.push(node);
  }
  const roots = nodes.filter(({ span }) => span.parentSpanId === '');
  if (roots.length === 0 || [...byId.values()].some((same) => same.length > 2))
    return spans.map(() => nowhere);
  for (const node of nodes) parentOf(node, byId)?.children.push(node);
  let bound = 1;
  for (const root of roots) bound = numberTree(root, bound);
  return nodes.map(({ left, right, parent, children }) => ({
    left,
    right,
    parent,
    childCount: children.length,
  }));
}

function parentOf({ span }: Node, byId: ReadonlyMap<string, readonly Node[]>): Node | undefined {
  if (span.parentSpanId === '') return undefined;
  const same = byId.get(span.parentSpanId) ?? [];
  if (same.length < 2) return same[0];
  const wanted = span.kind === 'server' ? 'client' : 'server';
  return same.find((node) => node.span.kind === wanted);
}

/** Numbers a tree without recursion: a trace can be as deep as it has spans. */
function numberTree(root: Node, firstBound: number): number {
  let bound = firstBound;
  const way: { readonly node: Node; next: number }[] = [];
  const enter = (node: Node, parent: number): void => {
    node.left = bound;
    node.parent = parent;
    bound += 1;
    way.push({ node, next: 0 });
  };
  enter(root, rootParent);
  for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
    const child = step.node.children[step.next];
    step.next += 1;
    if (child !== undefined) {
      // A loop of parents cannot be reached from a root, so every child is met once.
      enter(child, step.node.left);
      continue;
    }
    step.node.right = bound;
    bound += 1;
    way.pop();
  }
  return bound;
}
