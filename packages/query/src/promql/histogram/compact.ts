import { type Side, indicesOf, spansOf } from './bucket-layout.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** Whether there is nothing to leave out or to join: the common case. */
function isCompact({ spans, counts }: Side, maxEmptyBuckets: number): boolean {
  return (
    !counts.includes(0) &&
    spans.every(({ offset, length }, position) => length > 0 && (position === 0 || offset > maxEmptyBuckets))
  );
}

/** One side without empty buckets, except runs between full ones that are no longer than `maxEmptyBuckets`. */
export function compactSide(side: Side, maxEmptyBuckets: number): Side {
  if (isCompact(side, maxEmptyBuckets)) return side;
  const { counts, compensation } = side;
  const indices = indicesOf(side.spans, counts.length);
  const kept: { index: number; count: number; lost: number }[] = [];
  for (let position = 0; position < counts.length; position += 1) {
    const count = counts[position]!;
    const lost = compensation?.[position] ?? 0;
    if (count === 0 && lost === 0) continue;
    const index = indices[position]!;
    const next = (kept.at(-1)?.index ?? index) + 1;
    if (index - next <= maxEmptyBuckets)
      for (let empty = next; empty < index; empty += 1) kept.push({ index: empty, count: 0, lost: 0 });
    kept.push({ index, count, lost });
  }
  return {
    spans: spansOf(Int32Array.from(kept, ({ index }) => index)),
    counts: Float64Array.from(kept, ({ count }) => count),
    ...(compensation && { compensation: Float64Array.from(kept, ({ lost }) => lost) }),
  };
}

/**
 * A histogram without empty buckets, except runs between full ones that are no longer than `maxEmptyBuckets`; runs of
 * missing buckets that are as short are filled in. With 0, whatever is empty goes.
 */
export function compactHistogram(histogram: FloatHistogram, maxEmptyBuckets = 0): FloatHistogram {
  const positive = compactSide(
    { spans: histogram.positiveSpans, counts: histogram.positiveBuckets },
    maxEmptyBuckets,
  );
  const negative = compactSide(
    { spans: histogram.negativeSpans, counts: histogram.negativeBuckets },
    maxEmptyBuckets,
  );
  if (positive.counts === histogram.positiveBuckets && negative.counts === histogram.negativeBuckets)
    return histogram;
  return {
    ...histogram,
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
  };
}
