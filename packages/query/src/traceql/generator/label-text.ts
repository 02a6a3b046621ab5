import type { Attributes, AttributeValue } from '../model.ts';

/** The value of an attribute as a label has it: elements of an array one after the other, between brackets. */
export function labelText(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return '';
  if (Array.isArray(value)) return `[${(value as readonly AttributeValue[]).map(labelText).join('')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}:${labelText(inner)}`)
    .join('')}}`;
}

/** Digits without an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text.replace('Infinity', '+Inf').replace('-+', '-');
  return value.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 });
}

/** The first of several places that have a key, as a label; `undefined` when none has it. */
export function findLabel(key: string, ...places: readonly Attributes[]): string | undefined {
  for (const attributes of places) {
    const value = attributes.get(key);
    if (value !== undefined) return labelText(value);
  }
  return undefined;
}

/** A key of an attribute as the name of a label. */
export function labelName(key: string): string {
  const name = key.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(name) ? name.replace(/^\d/, '_') : name;
}
