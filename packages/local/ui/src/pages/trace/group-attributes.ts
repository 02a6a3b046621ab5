import type { Attribute } from '../../api/trace-json.ts';

export interface AttributeGroup {
  /** What stands before the first dot: `http` of `http.route`; '' of those without one. */
  readonly namespace: string;
  readonly attributes: readonly Attribute[];
}

/** Attributes by their namespace, each sorted by name; those without a namespace come first. */
export function groupAttributes(attributes: readonly Attribute[]): readonly AttributeGroup[] {
  const groups = Map.groupBy(attributes, ({ key }) => (key.includes('.') ? (key.split('.')[0] ?? '') : ''));
  return Array.from(groups, ([namespace, own]) => ({
    namespace,
    attributes: own.toSorted((one, other) => one.key.localeCompare(other.key)),
  })).toSorted((one, other) => one.namespace.localeCompare(other.namespace));
}
