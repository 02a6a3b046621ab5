import { types } from 'node:util';
import { bytes, headerEntries, regExpSource, searchParamsText, unboxed, urlHref } from './engine-classes.ts';
import { elementAt, isArray, isFlag, isListOfPairs } from './list-shapes.ts';
import { errorParts, inheritsFromProxy, ownData } from './own-data.ts';
import { isCardNumber } from './rules/card-number.ts';
import type { Counter } from './counters.ts';
import type { KeyFacts } from './key-facts.ts';
import type { KeySecrecy } from './keys.ts';

/** How much of a value is looked at; what lies beyond is left out, and a note stands in its place. */
export interface ValueLimits {
  /** Levels of nesting. */
  readonly maxDepth: number;
  /** Entries of objects, arrays, maps and sets, all levels together. */
  readonly maxEntries: number;
  /** Characters of one string. */
  readonly maxStringLength: number;
}

export interface ValueTools {
  readonly keyFacts: (key: string) => KeyFacts;
  readonly text: (text: string) => string;
  readonly url: (url: string) => string;
  readonly marker: string;
  readonly limits: ValueLimits;
  /** How many values were censored for their key. */
  readonly byKey: Counter;
}

/** A value as plain data: null, undefined, booleans, numbers, strings, and arrays and objects of these. */
export type PlainData =
  | null
  | undefined
  | boolean
  | number
  | string
  | PlainData[]
  | { [key: string]: PlainData };

export interface ValueCensor {
  value(value: unknown): PlainData;
  /** The same for headers: an array holds names and values in turn, as Node's `rawHeaders` does. */
  headers(headers: unknown): PlainData;
}

/** One call's state: what is being walked, to find cycles, and how much is left of the limit. */
interface Walk {
  readonly ancestors: object[];
  entriesLeft: number;
}

/** In a pair such as `{ name: 'DB_PASSWORD', value: '…' }` these say what the value is. */
const NAMING_KEYS = ['name', 'key', 'header', 'field', 'param'] as const;

/** Compiles the copying walk: every value becomes plain data without its secrets, and no code of the value runs. */
export function createValueCensor(tools: ValueTools): ValueCensor {
  const { keyFacts, text, url, marker, limits, byKey } = tools;

  function any(value: unknown, walk: Walk): PlainData {
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'number':
        return isCardLike(value) ? marker : value;
      case 'bigint':
        return text(String(value));
      case 'symbol':
        return text(String(value));
      case 'function':
        return undefined;
      case 'object':
        return value === null ? null : object(value, walk);
      default:
        return value as boolean | undefined;
    }
  }

  /** The value that `key` names. Nothing, a yes or no, and a count where a count is meant, give nothing away. */
  function named(secrecy: KeySecrecy, value: unknown, walk: Walk): PlainData {
    if (secrecy === 'open' || secrecy === 'secret-in-url') return any(value, walk);
    if (value === undefined || value === null || value === '' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && secrecy === 'secret-unless-number') return value;
    if (typeof value === 'function') return undefined;
    byKey.count++;
    return marker;
  }

  function object(value: object, walk: Walk): PlainData {
    if (types.isProxy(value)) return '[Proxy]';
    if (walk.ancestors.includes(value)) return '[Circular]';
    if (walk.ancestors.length >= limits.maxDepth) return Array.isArray(value) ? '[Array]' : '[Object]';
    walk.ancestors.push(value);
    try {
      return Array.isArray(value) ? array(value, walk) : record(value, walk);
    } finally {
      walk.ancestors.pop();
    }
  }

  function record(value: object, walk: Walk): PlainData {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      if (inheritsFromProxy(value)) return '[Proxy]';
      const special = builtIn(value, walk);
      if (special !== undefined) return special.data;
    }
    const own = ownToJson(value);
    if (own !== undefined) return any(own.data, walk);
    return entries(value, walk);
  }

  /** The own enumerable data properties. */
  function entries(value: object, walk: Walk, into: { [key: string]: PlainData } = {}): PlainData {
    const keys = Object.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (walk.entriesLeft-- <= 0) {
        set(into, '[truncated]', `${keys.length - index} more`);
        break;
      }
      const { secrecy, safeKey, isUrl } = keyFacts(key);
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      if (descriptor.get !== undefined || descriptor.set !== undefined) set(into, safeKey, '[Getter]');
      else if (key === 'value') set(into, safeKey, named(pairSecrecy(value), descriptor.value, walk));
      else if ((key === 'rawHeaders' || key === 'rawTrailers') && isArray(descriptor.value)) {
        set(into, safeKey, alternating(descriptor.value, walk));
      } else if (isUrl && typeof descriptor.value === 'string') set(into, safeKey, url(descriptor.value));
      else set(into, safeKey, named(secrecy, descriptor.value, walk));
    }
    return into;
  }

  function pairSecrecy(holder: object): KeySecrecy {
    for (const naming of NAMING_KEYS) {
      const name = ownData(holder, naming);
      if (typeof name === 'string') return keyFacts(name).secrecy;
    }
    return 'open';
  }

  function array(value: readonly unknown[], walk: Walk): PlainData[] {
    const copy: PlainData[] = [];
    const arePairs = isListOfPairs(value);
    for (let index = 0; index < value.length; index++) {
      if (walk.entriesLeft-- <= 0) {
        copy.push(`[truncated: ${value.length - index} more]`);
        break;
      }
      const item = elementAt(value, index);
      const flag = index === 0 ? undefined : elementAt(value, index - 1);
      if (arePairs) copy.push(pair(item as readonly [string, unknown], walk));
      else if (isFlag(flag)) copy.push(named(keyFacts(flag).secrecy, item, walk));
      else copy.push(any(item, walk));
    }
    return copy;
  }

  function pair([name, value]: readonly [string, unknown], walk: Walk): PlainData[] {
    const { secrecy, safeKey } = keyFacts(name);
    return [safeKey, named(secrecy, value, walk)];
  }

  /** Names and values in turn, as in Node's `rawHeaders`. */
  function alternating(list: readonly unknown[], walk: Walk): PlainData[] {
    const copy: PlainData[] = [];
    for (let index = 0; index < list.length; index++) {
      if (walk.entriesLeft-- <= 0) break;
      const item = elementAt(list, index);
      const name = index % 2 === 1 ? elementAt(list, index - 1) : undefined;
      copy.push(typeof name === 'string' ? named(keyFacts(name).secrecy, item, walk) : any(item, walk));
    }
    return copy;
  }

  function mapData(map: ReadonlyMap<unknown, unknown>, walk: Walk): PlainData {
    const pairs: [unknown, unknown][] = [];
    let allStrings = true;
    Map.prototype.forEach.call(map, (item: unknown, key: unknown) => {
      if (pairs.length >= limits.maxEntries) return;
      pairs.push([key, item]);
      allStrings &&= typeof key === 'string';
    });
    if (!allStrings) {
      return pairs.map(([key, item]) =>
        typeof key === 'string' ? pair([key, item], walk) : [any(key, walk), any(item, walk)],
      );
    }
    const copy: { [key: string]: PlainData } = {};
    for (const [key, item] of pairs as [string, unknown][]) {
      if (walk.entriesLeft-- <= 0) break;
      const { secrecy, safeKey } = keyFacts(key);
      set(copy, safeKey, named(secrecy, item, walk));
    }
    return copy;
  }

  function setData(source: ReadonlySet<unknown>, walk: Walk): PlainData {
    const items: unknown[] = [];
    Set.prototype.forEach.call(source, (item: unknown) => {
      if (items.length <= limits.maxEntries) items.push(item);
    });
    return array(items, walk);
  }

  function error(value: Error, walk: Walk): PlainData {
    const { type, message, stack, cause, errors } = errorParts(value);
    const copy: { [key: string]: PlainData } = {
      type: text(type),
      message: text(message),
      stack: text(stack),
    };
    entries(value, walk, copy);
    if (cause !== undefined) copy['cause'] = any(cause, walk);
    if (errors !== undefined) copy['errors'] = any(errors, walk);
    return copy;
  }

  /** What the engine's own classes hold, read with the engine's own methods; `undefined` for any other class. */
  function builtIn(value: object, walk: Walk): { readonly data: PlainData } | undefined {
    if (value instanceof Error || types.isNativeError(value)) return { data: error(value, walk) };
    if (types.isDate(value)) {
      const time = Date.prototype.getTime.call(value);
      return { data: Number.isNaN(time) ? null : new Date(time).toISOString() };
    }
    if (types.isMap(value)) return { data: mapData(value, walk) };
    if (types.isSet(value)) return { data: setData(value, walk) };
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return { data: bytes(value) };
    if (value instanceof URL) return { data: url(urlHref.call(value)) };
    if (value instanceof URLSearchParams) return { data: url(`?${searchParamsText.call(value)}`).slice(1) };
    if (value instanceof Headers) {
      const pairs = [...headerEntries.call(value)];
      return { data: mapData(new Map(pairs), walk) };
    }
    if (types.isRegExp(value)) return { data: text(`/${regExpSource.call(value)}/`) };
    if (types.isBoxedPrimitive(value)) return { data: any(unboxed(value), walk) };
    if (types.isPromise(value)) return { data: '[Promise]' };
    if (types.isWeakMap(value) || types.isWeakSet(value)) return { data: '[Weak]' };
    return undefined;
  }

  function guarded(walkValue: (value: unknown, walk: Walk) => PlainData): (value: unknown) => PlainData {
    return function censorValue(value) {
      try {
        return walkValue(value, { ancestors: [], entriesLeft: limits.maxEntries });
      } catch {
        // Only an engine limit such as the call stack can lead here; what cannot be looked at is not shown.
        return '[Unreadable]';
      }
    };
  }

  return {
    value: guarded(any),
    headers: guarded((headers, walk) =>
      isArray(headers) && !isListOfPairs(headers) ? alternating(headers, walk) : any(headers, walk),
    ),
  };
}

/** A number can be a card's as well as a string can. */
function isCardLike(value: number): boolean {
  return value >= 1e12 && value < 1e19 && Number.isInteger(value) && isCardNumber(String(value));
}

/** Plain assignment, except for the one name that would change the prototype. */
function set(target: { [key: string]: PlainData }, key: string, value: PlainData): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What a `toJSON` method answers; `undefined` where there is none or it throws. */
function ownToJson(value: object): { readonly data: unknown } | undefined {
  const toJson = ownData(value, 'toJSON', true);
  if (typeof toJson !== 'function' || types.isProxy(toJson)) return undefined;
  try {
    const data: unknown = Reflect.apply(toJson, value, ['']);
    return data === value ? undefined : { data };
  } catch {
    return undefined;
  }
}
