import type { LabelMatcher, Labels } from '@sightline/query';
import { compileMatcher } from './compiled-matcher.ts';

/** Finds what has labels by them: series, streams. */
export interface LabelIndex<Item> {
  add(labels: Labels, item: Item): void;
  remove(labels: Labels, item: Item): void;
  /** What fits all matchers, in no order. A matcher that "" fits lets a missing label pass. */
  find(matchers: readonly LabelMatcher[]): Iterable<Item>;
  names(): Iterable<string>;
  values(name: string): Iterable<string>;
}

/** @param labelsOf the labels that an item was added with */
export function createLabelIndex<Item>(labelsOf: (item: Item) => Labels): LabelIndex<Item> {
  const all = new Set<Item>();
  const byName = new Map<string, Map<string, Set<Item>>>();

  /** The fewest items among which every one that fits has to be. */
  function candidates(matchers: readonly LabelMatcher[]): Iterable<Item> {
    let fewest: ReadonlySet<Item> = all;
    for (const { name, op, value } of matchers) {
      if (op !== '=' || value === '') continue;
      const items = byName.get(name)?.get(value);
      if (items === undefined) return [];
      if (items.size < fewest.size) fewest = items;
    }
    return fewest;
  }

  return {
    add(labels, item) {
      all.add(item);
      for (const [name, value] of Object.entries(labels)) {
        let values = byName.get(name);
        if (values === undefined) byName.set(name, (values = new Map()));
        const items = values.get(value);
        if (items === undefined) values.set(value, new Set([item]));
        else items.add(item);
      }
    },
    remove(labels, item) {
      all.delete(item);
      for (const [name, value] of Object.entries(labels)) {
        const values = byName.get(name);
        const items = values?.get(value);
        items?.delete(item);
        if (items?.size === 0) values?.delete(value);
        if (values?.size === 0) byName.delete(name);
      }
    },
    *find(matchers) {
      const tests = matchers.map(compileMatcher);
      for (const item of candidates(matchers)) {
        const labels = labelsOf(item);
        if (tests.every((fits) => fits(labels))) yield item;
      }
    },
    names: () => byName.keys(),
    values: (name) => byName.get(name)?.keys() ?? [],
  };
}
