import { goNumber } from '../../histogram/index.ts';

/** A map of Go with text keys, and what it gives for a key that it lacks. */
export interface GoMap {
  readonly kind: 'map';
  /** As Go names it: `map[string]string`. */
  readonly type: string;
  readonly entries: ReadonlyMap<string, GoValue>;
  readonly missing: GoValue;
}

/** A struct, a time and whatever else has fields or methods. */
export interface GoObject {
  readonly kind: 'object';
  /** As Go names it: `*template.sample`. */
  readonly type: string;
  readonly fields?: Readonly<Record<string, GoValue>>;
  readonly methods?: Readonly<Record<string, GoFunction>>;
  /** As `%v` prints it. */
  readonly text: string;
}

/** A slice with a name of its own or without one. */
export interface GoSlice {
  readonly kind: 'slice';
  readonly type: string;
  readonly items: readonly GoValue[];
}

/** A value of Go in JavaScript: an int is a bigint, a float64 a number, and nil undefined. */
export type GoValue = string | number | bigint | boolean | undefined | GoMap | GoObject | GoSlice;

/** Types that an argument is checked against; `any` takes all. */
export type GoType = 'any' | 'string' | 'int' | 'float64' | 'bool' | (string & {});

/** A function that templates call. What it throws becomes `error calling <name>: <message>`. */
export interface GoFunction {
  /** Type of each argument. */
  readonly takes: readonly GoType[];
  /** Type of every argument after those. */
  readonly rest?: GoType;
  readonly call: (...args: GoValue[]) => GoValue;
}

export type GoFunctions = Readonly<Record<string, GoFunction>>;

export function goMap(type: string, entries: Iterable<readonly [string, GoValue]>, missing?: GoValue): GoMap {
  return { kind: 'map', type, entries: new Map(entries), missing };
}

/** The name of its type as messages of Go have it. */
export function typeName(value: GoValue): string {
  if (value === undefined) return 'nil';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  return value.type;
}

/** Whether a value counts as true: neither zero nor empty nor nil. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined) return false;
  if (typeof value === 'object') {
    if (value.kind === 'map') return value.entries.size > 0;
    return value.kind === 'slice' ? value.items.length > 0 : true;
  }
  // A NaN is not zero.
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** A value as `%v` prints it; nil is `<nil>`. */
export function goText(value: GoValue): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'object') return value.text;
  if (value.kind === 'slice') return `[${value.items.map(goText).join(' ')}]`;
  const keys = Array.from(value.entries.keys()).toSorted(compareTexts);
  return `map[${keys.map((key) => `${key}:${goText(value.entries.get(key))}`).join(' ')}]`;
}

/** Order of texts in Go: by their bytes, which is by code points. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  const a = Array.from(left);
  const b = Array.from(right);
  for (let position = 0; position < Math.min(a.length, b.length); position += 1) {
    const difference = a[position]!.codePointAt(0)! - b[position]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
