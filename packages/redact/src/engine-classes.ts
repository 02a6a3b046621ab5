import { types } from 'node:util';

/*
 * The engine's own readers for its own classes, taken once: an object's own property of the same name is not asked.
 */

/** Bytes may hold anything in any encoding, so only their kind and number are shown. */
export function bytes(value: ArrayBufferView | ArrayBufferLike): string {
  const kind = Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1);
  return `[${kind}: ${value.byteLength} bytes]`;
}

export const urlHref = getter(URL.prototype, 'href');
export const regExpSource = getter(RegExp.prototype, 'source');
export const searchParamsText = URLSearchParams.prototype.toString;
export const headerEntries: () => Iterable<[string, string]> = Headers.prototype.entries;

function getter(prototype: object, name: string): (this: object) => string {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: object) => string;
}

/** The primitive in `new String('…')` and its like. */
export function unboxed(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
}
