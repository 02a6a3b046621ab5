import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customHistogram, exponentialHistogram, literal } from './histogram.fixture.ts';
import {
  allBuckets,
  allBucketsReversed,
  histogramAverage,
  histogramFraction,
  histogramQuantile,
  histogramStandardDeviation,
  histogramVariance,
} from './index.ts';

describe('histogramQuantile', () => {
  it.each([
    [-0.1, -Infinity],
    [1.1, Infinity],
    [NaN, NaN],
  ])('of φ %d is %d', (quantile, expected) => {
    expect(histogramQuantile(quantile, literal('{{count:1 sum:1 buckets:[1]}}'))).toEqual({
      value: expected,
    });
  });

  it('is NaN without observations', () => {
    expect(histogramQuantile(0.5, literal('{{}}'))).toEqual({ value: NaN });
  });

  it('is on a logarithmic scale within exponential buckets', () => {
    // All in (1,2]: the middle is √2.
    const histogram = literal('{{schema:0 count:4 sum:6 offset:1 buckets:[4]}}');
    expect(histogramQuantile(0.5, histogram).value).toBeCloseTo(Math.SQRT2, 14);
  });

  it('mirrors negative buckets', () => {
    const histogram = literal('{{schema:0 count:4 sum:-6 n_offset:1 n_buckets:[4]}}');
    expect(histogramQuantile(0.5, histogram).value).toBeCloseTo(-Math.SQRT2, 14);
  });

  it('is linear from 0 in a zero bucket with nothing below it', () => {
    const histogram = literal('{{count:4 sum:1 z_bucket:2 z_bucket_w:0.5 buckets:[2]}}');
    expect(histogramQuantile(0.25, histogram).value).toBe(0.25);
  });

  it('is linear with custom bounds, from 0 on, and the last bound beyond it', () => {
    const histogram = literal('{{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[2 1 1]}}');
    expect(histogramQuantile(0.25, histogram).value).toBe(1);
    expect(histogramQuantile(0.625, histogram).value).toBe(3);
    expect(histogramQuantile(0.99, histogram).value).toBe(4);
  });

  it('tells when observations of NaN are what is asked for, and when they move the result', () => {
    const histogram = literal('{{schema:0 count:4 sum:NaN offset:1 buckets:[2]}}');
    expect(histogramQuantile(0.9, histogram)).toEqual({ value: NaN, nan: 'result' });
    expect(histogramQuantile(0.25, histogram)).toMatchObject({ nan: 'skew' });
  });

  it('does not fall as φ grows, and stays within the buckets', () => {
    const histograms = fc.oneof(exponentialHistogram, customHistogram).filter(({ count }) => count > 0);
    fc.assert(
      fc.property(histograms, fc.double({ min: 0, max: 1, noNaN: true }), (histogram, quantile) => {
        const full = allBuckets(histogram).filter(({ count }) => count > 0);
        const { value } = histogramQuantile(quantile, histogram);
        // Logarithms round.
        const slack = Math.abs(value) * 1e-12;
        const [first, last] = [full[0]!, full.at(-1)!];
        // An open bucket begins at 0 or stands for its end.
        const lowest = first.lower === -Infinity ? Math.min(first.upper, 0) : first.lower;
        expect(value).toBeGreaterThanOrEqual(lowest - slack);
        expect(value).toBeLessThanOrEqual(last.upper + slack);
        const above = histogramQuantile(Math.min(1, quantile + 0.1), histogram).value;
        expect(above).toBeGreaterThanOrEqual(value - 1e-9 * Math.abs(value));
      }),
    );
  });
});

describe('histogramFraction', () => {
  it.each([
    [0, 2, 0.5],
    [-Infinity, Infinity, 1],
    [3, 3, 0],
    [2, 4, 0.25],
    [NaN, 1, NaN],
    [1, NaN, NaN],
  ])('between %d and %d is %d', (lower, upper, expected) => {
    const histogram = literal('{{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[2 1 1]}}');
    expect(histogramFraction(lower, upper, histogram)).toEqual({ value: expected, hasNaN: false });
  });

  it('counts observations of NaN among all, and tells of them', () => {
    const histogram = literal('{{schema:0 count:4 sum:NaN offset:1 buckets:[2]}}');
    expect(histogramFraction(-Infinity, Infinity, histogram)).toEqual({ value: 0.5, hasNaN: true });
  });

  it('takes back a quantile', () => {
    const histograms = exponentialHistogram.filter(({ count }) => count > 0);
    fc.assert(
      fc.property(histograms, fc.double({ min: 0, max: 1, noNaN: true }), (histogram, quantile) => {
        const { value } = histogramQuantile(quantile, histogram);
        const fraction = histogramFraction(-Infinity, value, histogram).value;
        // A quantile at the edge of a bucket is also one of every rank of the empty space beyond.
        const next = histogramQuantile(Math.min(1, fraction), histogram).value;
        expect(Math.abs(next - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      }),
    );
  });
});

describe('histogramAverage, histogramVariance and histogramStandardDeviation', () => {
  it('take each bucket at its geometric mean', () => {
    const histogram = literal('{{schema:0 count:4 sum:8 offset:1 buckets:[2 2]}}');
    const variance = (2 * (Math.SQRT2 - 2) ** 2 + 2 * (Math.sqrt(8) - 2) ** 2) / 4;
    expect(histogramAverage(histogram)).toBe(2);
    expect(histogramVariance(histogram)).toBeCloseTo(variance, 12);
    expect(histogramStandardDeviation(histogram)).toBeCloseTo(Math.sqrt(variance), 12);
  });

  it('take custom bounds at their arithmetic mean, and the zero bucket at 0', () => {
    const custom = literal('{{schema:-53 count:2 sum:6 custom_values:[2 4] buckets:[0 2]}}');
    expect(histogramVariance(custom)).toBe(0);
    expect(histogramVariance(literal('{{count:2 sum:2 z_bucket:2 z_bucket_w:0.1}}'))).toBe(1);
  });
});

describe('allBuckets', () => {
  it('goes from the lowest to the highest, cut where the zero bucket begins', () => {
    const histogram = literal(
      '{{schema:0 count:10 sum:1 z_bucket:1 z_bucket_w:0.75 buckets:[2 3] n_buckets:[4]}}',
    );
    expect(allBuckets(histogram)).toEqual([
      { lower: -1, upper: -0.75, lowerInclusive: true, upperInclusive: false, count: 4 },
      { lower: -0.75, upper: 0.75, lowerInclusive: true, upperInclusive: true, count: 1 },
      { lower: 0.75, upper: 1, lowerInclusive: false, upperInclusive: true, count: 2 },
      { lower: 1, upper: 2, lowerInclusive: false, upperInclusive: true, count: 3 },
    ]);
    expect(allBucketsReversed(histogram)).toEqual(allBuckets(histogram).toReversed());
  });
});
