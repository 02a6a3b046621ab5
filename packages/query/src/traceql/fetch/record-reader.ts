import type { Attributes } from '../model.ts';
import { intrinsicAttribute } from '../syntax/attribute.ts';
import type { Attribute, AttributeScope, Intrinsic } from '../syntax/ast.ts';
import { duration, string } from '../value/static.ts';
import { columnTest } from './column-test.ts';
import type { ColumnTest } from './column-test.ts';
import type { Column, Columns } from './columns.ts';
import type { Condition } from './condition.ts';
import { createAttributeReader } from './generic.ts';
import type { Entry } from './span-view.ts';

/** Reads events, links, scopes: things with columns of their own and attributes. */
export interface RecordReader<Source> {
  /** Values found; `undefined` when all conditions have to be met and one is not. */
  read(source: Source): readonly Entry[] | undefined;
  /** What a span without any is read to have: empty texts, and no time. */
  readonly ofNothing: readonly Entry[];
}

export function createRecordReader<Source>(
  scope: AttributeScope,
  columns: Columns<Source>,
  attributesOf: (source: Source) => Attributes,
  conditions: readonly Condition[],
  required: boolean,
): RecordReader<Source> {
  const tests: {
    readonly intrinsic: Intrinsic;
    readonly column: Column<Source>;
    readonly test: ColumnTest;
  }[] = [];
  const generic: Condition[] = [];
  for (const condition of conditions) {
    const intrinsic = intrinsicOf(condition);
    const column = intrinsic === undefined ? undefined : columns[intrinsic];
    if (intrinsic === undefined || column === undefined) generic.push(condition);
    else tests.push({ intrinsic, column, test: columnTest(column, condition) });
  }
  const attributes = generic.length > 0 ? createAttributeReader(scope, generic, required) : undefined;
  const minEntries = required ? distinctNames(conditions) : 0;

  const ofNothing = conditions.flatMap((condition): readonly Entry[] => {
    const intrinsic = intrinsicOf(condition);
    const column = intrinsic === undefined ? undefined : columns[intrinsic];
    if (intrinsic === undefined || column === undefined || condition.op !== 'any') return [];
    return [
      {
        attribute: intrinsicAttribute(intrinsic),
        value: column.type === 'number' ? duration(0n) : string(''),
      },
    ];
  });

  return {
    ofNothing,
    read(source) {
      const entries: Entry[] = [];
      if (attributes !== undefined) {
        const found = attributes.read(attributesOf(source));
        if (found === undefined) return undefined;
        entries.push(...found);
      }
      for (const { intrinsic, column, test } of tests) {
        const value = column.of(source);
        if (test(value)) entries.push({ attribute: intrinsicAttribute(intrinsic), value });
        else if (required) return undefined;
      }
      return entries.length < minEntries ? undefined : entries;
    },
  };
}

/** The intrinsic of a condition on an attribute. */
export function intrinsicOf({ subject }: Condition): Intrinsic | undefined {
  return (subject as Attribute).intrinsic;
}

/** How many different things are asked for. */
export function distinctNames(conditions: readonly Condition[]): number {
  return new Set(conditions.map(({ subject }) => (typeof subject === 'string' ? subject : subject.name)))
    .size;
}
