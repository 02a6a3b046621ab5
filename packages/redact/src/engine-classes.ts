import { types } from 'node:util';

/*
 * The engine's own readers for its own classes, taken once: an object's own property of the same name is not asked.
 */

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typedArrayKind = getter(typedArray, Symbol.toStringTag);
const typedArrayLength = numberGetter(typedArray, 'byteLength');
const dataViewLength = numberGetter(DataView.prototype, 'byteLength');
const bufferLength = numberGetter(ArrayBuffer.prototype, 'byteLength');
const sharedBufferLength = numberGetter(SharedArrayBuffer.prototype, 'byteLength');

/** Bytes may hold anything in any encoding, so only their kind and number are shown. */
export function bytes(value: ArrayBufferView | ArrayBufferLike): string {
  const [kind, length] = bytesKind(value);
  return `[${kind}: ${length} bytes]`;
}

function bytesKind(value: object): [kind: string, lengthBytes: number] {
  if (types.isTypedArray(value)) {
    return [Buffer.isBuffer(value) ? 'Buffer' : typedArrayKind.call(value), typedArrayLength.call(value)];
  }
  if (types.isDataView(value)) return ['DataView', dataViewLength.call(value)];
  if (types.isSharedArrayBuffer(value)) return ['SharedArrayBuffer', sharedBufferLength.call(value)];
  return ['ArrayBuffer', bufferLength.call(value)];
}

export const urlHref = getter(URL.prototype, 'href');
export const regExpSource = getter(RegExp.prototype, 'source');
export const searchParamsText = URLSearchParams.prototype.toString;

/**
 * The entries of a `Headers`; undefined for anything else. To be asked only of what has a class of its own: for that of
 * headers Node.js loads the whole of `fetch`.
 */
export function headerEntries(value: object): Iterable<[string, string]> | undefined {
  return value instanceof Headers ? Headers.prototype.entries.call(value) : undefined;
}

let domName: ((this: object) => string) | undefined;
let domMessage: ((this: object) => string) | undefined;

/** Name and message of a `DOMException`; undefined for anything else. Node.js loads that class when it is first asked for. */
export function domExceptionTexts(
  value: object,
): { readonly name: string; readonly message: string } | undefined {
  if (!(value instanceof DOMException)) return undefined;
  domName ??= getter(DOMException.prototype, 'name');
  domMessage ??= getter(DOMException.prototype, 'message');
  return { name: domName.call(value), message: domMessage.call(value) };
}

function getter(prototype: object, name: string | symbol): (this: object) => string {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: object) => string;
}

function numberGetter(prototype: object, name: string): (this: object) => number {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: object) => number;
}

const mapSize = numberGetter(Map.prototype, 'size');
const setSize = numberGetter(Set.prototype, 'size');
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const nextEntry = new Map<unknown, unknown>().entries().next;
const nextItem = new Set<unknown>().values().next;

/** The first entries of a map, at most `limit`, and how many it has. */
export function firstEntries(
  map: ReadonlyMap<unknown, unknown>,
  limit: number,
): { readonly entries: (readonly [unknown, unknown])[]; readonly size: number } {
  const iterator = mapEntries.call(map);
  const entries: (readonly [unknown, unknown])[] = [];
  while (entries.length < limit) {
    const step = nextEntry.call(iterator);
    if (step.done === true) break;
    entries.push(step.value);
  }
  return { entries, size: mapSize.call(map) };
}

/** The first items of a set, at most `limit`, and how many it has. */
export function firstItems(
  set: ReadonlySet<unknown>,
  limit: number,
): { readonly items: unknown[]; readonly size: number } {
  const iterator = setValues.call(set);
  const items: unknown[] = [];
  while (items.length < limit) {
    const step = nextItem.call(iterator);
    if (step.done === true) break;
    items.push(step.value);
  }
  return { items, size: setSize.call(set) };
}

/** The primitive in `new String('…')` and its like. */
export function unboxed(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
}
