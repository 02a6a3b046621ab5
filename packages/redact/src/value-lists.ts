import { firstEntries, firstItems } from './engine-classes.ts';
import { elementAt, isFlag, isListOfPairs, isPair } from './list-shapes.ts';
import type { KeyFacts } from './key-facts.ts';
import type { KeySecrecy } from './keys.ts';
import type { PlainData, ValueLimits, Walk } from './value.ts';

export interface ListTools {
  readonly keyFacts: (key: string) => KeyFacts;
  readonly limits: ValueLimits;
  readonly any: (value: unknown, walk: Walk) => PlainData;
  readonly named: (secrecy: KeySecrecy, value: unknown, walk: Walk) => PlainData;
}

export interface ListCensor {
  array(list: readonly unknown[], walk: Walk): PlainData[];
  /** Names and values in turn, as in Node's `rawHeaders`. */
  alternating(list: readonly unknown[], walk: Walk): PlainData[];
  map(map: ReadonlyMap<unknown, unknown>, walk: Walk): PlainData;
  set(set: ReadonlySet<unknown>, walk: Walk): PlainData[];
}

/** Compiles the copying of arrays, maps and sets, where a neighbour can say what a value is. */
export function createListCensor({ keyFacts, limits, any, named }: ListTools): ListCensor {
  function array(list: readonly unknown[], walk: Walk, length = list.length): PlainData[] {
    const arePairs = isListOfPairs(list);
    return copied(length, walk, (index) => {
      const item = elementAt(list, index);
      if (arePairs && isPair(item)) return pair(elementAt(item, 0) as string, elementAt(item, 1), walk);
      const flag = index === 0 ? undefined : elementAt(list, index - 1);
      return isFlag(flag) ? named(keyFacts(flag).secrecy, item, walk) : any(item, walk);
    });
  }

  function pair(name: string, value: unknown, walk: Walk): PlainData[] {
    const { secrecy, safeKey } = keyFacts(name);
    return [safeKey, named(secrecy, value, walk)];
  }

  return {
    array: (list, walk) => array(list, walk),

    alternating(list, walk) {
      return copied(list.length, walk, (index) => {
        const item = elementAt(list, index);
        const name = index % 2 === 1 ? elementAt(list, index - 1) : undefined;
        return typeof name === 'string' ? named(keyFacts(name).secrecy, item, walk) : any(item, walk);
      });
    },

    map(map, walk) {
      const { entries, size } = firstEntries(map, Math.min(limits.maxEntries, walk.entriesLeft + 1));
      if (!entries.every(([key]) => typeof key === 'string')) {
        const list = copied(entries.length, walk, (index) => {
          const [key, item] = entries[index] as [unknown, unknown];
          return typeof key === 'string' ? pair(key, item, walk) : [any(key, walk), any(item, walk)];
        });
        if (size > entries.length) list.push(`[truncated: ${size - entries.length} more]`);
        return list;
      }
      const copy: { [key: string]: PlainData } = {};
      let done = 0;
      for (const [key, item] of entries as [string, unknown][]) {
        if (walk.entriesLeft-- <= 0) break;
        const { secrecy, safeKey } = keyFacts(key);
        setPlain(copy, safeKey, named(secrecy, item, walk));
        done++;
      }
      if (done < size) copy['[truncated]'] = `${size - done} more`;
      return copy;
    },

    set(set, walk) {
      const { items, size } = firstItems(set, Math.min(limits.maxEntries, walk.entriesLeft + 1));
      return array(items, walk, size);
    },
  };
}

function copied(length: number, walk: Walk, copy: (index: number) => PlainData): PlainData[] {
  const copies: PlainData[] = [];
  for (let index = 0; index < length; index++) {
    if (walk.entriesLeft-- <= 0) {
      copies.push(`[truncated: ${length - index} more]`);
      break;
    }
    copies.push(copy(index));
  }
  return copies;
}

/** Plain assignment, except for the one name that would change the prototype. */
export function setPlain(target: { [key: string]: PlainData }, key: string, value: PlainData): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
