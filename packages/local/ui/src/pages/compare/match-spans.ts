import type { TraceNode, TraceTree } from '../../parts/trace/trace-tree.ts';

/** Spans of one trace at one place. */
export interface Side {
  readonly nodes: readonly TraceNode[];
  /** Of all of them together [ms]. */
  readonly durationMs: number;
  readonly selfMs: number;
  readonly failed: number;
}

/** One place of the two traces: the same services and operations all the way down from the root. */
export interface Match {
  readonly key: string;
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  /** Undefined where the trace has nothing at this place. */
  readonly a: Side | undefined;
  readonly b: Side | undefined;
  /** What B took more than A [ms]; of the spans' whole time, and of their own. */
  readonly durationDeltaMs: number;
  readonly selfDeltaMs: number;
}

/**
 * Spans of two traces by their path of service and operation from the root. Several at one place, as of a loop, are one
 * match: that the loop went round more often is the difference.
 *
 * @returns in the order of the traces, parents before their children
 */
export function matchSpans(a: TraceTree, b: TraceTree): readonly Match[] {
  const numbers: Numbers = new Map();
  const left = byPath(a, numbers);
  const right = byPath(b, numbers);
  const keys = mergedKeys([...left.keys()], [...right.keys()]);
  return keys.map((key) => {
    const ours = left.get(key);
    const theirs = right.get(key);
    const [node] = (ours ?? theirs ?? []) as readonly [TraceNode];
    const sideA = ours === undefined ? undefined : sideOf(ours);
    const sideB = theirs === undefined ? undefined : sideOf(theirs);
    return {
      key,
      service: node.span.service,
      name: node.span.name,
      depth: node.depth,
      a: sideA,
      b: sideB,
      durationDeltaMs: (sideB?.durationMs ?? 0) - (sideA?.durationMs ?? 0),
      selfDeltaMs: (sideB?.selfMs ?? 0) - (sideA?.selfMs ?? 0),
    };
  });
}

/** Numbers for paths, the same for both traces: the text of a deep path would grow with its depth. */
type Numbers = Map<string, string>;

function byPath({ nodes }: TraceTree, numbers: Numbers): ReadonlyMap<string, readonly TraceNode[]> {
  const paths = new Map<TraceNode, string>();
  const groups = new Map<string, TraceNode[]>();
  for (const node of nodes) {
    const above = node.parent === undefined ? '' : (paths.get(node.parent) ?? '');
    const path = JSON.stringify([above, node.span.service, node.span.name]);
    const key = numbers.get(path) ?? String(numbers.size);
    numbers.set(path, key);
    paths.set(node, key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return groups;
}

function sideOf(nodes: readonly TraceNode[]): Side {
  const sum = (of: (node: TraceNode) => number): number => nodes.reduce((all, node) => all + of(node), 0);
  return {
    nodes,
    durationMs: sum(({ span }) => span.durationMs),
    selfMs: sum(({ selfMs }) => selfMs),
    failed: nodes.filter(({ span }) => span.status === 'error').length,
  };
}

/** Keys of both; what only the second has follows what it follows there. */
function mergedKeys(left: readonly string[], right: readonly string[]): readonly string[] {
  const known = new Set(left);
  const after = new Map<string, string[]>();
  let last = '';
  for (const key of right) {
    if (known.has(key)) last = key;
    else after.set(last, [...(after.get(last) ?? []), key]);
  }
  return [...(after.get('') ?? []), ...left.flatMap((key) => [key, ...(after.get(key) ?? [])])];
}

export type MatchOrder = 'own' | 'whole' | 'trace';

/** The largest change first, whichever way it goes; or as the traces have them. */
export function orderMatches(matches: readonly Match[], order: MatchOrder): readonly Match[] {
  if (order === 'trace') return matches;
  const of = ({ selfDeltaMs, durationDeltaMs }: Match): number =>
    Math.abs(order === 'own' ? selfDeltaMs : durationDeltaMs);
  return matches.toSorted((one, other) => of(other) - of(one));
}
