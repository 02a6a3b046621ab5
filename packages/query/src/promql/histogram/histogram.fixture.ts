import fc from 'fast-check';
import { spansOf } from './bucket-layout.ts';
import { type FloatHistogram, allBuckets, createHistogram, parseHistogramLiteral } from './index.ts';

/** A histogram of its text form. */
export function literal(text: string): FloatHistogram {
  const read = parseHistogramLiteral(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.histogram;
}

function total(counts: Iterable<number>): number {
  return Array.from(counts).reduce((sum, count) => sum + count, 0);
}

const side = fc.dictionary(fc.integer({ min: -12, max: 12 }).map(String), fc.integer({ min: 0, max: 50 }), {
  maxKeys: 8,
});

function sideOf(buckets: Readonly<Record<string, number>>): {
  readonly spans: ReturnType<typeof spansOf>;
  readonly counts: readonly number[];
} {
  const entries = Object.entries(buckets)
    .map(([index, count]) => [Number(index), count] as const)
    .toSorted(([left], [right]) => left - right);
  return {
    spans: spansOf(Int32Array.from(entries, ([index]) => index)),
    counts: entries.map(([, count]) => count),
  };
}

/** Exponential histograms with whole counts, some with a zero bucket. */
export const exponentialHistogram: fc.Arbitrary<FloatHistogram> = fc
  .record({
    schema: fc.integer({ min: -2, max: 3 }),
    zero: fc.constantFrom(0, 0, 2 ** -20, 0.001, 0.25, 0.3, 1),
    zeroCount: fc.integer({ min: 0, max: 20 }),
    positive: side,
    negative: side,
    sum: fc.integer({ min: -1000, max: 1000 }),
  })
  .map(({ schema, zero, zeroCount, positive, negative, sum }) => {
    const [above, below] = [sideOf(positive), sideOf(negative)];
    const inZero = zero === 0 ? 0 : zeroCount;
    return createHistogram({
      schema,
      sum,
      zeroThreshold: zero,
      zeroCount: inZero,
      count: inZero + total(above.counts) + total(below.counts),
      positiveSpans: above.spans,
      positiveBuckets: above.counts,
      negativeSpans: below.spans,
      negativeBuckets: below.counts,
    });
  })
  // Buckets within the zero bucket are no valid data: whoever writes them counts them there.
  .filter(({ zeroThreshold, ...histogram }) =>
    allBuckets({ ...histogram, zeroThreshold }).every(
      ({ lower, upper, count }) => count === 0 || Math.max(Math.abs(lower), Math.abs(upper)) >= zeroThreshold,
    ),
  )
  .filter((histogram) => {
    const { zeroThreshold } = histogram;
    return allBuckets({ ...histogram, zeroCount: 0, zeroThreshold: 0 }).every(
      ({ lower, upper }) => Math.min(Math.abs(lower), Math.abs(upper)) >= zeroThreshold,
    );
  });

/** Histograms with custom bounds. */
export const customHistogram: fc.Arbitrary<FloatHistogram> = fc
  .uniqueArray(fc.constantFrom(-5, -1, 0, 0.5, 1, 2, 5, 10), { minLength: 1 })
  .map((bounds) => bounds.toSorted((left, right) => left - right))
  .chain((bounds) =>
    fc
      .array(fc.integer({ min: 0, max: 50 }), {
        minLength: bounds.length + 1,
        maxLength: bounds.length + 1,
      })
      .map((counts) =>
        createHistogram({
          schema: -53,
          customValues: bounds,
          positiveSpans: [{ offset: 0, length: counts.length }],
          positiveBuckets: counts,
          count: total(counts),
          sum: total(counts),
        }),
      ),
  );

/** How many observations are in buckets of each pair of bounds, empty ones left out. */
export function countsByBounds(histogram: FloatHistogram): ReadonlyMap<string, number> {
  return new Map(
    allBuckets(histogram)
      .filter(({ count }) => count !== 0)
      .map(({ lower, upper, count }) => [`${lower} ${upper}`, count]),
  );
}

export function countInBuckets(histogram: FloatHistogram): number {
  return total(allBuckets(histogram).map(({ count }) => count));
}
