import type { AttributeValue, SpanKind, SpanStatus } from '../model.ts';

/** A value while a query runs, with its type. */
export type Static =
  | { readonly type: 'nil' }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'int[]'; readonly value: readonly bigint[] }
  | { readonly type: 'float[]'; readonly value: readonly number[] }
  | { readonly type: 'string[]'; readonly value: readonly string[] }
  | { readonly type: 'boolean[]'; readonly value: readonly boolean[] }
  /** [ns] */
  | { readonly type: 'duration'; readonly value: bigint }
  | { readonly type: 'status'; readonly value: SpanStatus }
  | { readonly type: 'kind'; readonly value: SpanKind };

export type StaticType = Static['type'];

export const nil: Static = { type: 'nil' };
const yes: Static = { type: 'boolean', value: true };
const no: Static = { type: 'boolean', value: false };

export const boolean = (value: boolean): Static => (value ? yes : no);
export const int = (value: bigint): Static => ({ type: 'int', value: BigInt.asIntN(64, value) });
export const float = (value: number): Static => ({ type: 'float', value });
export const string = (value: string): Static => ({ type: 'string', value });
/** @param value [ns] */
export const duration = (value: bigint): Static => ({ type: 'duration', value: BigInt.asIntN(64, value) });

/** The value of an attribute; `nil` where it has no type of TraceQL: a map, bytes, a mixed or an empty array. */
export function staticOf(value: AttributeValue): Static {
  if (typeof value === 'string') return string(value);
  if (typeof value === 'bigint') return { type: 'int', value };
  if (typeof value === 'number') return float(value);
  if (typeof value === 'boolean') return boolean(value);
  return Array.isArray(value) ? arrayOf(value as readonly AttributeValue[]) : nil;
}

const arrayTypes = { string: 'string[]', bigint: 'int[]', number: 'float[]', boolean: 'boolean[]' } as const;

function arrayOf(values: readonly AttributeValue[]): Static {
  const [first] = values;
  if (first === undefined) return nil;
  // An array of one is that one: the columns that Tempo keeps do not tell them apart.
  if (values.length === 1) return Array.isArray(first) ? nil : staticOf(first);
  const kind = typeof first;
  if (!(kind in arrayTypes) || values.some((value) => typeof value !== kind)) return nil;
  return { type: arrayTypes[kind as keyof typeof arrayTypes], value: values } as unknown as Static;
}

/** The elements of an array; anything else is its own single element. */
export function elementsOf(value: Static): readonly Static[] {
  switch (value.type) {
    case 'int[]':
      return value.value.map((element) => ({ type: 'int', value: element }));
    case 'float[]':
      return value.value.map(float);
    case 'string[]':
      return value.value.map(string);
    case 'boolean[]':
      return value.value.map(boolean);
    default:
      return [value];
  }
}

/** As a number, durations in nanoseconds; NaN for all that is none. */
export function numberOf(value: Static): number {
  if (value.type === 'float') return value.value;
  return value.type === 'int' || value.type === 'duration' ? Number(value.value) : Number.NaN;
}

/** Tells values apart, with their types: the key of a group. */
export function keyOf(value: Static): string {
  if (value.type === 'nil') return 'nil';
  if (value.type === 'float' && Object.is(value.value, -0)) return 'float:-0';
  return `${value.type}:${Array.isArray(value.value) ? JSON.stringify(value.value.map(String)) : String(value.value)}`;
}
