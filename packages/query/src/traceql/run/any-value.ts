import { encode } from '../value/encode.ts';
import { elementsOf } from '../value/static.ts';
import type { Static } from '../value/static.ts';

/** A value as the JSON of OTLP and of Tempo's API has it. */
export type AnyValue =
  | { readonly stringValue: string }
  /** In decimal digits: JSON has no whole numbers of 64 bits. */
  | { readonly intValue: string }
  | { readonly doubleValue: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** A value for the API; durations, states and kinds are texts there. */
export function anyValueOf(value: Static): AnyValue {
  switch (value.type) {
    case 'int':
      return { intValue: String(value.value) };
    case 'float':
      return { doubleValue: jsonNumber(value.value) };
    case 'boolean':
      return { boolValue: value.value };
    case 'int[]':
    case 'float[]':
    case 'string[]':
    case 'boolean[]':
      return { arrayValue: { values: elementsOf(value).map(anyValueOf) } };
    default:
      return { stringValue: encode(value) };
  }
}

export function jsonNumber(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
