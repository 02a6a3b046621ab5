import type { AttributeValue, Resource } from '../model.ts';
import { scopedAttribute } from '../syntax/attribute.ts';
import { columnTest } from './column-test.ts';
import type { ColumnTest } from './column-test.ts';
import { serviceColumn } from './columns.ts';
import type { Condition } from './condition.ts';
import { createAttributeReader } from './generic.ts';
import { distinctNames } from './record-reader.ts';
import type { Entry } from './span-view.ts';

const serviceName = scopedAttribute('resource', 'service.name');

/** The name of a service is a column of its own, as long as it is a text. */
export const isServiceColumn = (key: string, value: AttributeValue): boolean =>
  key === 'service.name' && typeof value === 'string';

/** Reads what is asked of resources; `undefined` when all conditions have to be met and one is not. */
export function createResourceReader(
  conditions: readonly Condition[],
  required: boolean,
): (resource: Resource) => readonly Entry[] | undefined {
  const tests: ColumnTest[] = [];
  const generic: Condition[] = [];
  for (const condition of conditions) {
    const { subject, operand } = condition;
    const service = typeof subject !== 'string' && subject.name === 'service.name';
    const textual = operand === undefined || operand.type === 'string' || operand.type === 'string[]';
    if (service && textual) tests.push(columnTest(serviceColumn, condition));
    else generic.push(condition);
  }
  const attributes =
    generic.length > 0 ? createAttributeReader('resource', generic, required, isServiceColumn) : undefined;
  const minEntries = required ? distinctNames(conditions) : 0;
  const known = new WeakMap<Resource, { readonly entries: readonly Entry[] | undefined }>();

  function read(resource: Resource): readonly Entry[] | undefined {
    const found = attributes === undefined ? [] : attributes.read(resource.attributes);
    if (found === undefined) return undefined;
    const entries = [...found];
    const value = serviceColumn.of(resource);
    for (const test of tests) {
      if (test(value)) entries.push({ attribute: serviceName, value });
      else if (required) return undefined;
    }
    return entries.length < minEntries ? undefined : entries;
  }

  return (resource) => {
    const before = known.get(resource);
    if (before !== undefined) return before.entries;
    const entries = read(resource);
    known.set(resource, { entries });
    return entries;
  };
}
