import { types } from 'node:util';

export function isArray(value: unknown): value is readonly unknown[] {
  return typeof value === 'object' && value !== null && !types.isProxy(value) && Array.isArray(value);
}

/** A longer list is judged by its beginning. */
const MAX_JUDGED = 256;

/** A list of pairs is a map: `Object.entries(…)`, `[...headers]`. */
export function isListOfPairs(list: readonly unknown[]): boolean {
  const judged = Math.min(list.length, MAX_JUDGED);
  for (let index = 0; index < judged; index++) {
    if (!isPair(elementAt(list, index))) return false;
  }
  return judged > 0;
}

export function isPair(value: unknown): value is readonly [string, unknown] {
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
