import type { Attributes, AttributeValue } from '../model.ts';
import { scopedAttribute } from '../syntax/attribute.ts';
import type { Attribute, AttributeScope, BinaryOperator } from '../syntax/ast.ts';
import { nil, staticOf, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import type { Condition } from './condition.ts';
import { always, anyOf, columnOf, predicateOf } from './predicate.ts';
import type { ColumnType, Predicate } from './predicate.ts';
import type { Entry } from './span-view.ts';

/** What is read of the attributes of one scope. */
export interface AttributeReader {
  /** Values found; `undefined` when a span has to have what it does not. */
  read(attributes: Attributes): readonly Entry[] | undefined;
}

/** What stands for an attribute that is asked to be missing, and is. */
const missing = string('nil');

/**
 * A reader of attributes that are named by their keys. The conditions on all keys are tried on the values of each, by
 * type: what passes one of them is read, and the pipeline decides.
 *
 * @param conditions on attributes alone
 * @param required whether attributes that meet no condition keep the span out
 */
export function createAttributeReader(
  scope: AttributeScope,
  conditions: readonly Condition[],
  required: boolean,
  skipped: (key: string, value: AttributeValue) => boolean = () => false,
): AttributeReader {
  const absent = names(conditions.filter(({ op }) => op === 'not exists'));
  const wanted = conditions.filter(({ op }) => op !== 'not exists');
  const keys = new Set(names(wanted));
  const columns = columnsOf(wanted);
  const joined = required && columns.size === 1;

  return {
    read(attributes) {
      const entries: Entry[] = [];
      for (const name of absent) {
        if (!attributes.has(name)) entries.push({ attribute: scopedAttribute(scope, name), value: missing });
        else if (required) return undefined;
      }
      // Without a column to look at, as with a duration for an attribute, nothing is read at all.
      if (columns.size === 0) return entries;
      let rows = 0;
      for (const name of keys) {
        const value = attributes.get(name);
        if (value === undefined || skipped(name, value)) continue;
        const read = readValue(value, columns);
        if (joined && read.type === 'nil') continue;
        rows += 1;
        entries.push({ attribute: scopedAttribute(scope, name), value: read });
      }
      return required && rows === 0 ? undefined : entries;
    },
  };
}

/** Reads every attribute of a scope. */
export function readAll(
  scope: AttributeScope,
  attributes: Attributes,
  skipped: (key: string, value: AttributeValue) => boolean = () => false,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [name, value] of attributes) {
    if (!skipped(name, value))
      entries.push({ attribute: scopedAttribute(scope, name), value: staticOf(value) });
  }
  return entries;
}

const names = (conditions: readonly Condition[]): readonly string[] =>
  conditions.map(({ subject }) => (subject as Attribute).name);

function columnsOf(conditions: readonly Condition[]): ReadonlyMap<ColumnType, Predicate> {
  const predicates = new Map<ColumnType, Predicate[]>();
  const add = (column: ColumnType, predicate: Predicate): void => {
    predicates.set(column, [...(predicates.get(column) ?? []), predicate]);
  };
  for (const condition of conditions) {
    if (condition.operand === undefined) {
      for (const column of ['string', 'int', 'float', 'boolean'] as const) add(column, always);
      continue;
    }
    const column = columnOf(condition.operand);
    // With an operand it is a comparison.
    if (column !== undefined) add(column, predicateOf(condition.op as BinaryOperator, condition.operand));
  }
  return new Map([...predicates].map(([column, tests]) => [column, anyOf(tests)]));
}

const columnsByType: Readonly<Record<string, ColumnType>> = {
  string: 'string',
  bigint: 'int',
  number: 'float',
  boolean: 'boolean',
};

/** A value, of an array those elements, that a condition lets through; nil when none does. */
function readValue(value: AttributeValue, columns: ReadonlyMap<ColumnType, Predicate>): Static {
  if (!Array.isArray(value)) {
    const column = columnsByType[typeof value];
    const test = column === undefined ? undefined : columns.get(column);
    return test?.(value as string) === true ? staticOf(value) : nil;
  }
  // Mixed arrays are kept as they are and cannot be searched.
  if (staticOf(value).type === 'nil') return nil;
  const test = columns.get(columnsByType[typeof value[0]]!);
  return test === undefined ? nil : staticOf(value.filter((element) => test(element as string)));
}
