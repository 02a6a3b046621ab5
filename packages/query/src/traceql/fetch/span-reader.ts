import { intrinsicAttribute } from '../syntax/attribute.ts';
import type { Intrinsic } from '../syntax/ast.ts';
import { columnTest } from './column-test.ts';
import type { ColumnTest } from './column-test.ts';
import { spanColumns } from './columns.ts';
import type { Column, SpanSource } from './columns.ts';
import type { Aspect, Condition } from './condition.ts';
import { createAttributeReader } from './generic.ts';
import { intrinsicOf } from './record-reader.ts';
import { nestedNumbers, nestedOf } from './span-view.ts';
import type { Entry, NestedNumber } from './span-view.ts';

/** What was read of a span itself. */
export interface SpanReading {
  readonly entries: readonly Entry[];
  readonly aspects: number;
  readonly numbers: ReadonlySet<NestedNumber>;
}

/** Numbers that say how spans stand to one another. */
const numbersOf: Readonly<Record<Exclude<Aspect, 'start'>, readonly NestedNumber[]>> = {
  descendants: ['left', 'right'],
  children: ['left', 'parent'],
  siblings: ['parent'],
};

/**
 * Reads what is asked of spans themselves. Conditions on one column are tried together, and one that is met is enough:
 * the pipeline decides about the rest.
 */
export function createSpanReader(
  conditions: readonly Condition[],
  required: boolean,
): (source: SpanSource) => SpanReading | undefined {
  const columns = new Map<Intrinsic, { readonly column: Column<SpanSource>; readonly tests: ColumnTest[] }>();
  const generic: Condition[] = [];
  const always = new Set<NestedNumber>();
  let start = false;
  for (const condition of conditions) {
    const { subject } = condition;
    if (subject === 'start') start = true;
    else if (typeof subject === 'string') for (const number of numbersOf[subject]) always.add(number);
    else {
      const intrinsic = intrinsicOf(condition);
      const column = intrinsic === undefined ? undefined : spanColumns[intrinsic];
      if (intrinsic === undefined || column === undefined) generic.push(condition);
      else {
        const known = columns.get(intrinsic) ?? { column, tests: [] };
        known.tests.push(columnTest(column, condition));
        columns.set(intrinsic, known);
      }
    }
  }
  const attributes = generic.length > 0 ? createAttributeReader('span', generic, required) : undefined;

  return (source) => {
    const found = attributes === undefined ? [] : attributes.read(source.span.attributes);
    if (found === undefined) return undefined;
    const entries = [...found];
    let numbers: ReadonlySet<NestedNumber> = always;
    for (const [intrinsic, { column, tests }] of columns) {
      const value = column.of(source);
      const number = nestedNumbers[intrinsic];
      const passes = (number !== undefined && always.has(number)) || tests.some((test) => test(value));
      if (passes) {
        entries.push({ attribute: intrinsicAttribute(intrinsic), value });
        if (number !== undefined && !numbers.has(number)) numbers = new Set([...numbers, number]);
      } else if (required) return undefined;
    }
    return { entries, aspects: Number(start) + Number(isPlaced(source, numbers)), numbers };
  };
}

function isPlaced(source: SpanSource, numbers: ReadonlySet<NestedNumber>): boolean {
  if (numbers.size === 0) return false;
  const nested = nestedOf(source);
  for (const number of numbers) if (nested[number] !== 0) return true;
  return false;
}
