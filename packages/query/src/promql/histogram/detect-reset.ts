import { exponentialBound } from './bucket-bound.ts';
import { type Side, indicesOf, sameSpans } from './bucket-layout.ts';
import { hasCustomBounds } from './create-histogram.ts';
import { combineCustomSides, commonBounds, sameBounds } from './custom-bounds.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { reduceSide } from './resolution.ts';
import { widenZeroBucket } from './zero-bucket.ts';

/** Whether a bucket of `before` holds more than the same bucket of `now`, or one that `now` lacks holds anything. */
function hasShrunk(now: Side, before: Side): boolean {
  if (sameSpans(now.spans, before.spans) && now.counts.length === before.counts.length)
    return before.counts.some((count, position) => now.counts[position]! < count);
  const indices = indicesOf(now.spans, now.counts.length);
  const indicesBefore = indicesOf(before.spans, before.counts.length);
  let place = 0;
  for (let position = 0; position < indicesBefore.length; position += 1) {
    const index = indicesBefore[position]!;
    while (place < indices.length && indices[place]! < index) place += 1;
    const count = before.counts[position]!;
    const isMissing = place >= indices.length || indices[place] !== index;
    if (isMissing ? count !== 0 : now.counts[place]! < count) return true;
  }
  return false;
}

/** Without the buckets that end within the zero bucket: what they held is in its count. */
function outside(side: Side, schema: number, zeroThreshold: number): Side {
  if (zeroThreshold === 0) return side;
  const indices = indicesOf(side.spans, side.counts.length);
  const inside = indices.findIndex((index) => exponentialBound(index, schema) > zeroThreshold);
  if (inside === 0) return side;
  const counts = side.counts.slice().fill(0, 0, inside === -1 ? side.counts.length : inside);
  return { spans: side.spans, counts };
}

function positiveOf({ positiveSpans, positiveBuckets }: FloatHistogram): Side {
  return { spans: positiveSpans, counts: positiveBuckets };
}

function negativeOf({ negativeSpans, negativeBuckets }: FloatHistogram): Side {
  return { spans: negativeSpans, counts: negativeBuckets };
}

const nothing: Side = { spans: [], counts: new Float64Array(0) };

function hasCustomShrunk(now: FloatHistogram, before: FloatHistogram): boolean {
  if (sameBounds(now.customValues, before.customValues))
    return hasShrunk(positiveOf(now), positiveOf(before));
  const common = commonBounds(now.customValues, before.customValues);
  const [ofNow, ofBefore] = [now, before].map((histogram) =>
    combineCustomSides(
      { side: positiveOf(histogram), bounds: histogram.customValues },
      { side: nothing, bounds: common },
      common,
      1,
    ),
  );
  return hasShrunk(ofNow!, ofBefore!);
}

/**
 * Whether a counter was reset between two histograms: the count, the zero bucket or any bucket has become less, a full
 * bucket has gone, the resolution has become finer or the zero bucket narrower. What the histogram itself says of a
 * reset (`counterReset`) is believed.
 */
export function detectReset(histogram: FloatHistogram, previous: FloatHistogram): boolean {
  if (histogram.counterReset === 'reset') return true;
  if (histogram.counterReset === 'not-reset') return false;
  if (histogram.count < previous.count) return true;
  const custom = hasCustomBounds(histogram);
  if (custom !== hasCustomBounds(previous)) return true;
  if (custom) return hasCustomShrunk(histogram, previous);
  const { schema, zeroThreshold } = histogram;
  if (schema > previous.schema || zeroThreshold < previous.zeroThreshold) return true;
  const widened = widenZeroBucket(
    {
      schema: previous.schema,
      zeroThreshold: previous.zeroThreshold,
      zeroCount: previous.zeroCount,
      zeroLost: 0,
      positive: positiveOf(previous),
      negative: negativeOf(previous),
    },
    zeroThreshold,
  );
  // A zero bucket that grew across a full bucket is another one.
  if (widened.zeroThreshold !== zeroThreshold) return true;
  if (histogram.zeroCount < widened.zeroCount) return true;
  const isReset = (now: Side, before: Side): boolean =>
    hasShrunk(
      outside(now, schema, zeroThreshold),
      outside(reduceSide(before, previous.schema, schema), schema, zeroThreshold),
    );
  return (
    isReset(positiveOf(histogram), positiveOf(previous)) ||
    isReset(negativeOf(histogram), negativeOf(previous))
  );
}
