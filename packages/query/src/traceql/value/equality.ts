import { numberOf } from './static.ts';
import type { Static } from './static.ts';
import { isNumeric, typeRank } from './types.ts';

/** `=` of TraceQL: nothing equals nil, and numbers are equal across int, float and duration. */
export function equals(left: Static, right: Static): boolean {
  if (left.type === 'nil' || right.type === 'nil') return false;
  if (isNumeric(left.type) && isNumeric(right.type)) {
    if (left.type !== 'float' && right.type !== 'float') return left.value === right.value;
    return numberOf(left) === numberOf(right);
  }
  return left.type === right.type && sameValue(left.value, right.value);
}

function sameValue(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((element, index) => element === right[index]);
}

/** Same type, same value. */
export function strictlyEquals(left: Static, right: Static): boolean {
  if (left.type !== right.type) return false;
  return left.type === 'nil' || sameValue(left.value, (right as typeof left).value);
}

/** Order for `min` and `max`: numbers by value, other types by their rank; below 0 when left is first. */
export function compare(left: Static, right: Static): number {
  if (isNumeric(left.type) && isNumeric(right.type)) {
    if (left.type === 'float' || right.type === 'float' || left.type === 'nil' || right.type === 'nil')
      return numberOf(left) - numberOf(right);
    return order(left.value, right.value);
  }
  if (left.type !== right.type) return typeRank(left.type) - typeRank(right.type);
  if (left.type === 'nil') return 0;
  return order(String(left.value), String((right as typeof left).value));
}

function order<T>(left: T, right: T): number {
  return Number(left > right) - Number(left < right);
}
