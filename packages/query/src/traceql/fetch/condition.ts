import { sameAttribute } from '../syntax/attribute.ts';
import type { Attribute, BinaryOperator } from '../syntax/ast.ts';
import { strictlyEquals } from '../value/equality.ts';
import type { Static } from '../value/static.ts';

/** What is asked of spans besides attributes: where they stand in the tree, and when they started. */
export type Aspect = 'descendants' | 'children' | 'siblings' | 'start';

/** A value that a query needs of its spans, and how it has to be for a span to be looked at. */
export interface Condition {
  readonly subject: Attribute | Aspect;
  /** `any`: the value is wanted, whatever it is. */
  readonly op: 'any' | 'exists' | 'not exists' | BinaryOperator;
  readonly operand: Static | undefined;
}

/**
 * What a pipeline needs. Tempo reads columns by it, and what it does not read is not there for the pipeline: to answer
 * as Tempo does, the same is left out here.
 */
export interface FetchRequest {
  readonly conditions: readonly Condition[];
  /** Whether a span has to meet all of the conditions; else one is enough. */
  readonly allConditions: boolean;
  /** What is read of the spans that the pipeline leaves. */
  readonly secondPass: readonly Condition[];
  /** Whether all is read of them. */
  readonly selectAll: boolean;
}

export const sameSubject = (left: Condition['subject'], right: Condition['subject']): boolean =>
  typeof left === 'string' || typeof right === 'string' ? left === right : sameAttribute(left, right);

/** Fewer conditions with the same meaning, for a request where one is enough. */
export function coalesced(conditions: readonly Condition[]): readonly Condition[] {
  let current = [...conditions];
  for (;;) {
    const next: Condition[] = [];
    for (const condition of current) addTo(next, condition);
    if (next.length === current.length) return next;
    current = next;
  }
}

function addTo(conditions: Condition[], condition: Condition): void {
  for (const [at, before] of conditions.entries()) {
    const both = merged(before, condition);
    if (both === undefined) continue;
    conditions[at] = both;
    return;
  }
  conditions.push(condition);
}

function merged(left: Condition, right: Condition): Condition | undefined {
  if (!sameSubject(left.subject, right.subject)) return undefined;
  const same =
    left.operand === undefined || right.operand === undefined
      ? left.operand === right.operand
      : strictlyEquals(left.operand, right.operand);
  if (same && left.op === right.op) return left;
  const opposites = (left.op === '=' && right.op === '!=') || (left.op === '!=' && right.op === '=');
  return (same && opposites) || left.op === 'any' || right.op === 'any'
    ? { subject: left.subject, op: 'any', operand: undefined }
    : undefined;
}
