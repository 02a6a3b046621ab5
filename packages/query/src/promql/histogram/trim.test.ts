import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countInBuckets, exponentialHistogram, literal } from './histogram.fixture.ts';
import { formatHistogramLiteral, trimHistogram } from './index.ts';

describe('trimHistogram', () => {
  it('keeps whole buckets below the limit and estimates the sum anew', () => {
    const histogram = literal('{{schema:0 count:10 sum:33 offset:1 buckets:[2 3 5]}}');
    const below = trimHistogram(histogram, 4, 'below');
    expect(below.count).toBe(5);
    expect(below.sum).toBeCloseTo(2 * Math.SQRT2 + 3 * Math.sqrt(8), 12);
    expect(trimHistogram(histogram, 4, 'above').count).toBe(5);
  });

  it('cuts a bucket with custom bounds in proportion', () => {
    const histogram = literal('{{schema:-53 count:10 sum:50 custom_values:[5 10] buckets:[4 6]}}');
    expect(formatHistogramLiteral(trimHistogram(histogram, 7.5, 'below'))).toBe(
      '{{schema:-53 count:7 sum:28.75 custom_values:[5 10] buckets:[4 3]}}',
    );
  });

  it('cuts an exponential bucket on a logarithmic scale', () => {
    const histogram = literal('{{schema:0 count:4 sum:6 offset:1 buckets:[4]}}');
    expect(trimHistogram(histogram, Math.SQRT2, 'below').count).toBeCloseTo(2, 12);
  });

  it('is the same histogram when nothing goes', () => {
    const histogram = literal('{{schema:0 count:4 sum:6 offset:1 buckets:[4]}}');
    expect(trimHistogram(histogram, 100, 'below')).toBe(histogram);
    expect(trimHistogram(histogram, 0.5, 'above')).toBe(histogram);
  });

  it('gives both ways together what was there', () => {
    fc.assert(
      fc.property(exponentialHistogram, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, limit) => {
        const below = countInBuckets(trimHistogram(histogram, limit, 'below'));
        const above = countInBuckets(trimHistogram(histogram, limit, 'above'));
        expect(below + above).toBeCloseTo(countInBuckets(histogram), 8);
      }),
    );
  });
});
