import { types } from 'node:util';

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

/** Whether an object has a getter of its own under a key. */
export function hasOwnAccessor(object: object, key: string): boolean {
  return isAccessor(Object.getOwnPropertyDescriptor(object, key));
}

function isAccessor(descriptor: PropertyDescriptor | undefined): boolean {
  return descriptor?.get !== undefined || descriptor?.set !== undefined;
}
