import type { Span } from '../model.ts';
import { sameAttribute } from '../syntax/attribute.ts';
import type { Attribute, Intrinsic } from '../syntax/ast.ts';
import type { TraceFacts } from '../trace/trace-facts.ts';
import type { NestedSet } from '../trace/nested-sets.ts';
import { int, nil } from '../value/static.ts';
import type { Static } from '../value/static.ts';

/** A value that was read, and what it is of. */
export interface Entry {
  readonly attribute: Attribute;
  readonly value: Static;
}

/** A span as a pipeline sees it: what was read of it, in the order in which it was. */
export interface SpanView {
  readonly span: Span;
  readonly facts: TraceFacts;
  /** Its place in the trace. */
  readonly index: number;
  spanEntries: readonly Entry[];
  resourceEntries: readonly Entry[];
  traceEntries: readonly Entry[];
  eventEntries: readonly Entry[];
  linkEntries: readonly Entry[];
  scopeEntries: readonly Entry[];
  /** Aspects that were read, each of which counts as one that is met. */
  aspects: number;
  /** Which numbers of the tree were read; the others are 0 for the query. */
  readNumbers: ReadonlySet<NestedNumber>;
}

/** The numbers of a span in the tree; they are computed for the whole trace when the first one is asked for. */
export const nestedOf = ({ facts, index }: Pick<SpanView, 'facts' | 'index'>): NestedSet =>
  facts.nested()[index] as NestedSet;

/** How many values were found. */
export function matched(view: SpanView): number {
  return (
    view.aspects +
    present(view.spanEntries) +
    present(view.resourceEntries) +
    present(view.traceEntries) +
    present(view.eventEntries) +
    present(view.linkEntries) +
    present(view.scopeEntries)
  );
}

function present(entries: readonly Entry[]): number {
  let count = 0;
  for (const { value } of entries) if (value.type !== 'nil') count += 1;
  return count;
}

const scopedEntries = {
  resource: (view: SpanView) => view.resourceEntries,
  span: (view: SpanView) => view.spanEntries,
  event: (view: SpanView) => view.eventEntries,
  link: (view: SpanView) => view.linkEntries,
  instrumentation: (view: SpanView) => view.scopeEntries,
} as const;

export type NestedNumber = 'left' | 'right' | 'parent';

export const nestedNumbers: Readonly<Partial<Record<Intrinsic, NestedNumber>>> = {
  nestedSetLeft: 'left',
  nestedSetRight: 'right',
  nestedSetParent: 'parent',
};

/** How the value of an attribute is found in a span; nil when it is not there. */
export function lookupOf(attribute: Attribute): (view: SpanView) => Static {
  if (attribute.scope !== 'none') {
    const entriesOf = scopedEntries[attribute.scope];
    return (view) => find(entriesOf(view), attribute) ?? nil;
  }
  const { intrinsic, name } = attribute;
  const number = intrinsic === undefined ? undefined : nestedNumbers[intrinsic];
  if (number !== undefined) {
    return (view) => int(view.readNumbers.has(number) ? BigInt(nestedOf(view)[number]) : 0n);
  }
  return (view) =>
    (intrinsic === undefined ? undefined : findIntrinsic(view, attribute)) ?? findByName(view, name) ?? nil;
}

function find(entries: readonly Entry[], attribute: Attribute): Static | undefined {
  for (const entry of entries) if (sameAttribute(entry.attribute, attribute)) return entry.value;
  return undefined;
}

function findIntrinsic(view: SpanView, attribute: Attribute): Static | undefined {
  return (
    find(view.spanEntries, attribute) ??
    find(view.traceEntries, attribute) ??
    find(view.eventEntries, attribute) ??
    find(view.linkEntries, attribute) ??
    find(view.scopeEntries, attribute)
  );
}

/** Without a scope the span comes first, then its resource. */
function findByName(view: SpanView, name: string): Static | undefined {
  for (const entries of [
    view.spanEntries,
    view.resourceEntries,
    view.eventEntries,
    view.linkEntries,
    view.scopeEntries,
  ]) {
    for (const entry of entries) if (entry.attribute.name === name) return entry.value;
  }
  return undefined;
}

/** All that was read of a span, in the order of Tempo. */
export const readEntries = (view: SpanView): readonly Entry[] => [
  ...view.traceEntries,
  ...view.resourceEntries,
  ...view.spanEntries,
  ...view.eventEntries,
  ...view.linkEntries,
  ...view.scopeEntries,
];

/** All that was read of a span and is there, each attribute once. */
export function allEntries(view: SpanView): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of readEntries(view)) {
    if (entry.value.type === 'nil') continue;
    const { scope, name, intrinsic } = entry.attribute;
    found.set(`${scope}\0${intrinsic ?? ''}\0${name}`, entry);
  }
  return [...found.values()];
}
