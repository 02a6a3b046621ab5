import type { BucketSpan, FloatHistogram } from '@sightline/query/promql';
import type { ExponentialBuckets, ExponentialPoint } from '../../wire/otlp-messages.ts';

/** Bounds of Prometheus's exponential schemas. */
const MAX_SCHEMA = 8;
export const MIN_SCHEMA = -4;
/** What Prometheus takes where the point says none. */
const ZERO_THRESHOLD = 1e-128;
const NO_RECORDED_VALUE = 1;

/**
 * An exponential histogram as a native one. A finer scale than Prometheus has is made coarser by joining buckets.
 *
 * Bucket `i` of OTLP holds (base^i, base^(i+1)], of Prometheus (base^(i-1), base^i]: the index moves by one.
 *
 * @param point one that `isTooCoarse` does not tell of
 * @returns undefined, the stale marker, where the point says that there is no value
 */
export function nativeHistogram(point: ExponentialPoint): FloatHistogram | undefined {
  if (hasNoValue(point)) return undefined;
  const scale = point.scale ?? 0;
  const by = Math.max(0, scale - MAX_SCHEMA);
  const positive = buckets(point.positive, by);
  const negative = buckets(point.negative, by);
  return {
    schema: scale - by,
    count: Number(point.count ?? 0n),
    sum: point.sum ?? 0,
    zeroThreshold:
      point.zeroThreshold === undefined || point.zeroThreshold === 0 ? ZERO_THRESHOLD : point.zeroThreshold,
    zeroCount: Number(point.zeroCount ?? 0n),
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
    customValues: new Float64Array(0),
    counterReset: 'unknown',
  };
}

/** Whether the scale is coarser than any schema. */
export function isTooCoarse(point: ExponentialPoint): boolean {
  return !hasNoValue(point) && (point.scale ?? 0) < MIN_SCHEMA;
}

function hasNoValue({ flags = 0 }: ExponentialPoint): boolean {
  return (flags & NO_RECORDED_VALUE) !== 0;
}

function buckets(
  given: ExponentialBuckets | undefined,
  distance: number,
): { readonly spans: readonly BucketSpan[]; readonly counts: Float64Array } {
  const counts = given?.bucketCounts ?? [];
  if (counts.length === 0) return { spans: [], counts: new Float64Array(0) };
  const offset = given?.offset ?? 0;
  // No shift: the last of the buckets may be beyond 32 bits.
  const joined = 2 ** Math.min(1000, distance);
  const first = Math.floor(offset / joined);
  const merged = new Float64Array(Math.floor((offset + counts.length - 1) / joined) - first + 1);
  counts.forEach((count, at) => {
    const index = Math.floor((offset + at) / joined) - first;
    merged[index] = (merged[index] ?? 0) + Number(count);
  });
  return { spans: [{ offset: first + 1, length: merged.length }], counts: merged };
}
