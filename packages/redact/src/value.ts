import { types } from 'node:util';
import { isAlternating, opensRequest, secrecyInContext } from './contextual-keys.ts';
import { bytes, headerEntries, regExpSource, searchParamsText, unboxed, urlHref } from './engine-classes.ts';
import { isArray, isListOfPairs } from './list-shapes.ts';
import { errorParts, inheritsFromProxy, ownData } from './own-data.ts';
import { isCardNumber } from './rules/card-number.ts';
import { createListCensor, setPlain } from './value-lists.ts';
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
  /** Characters of all strings together. */
  readonly maxTotalLength: number;
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
export interface Walk {
  readonly ancestors: object[];
  entriesLeft: number;
  lengthLeft: number;
  /** Whether the object that is walked next is the query of a URL. */
  isQuery: boolean;
}

/** Compiles the copying walk: every value becomes plain data without its secrets, and no code of the value runs. */
export function createValueCensor(tools: ValueTools): ValueCensor {
  const { keyFacts, text, url, marker, limits, byKey } = tools;
  const lists = createListCensor({ keyFacts, limits, any, named });

  function any(value: unknown, walk: Walk): PlainData {
    switch (typeof value) {
      case 'string':
        return withinTotal(value, text, walk);
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

  function withinTotal(value: string, censor: (text: string) => string, walk: Walk): string {
    const length = Math.min(value.length, limits.maxStringLength);
    if (length > walk.lengthLeft) return `[truncated: ${value.length} characters]`;
    walk.lengthLeft -= length;
    return censor(value);
  }

  /** The value that `key` names. Nothing, a yes or no, and a count where a count is meant, give nothing away. */
  function named(secrecy: KeySecrecy, value: unknown, walk: Walk): PlainData {
    if (secrecy === 'open' || secrecy === 'secret-in-url') return any(value, walk);
    if (value === undefined || value === null || value === '' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && secrecy === 'secret-unless-number') return any(value, walk);
    if (typeof value === 'function') return undefined;
    byKey.add();
    return marker;
  }

  function object(value: object, walk: Walk): PlainData {
    if (types.isProxy(value)) return '[Proxy]';
    if (walk.ancestors.includes(value)) return '[Circular]';
    if (walk.ancestors.length >= limits.maxDepth) return Array.isArray(value) ? '[Array]' : '[Object]';
    walk.ancestors.push(value);
    // A list of objects is no query, nor is each of them.
    if (walk.isQuery && (Array.isArray(value) || types.isMap(value) || types.isSet(value)))
      walk.isQuery = false;
    try {
      return Array.isArray(value) ? lists.array(value, walk) : record(value, walk);
    } catch {
      // What cannot be looked at is not shown, and takes nothing else with it.
      return '[Unreadable]';
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
    const { isQuery: isInQuery } = walk;
    walk.isQuery = false;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (walk.entriesLeft-- <= 0) {
        setPlain(into, '[truncated]', `${keys.length - index} more`);
        break;
      }
      const { secrecy, safeKey, isUrl, isQuery } = keyFacts(key);
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      if (descriptor.get !== undefined || descriptor.set !== undefined) setPlain(into, safeKey, '[Getter]');
      else if (isAlternating(key) && isArray(descriptor.value)) {
        setPlain(into, safeKey, lists.alternating(descriptor.value, walk));
      } else if (isUrl && typeof descriptor.value === 'string')
        setPlain(into, safeKey, withinTotal(descriptor.value, url, walk));
      else if (isInQuery && opensRequest(secrecy, descriptor.value)) {
        setPlain(into, safeKey, named('secret', descriptor.value, walk));
      } else {
        walk.isQuery = isQuery;
        const ownSecrecy = secrecyInContext(value, key, secrecy, keyFacts);
        setPlain(into, safeKey, named(ownSecrecy, descriptor.value, walk));
        walk.isQuery = false;
      }
    }
    return into;
  }

  function error(value: Error, walk: Walk): PlainData {
    const { type, message, stack, cause, errors } = errorParts(value);
    const copy: { [key: string]: PlainData } = {
      type: text(type),
      message: withinTotal(message, text, walk),
      stack: withinTotal(stack, text, walk),
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
    if (types.isMap(value)) return { data: lists.map(value, walk) };
    if (types.isSet(value)) return { data: lists.set(value, walk) };
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return { data: bytes(value) };
    if (value instanceof URL) return { data: url(urlHref.call(value)) };
    if (value instanceof URLSearchParams) return { data: url(`?${searchParamsText.call(value)}`).slice(1) };
    const headers = headerEntries(value);
    if (headers !== undefined) return { data: lists.map(new Map(headers), walk) };
    if (types.isRegExp(value)) return { data: text(`/${regExpSource.call(value)}/`) };
    if (types.isBoxedPrimitive(value)) return { data: any(unboxed(value), walk) };
    if (types.isPromise(value)) return { data: '[Promise]' };
    if (types.isWeakMap(value) || types.isWeakSet(value)) return { data: '[Weak]' };
    return undefined;
  }

  function guarded(walkValue: (value: unknown, walk: Walk) => PlainData): (value: unknown) => PlainData {
    return function censorValue(value) {
      try {
        return walkValue(value, {
          ancestors: [],
          entriesLeft: limits.maxEntries,
          lengthLeft: limits.maxTotalLength,
          isQuery: false,
        });
      } catch {
        // Only an engine limit such as the call stack can lead here; what cannot be looked at is not shown.
        return '[Unreadable]';
      }
    };
  }

  return {
    value: guarded(any),
    headers: guarded((headers, walk) =>
      isArray(headers) && !isListOfPairs(headers) ? lists.alternating(headers, walk) : any(headers, walk),
    ),
  };
}

/** A number can be a card's as well as a string can. */
function isCardLike(value: number): boolean {
  return value >= 1e12 && value < 1e19 && Number.isInteger(value) && isCardNumber(String(value));
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
