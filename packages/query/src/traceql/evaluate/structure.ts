import { nestedOf } from '../fetch/span-view.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { NestedSet } from '../trace/nested-sets.ts';
import type { SpansetOperator, StructuralOperator } from '../syntax/ast.ts';

/** Spans of two sides that stand in a relation; what the right side gives, and for a union also the left. */
type Relation = (left: readonly SpanView[], right: readonly SpanView[]) => readonly SpanView[];

/** Finds, for one span, the spans of the other side that it is related to. */
type Related = (view: SpanView) => readonly SpanView[];

interface Kind {
  /** Prepares the left side, so that those of it that fit a span of the right side are found at once. */
  readonly leftOf: (left: readonly SpanView[]) => Related;
  /** The same the other way round, for unions. */
  readonly rightOf: (right: readonly SpanView[]) => Related;
}

const isPlaced = (nested: NestedSet): boolean => nested.left !== 0 && nested.right !== 0;

const kinds: Readonly<Record<StructuralOperator, Kind>> = {
  // The right side is a child of the left.
  '>': { leftOf: parents, rightOf: children },
  '<': { leftOf: children, rightOf: parents },
  '>>': { leftOf: ancestors, rightOf: descendants },
  '<<': { leftOf: descendants, rightOf: ancestors },
  '~': { leftOf: siblings, rightOf: siblings },
};

/** All structural operators, by their signs. */
export const relations: Readonly<Record<Exclude<SpansetOperator, '&&' | '||'>, Relation>> =
  Object.fromEntries(
    Object.entries(kinds).flatMap(([op, kind]) => [
      [op, onRight(kind, true)],
      [`!${op}`, onRight(kind, false)],
      [`&${op}`, onBoth(kind)],
    ]),
  ) as Readonly<Record<Exclude<SpansetOperator, '&&' | '||'>, Relation>>;

function onRight({ leftOf }: Kind, wanted: boolean): Relation {
  return (leftSpans, rightSpans) => {
    const related = leftOf(leftSpans);
    return rightSpans.filter((view) => related(view).length > 0 === wanted);
  };
}

function onBoth({ leftOf, rightOf }: Kind): Relation {
  return (leftSpans, rightSpans) => {
    const toLeft = leftOf(leftSpans);
    const toRight = rightOf(rightSpans);
    const found = new Set<SpanView>();
    for (const view of rightSpans) if (toLeft(view).length > 0) found.add(view);
    for (const view of leftSpans) if (toRight(view).length > 0) found.add(view);
    return [...found];
  };
}

/** Spans by a number of theirs; those without it are left out. */
function by(
  spans: readonly SpanView[],
  number: (nested: NestedSet) => number,
): ReadonlyMap<number, readonly SpanView[]> {
  return Map.groupBy(
    spans.filter((view) => number(nestedOf(view)) !== 0),
    (view) => number(nestedOf(view)),
  );
}

function parents(candidates: readonly SpanView[]): Related {
  const byLeft = by(candidates, ({ left }) => left);
  return (view) => {
    const { parent } = nestedOf(view);
    return parent === 0 ? [] : (byLeft.get(parent) ?? []);
  };
}

function children(candidates: readonly SpanView[]): Related {
  const byParent = by(candidates, ({ parent }) => parent);
  return (view) => {
    const { left } = nestedOf(view);
    return left === 0 ? [] : (byParent.get(left) ?? []);
  };
}

/** Roots are siblings of one another; no span is its own. */
function siblings(candidates: readonly SpanView[]): Related {
  const byParent = by(candidates, ({ parent }) => parent);
  return (view) => {
    const same = byParent.get(nestedOf(view).parent) ?? [];
    return same.length === 1 && same[0] === view ? [] : same;
  };
}

/** Sorted by where they begin, with the furthest end so far: whether one of them encloses a span is a binary search. */
function ancestors(candidates: readonly SpanView[]): Related {
  const sorted = placed(candidates);
  const furthest: SpanView[] = [];
  for (const view of sorted) {
    const before = furthest.at(-1);
    furthest.push(before === undefined || nestedOf(view).right > nestedOf(before).right ? view : before);
  }
  return (view) => {
    const nested = nestedOf(view);
    if (!isPlaced(nested)) return [];
    const enclosing = furthest[firstFrom(sorted, nested.left) - 1];
    return enclosing !== undefined && nestedOf(enclosing).right > nested.right ? [enclosing] : [];
  };
}

/** The first that begins inside a span is below it, or none is. */
function descendants(candidates: readonly SpanView[]): Related {
  const sorted = placed(candidates);
  return (view) => {
    const nested = nestedOf(view);
    if (!isPlaced(nested)) return [];
    const next = sorted[firstFrom(sorted, nested.left + 1)];
    return next !== undefined && nestedOf(next).right < nested.right ? [next] : [];
  };
}

const placed = (spans: readonly SpanView[]): readonly SpanView[] =>
  spans.filter((view) => isPlaced(nestedOf(view))).toSorted((a, b) => nestedOf(a).left - nestedOf(b).left);

/** The place of the first whose left is this or more. */
function firstFrom(sorted: readonly SpanView[], left: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nestedOf(sorted[middle] as SpanView).left < left) low = middle + 1;
    else high = middle;
  }
  return low;
}
