import { types } from 'node:util';

/** More levels than any class hierarchy; a longer prototype chain was made to hurt. */
const MAX_PROTOTYPES = 16;

/**
 * An object's own enumerable fields as a plain object, one level deep. No code of the object runs: a getter is named,
 * a proxy is not touched. What is no object has no fields.
 */
export function ownFields(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  if (types.isProxy(value)) return { value: '[Proxy]' };
  return Object.fromEntries(
    Object.keys(value).map((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      return [key, isAccessor(descriptor) ? '[Getter]' : (descriptor?.value as unknown)];
    }),
  );
}

/** A property of an object or of its prototypes, where it is plain data; no getter and no proxy is asked. */
export function dataOf(object: object, key: string): unknown {
  let holder: object | null = object;
  for (let level = 0; holder !== null && level < MAX_PROTOTYPES; level++) {
    if (types.isProxy(holder)) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}

/** Whether an object has a getter of its own under a key. */
export function hasOwnAccessor(object: object, key: string): boolean {
  return isAccessor(Object.getOwnPropertyDescriptor(object, key));
}

function isAccessor(descriptor: PropertyDescriptor | undefined): boolean {
  return descriptor?.get !== undefined || descriptor?.set !== undefined;
}
