import type { AnyValue, Attributes } from '@opentelemetry/api';
import { cleanAttributes } from '@opentelemetry/core';
import type { SpanLimits } from './limits.ts';

/** A value as an attribute keeps it; undefined for what is none. */
export function acceptValue(value: AnyValue, maxLength: number): AnyValue {
  switch (typeof value) {
    case 'string':
      return value.length > maxLength ? value.slice(0, maxLength) : value;
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? value : copyOf(value, maxLength);
    default:
      return undefined;
  }
}

/** Arrays and objects are copied: what the caller does to them afterwards is not meant. */
function copyOf(value: AnyValue, attributeValueLengthLimit: number): AnyValue {
  try {
    return cleanAttributes({ value }, { attributeCountLimit: 1, attributeValueLengthLimit }).attributes?.[
      'value'
    ];
  } catch {
    return undefined;
  }
}

/** Attributes of an event or a link within their limits. Never throws. */
export function acceptAttributes(
  cleaner: typeof cleanAttributes,
  attributes: Attributes | undefined,
  attributeCountLimit: number,
  { attributeValueLength }: SpanLimits,
): { attributes: Attributes; droppedAttributesCount: number } {
  try {
    const cleaned = cleaner(attributes, {
      attributeCountLimit,
      attributeValueLengthLimit: attributeValueLength,
    });
    return {
      attributes: cleaned.attributes ?? {},
      droppedAttributesCount: cleaned.droppedAttributesCount ?? 0,
    };
  } catch {
    return { attributes: {}, droppedAttributesCount: 1 };
  }
}
