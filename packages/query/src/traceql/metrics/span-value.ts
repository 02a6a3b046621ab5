import { lookupOf } from '../fetch/span-view.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { Attribute } from '../syntax/ast.ts';
import { intrinsicAttribute } from '../syntax/attribute.ts';
import { numberOf } from '../value/static.ts';
import type { Static } from '../value/static.ts';

const nanosecondsInSecond = 1e9;

/** The number that a function takes of a span, durations in seconds where it is the span's own; NaN without one. */
export function spanValueOf(attribute: Attribute): (view: SpanView) => number {
  if (attribute === intrinsicAttribute('duration')) {
    return ({ span }) => Number(span.durationNs) / nanosecondsInSecond;
  }
  const lookup = lookupOf(attribute);
  return (view) => numberOf(lookup(view));
}

/** The next power of two, the bucket that a span falls into, durations in seconds; `undefined` for none. */
export function bucketOf(attribute: Attribute): (view: SpanView) => number | undefined {
  if (attribute === intrinsicAttribute('duration')) {
    return ({ span }) => log2Bucket(span.durationNs, nanosecondsInSecond);
  }
  const lookup = lookupOf(attribute);
  return (view) => {
    const value: Static = lookup(view);
    if (value.type === 'int') return log2Bucket(value.value, 1);
    // Floats have no bucket.
    return value.type === 'duration' ? log2Bucket(value.value, nanosecondsInSecond) : undefined;
  };
}

function log2Bucket(value: bigint, unit: number): number | undefined {
  if (value < 2n) return undefined;
  return 2 ** (value - 1n).toString(2).length / unit;
}
