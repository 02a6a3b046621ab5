import { types } from 'node:util';

export function isArray(value: unknown): value is readonly unknown[] {
  return typeof value === 'object' && value !== null && !types.isProxy(value) && Array.isArray(value);
}

/** A list of pairs is a map: `Object.entries(…)`, `[...headers]`. */
export function isListOfPairs(list: readonly unknown[]): boolean {
  if (list.length === 0) return false;
  for (let index = 0; index < list.length; index++) {
    if (!isPair(elementAt(list, index))) return false;
  }
  return true;
}

function isPair(value: unknown): value is readonly [string, unknown] {
  return isArray(value) && value.length === 2 && typeof elementAt(value, 0) === 'string';
}

/** `--password`: the next argument is its value. */
export function isFlag(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('--') && !value.includes('=');
}

/** An element, read without running a getter. */
export function elementAt(list: readonly unknown[], index: number): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(list, index);
  return descriptor?.get === undefined ? descriptor?.value : '[Getter]';
}
