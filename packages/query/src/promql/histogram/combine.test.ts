import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countInBuckets,
  countsByBounds,
  customHistogram,
  exponentialHistogram,
  literal,
} from './histogram.fixture.ts';
import {
  type FloatHistogram,
  addCompensated,
  addHistograms,
  compactHistogram,
  equalHistograms,
  formatHistogramLiteral,
  reduceResolution,
  subtractHistograms,
  validateHistogram,
} from './index.ts';

function add(left: FloatHistogram, right: FloatHistogram): FloatHistogram {
  return addHistograms(left, right)!.histogram;
}

describe('addHistograms', () => {
  it('adds buckets where both have them, and inserts those of the other', () => {
    const left = literal('{{schema:0 count:6 sum:10 offset:1 buckets:[1 2 3]}}');
    const right = literal('{{schema:0 count:9 sum:20 offset:-1 buckets:[2 0 3 4]}}');
    expect(formatHistogramLiteral(add(left, right))).toBe(
      '{{count:15 sum:30 offset:-1 buckets:[2 0 4 6 3]}}',
    );
  });

  it('goes down to the coarser schema', () => {
    const fine = literal('{{schema:1 count:10 sum:5 offset:0 buckets:[1 2 3 4]}}');
    const coarse = literal('{{schema:0 count:3 sum:1 offset:0 buckets:[1 1 1]}}');
    expect(formatHistogramLiteral(add(fine, coarse))).toBe('{{count:13 sum:6 buckets:[2 6 5]}}');
    expect(formatHistogramLiteral(add(coarse, fine))).toBe('{{count:13 sum:6 buckets:[2 6 5]}}');
  });

  it('widens the zero bucket over a full bucket that lies across it', () => {
    const wide = literal('{{schema:0 count:2 sum:1 z_bucket:2 z_bucket_w:0.3}}');
    const narrow = literal(
      '{{schema:0 count:9 sum:5 z_bucket:1 z_bucket_w:0.1 offset:-2 buckets:[3 2 1] n_offset:-3 n_buckets:[2]}}',
    );
    const sum = add(wide, narrow);
    // (0.25,0.5] lies across 0.3, so the zero bucket ends at 0.5.
    expect(sum.zeroThreshold).toBe(0.5);
    expect(sum.zeroCount).toBe(2 + 1 + 3 + 2 + 2);
    expect(formatHistogramLiteral(sum)).toBe('{{count:11 sum:6 z_bucket:10 z_bucket_w:0.5 buckets:[1]}}');
  });

  it('keeps the bounds that two custom histograms share, and says so', () => {
    const left = literal('{{schema:-53 count:10 sum:10 custom_values:[1 2 5] buckets:[1 2 3 4]}}');
    const right = literal('{{schema:-53 count:6 sum:3 custom_values:[1 5] buckets:[1 2 3]}}');
    const result = addHistograms(left, right)!;
    expect(result.boundsReconciled).toBe(true);
    expect(formatHistogramLiteral(result.histogram)).toBe(
      '{{schema:-53 count:16 sum:13 custom_values:[1 5] buckets:[2 7 7]}}',
    );
  });

  it('is undefined for custom and exponential bounds together', () => {
    expect(
      addHistograms(literal('{{schema:-53 custom_values:[1]}}'), literal('{{schema:0}}')),
    ).toBeUndefined();
  });

  it.each([
    ['gauge', 'reset', 'gauge', false],
    ['unknown', 'gauge', 'gauge', false],
    ['unknown', 'reset', 'unknown', false],
    ['reset', 'not-reset', 'unknown', true],
    ['reset', 'reset', 'reset', false],
  ] as const)('makes of %s and %s %s', (left, right, counterReset, counterResetCollision) => {
    const empty = literal('{{}}');
    const result = addHistograms({ ...empty, counterReset: left }, { ...empty, counterReset: right })!;
    expect(result).toMatchObject({ histogram: { counterReset }, counterResetCollision });
  });

  it('loses no observation, is the same both ways, and is valid', () => {
    fc.assert(
      fc.property(exponentialHistogram, exponentialHistogram, (left, right) => {
        // See reconcileZeroBuckets for what is else.
        fc.pre(left.schema === right.schema || left.zeroThreshold === right.zeroThreshold);
        const sum = add(left, right);
        expect(validateHistogram(sum)).toEqual([]);
        expect(countInBuckets(sum)).toBe(countInBuckets(left) + countInBuckets(right));
        expect(countsByBounds(add(right, left))).toEqual(countsByBounds(sum));
      }),
    );
  });

  it('loses no observation with custom bounds', () => {
    fc.assert(
      fc.property(customHistogram, customHistogram, (left, right) => {
        const sum = add(left, right);
        expect(validateHistogram(sum)).toEqual([]);
        expect(countInBuckets(sum)).toBe(countInBuckets(left) + countInBuckets(right));
      }),
    );
  });
});

describe('subtractHistograms', () => {
  it('takes back what was added', () => {
    fc.assert(
      fc.property(exponentialHistogram, exponentialHistogram, (left, right) => {
        const sum = add(left, right);
        const back = compactHistogram(subtractHistograms(sum, right)!.histogram);
        // In the schema and with the zero bucket of the sum.
        const same = compactHistogram(subtractHistograms(add(left, right), right)!.histogram);
        expect(equalHistograms(back, same)).toBe(true);
        expect(countInBuckets(back)).toBe(countInBuckets(left));
        expect(back.count).toBe(left.count);
      }),
    );
  });
});

describe('addCompensated', () => {
  it('keeps what a plain sum loses', () => {
    const large = literal('{{schema:0 count:1e16 sum:1e100 buckets:[1e16]}}');
    const one = literal('{{schema:0 count:1 sum:1 buckets:[1]}}');
    let sum = addCompensated(large, undefined, one)!;
    sum = addCompensated(sum.histogram, sum.compensation, one)!;
    const less = literal('{{schema:0 count:-1e16 sum:-1e100 buckets:[-1e16]}}');
    sum = addCompensated(sum.histogram, sum.compensation, less)!;
    const whole = addHistograms(sum.histogram, sum.compensation)!.histogram;
    expect(formatHistogramLiteral(whole)).toBe('{{count:2 sum:2 buckets:[2]}}');
  });

  it('widens a zero bucket no further than an empty bucket lies across its end', () => {
    const wide = literal('{{schema:0 count:1 z_bucket:1 z_bucket_w:1.5}}');
    const narrow = literal('{{schema:0 count:4 buckets:[1 0 3]}}');
    expect(formatHistogramLiteral(add(wide, narrow))).toContain('z_bucket:2 z_bucket_w:1.5');
    const full = literal('{{schema:0 count:6 buckets:[1 2 3]}}');
    expect(formatHistogramLiteral(add(wide, full))).toContain('z_bucket:4 z_bucket_w:2');
  });

  it('loses nothing of a zero bucket that is widened before it is added', () => {
    const wide = literal('{{schema:0 count:1 z_bucket:1 z_bucket_w:1}}');
    const narrow = literal('{{schema:0 count:1 z_bucket:1e16 z_bucket_w:0.25 offset:-1 buckets:[1]}}');
    const { histogram, compensation } = addCompensated(wide, undefined, narrow)!;
    expect([histogram.zeroCount, compensation.zeroCount]).toEqual([1e16, 2]);
  });

  it('gives what a plain sum of whole numbers gives', () => {
    fc.assert(
      fc.property(fc.array(exponentialHistogram, { minLength: 2, maxLength: 5 }), ([first, ...rest]) => {
        let plain = first!;
        let kept: { histogram: FloatHistogram; compensation: FloatHistogram | undefined } = {
          histogram: first!,
          compensation: undefined,
        };
        for (const each of rest) {
          plain = add(plain, each);
          kept = addCompensated(kept.histogram, kept.compensation, each)!;
        }
        const whole = add(kept.histogram, kept.compensation!);
        expect(countsByBounds(whole)).toEqual(countsByBounds(plain));
        expect(whole.sum).toBe(plain.sum);
      }),
    );
  });
});

describe('equalHistograms', () => {
  const whole = literal('{{schema:0 count:3 sum:3 buckets:[1 1 1]}}');
  const span = (offset: number, length: number) => ({ offset, length });

  it.each([
    ['cut between neighbours', [span(0, 1), span(0, 2)], true],
    ['with an empty span', [span(0, 3), span(2, 0)], true],
    ['with a gap', [span(0, 1), span(1, 2)], false],
    ['of another size', [span(0, 2)], false],
  ])('compares buckets and not spans: %s', (_, positiveSpans, expected) => {
    expect(equalHistograms(whole, { ...whole, positiveSpans })).toBe(expected);
  });
});

describe('reduceResolution', () => {
  it('joins neighbours and loses nothing', () => {
    fc.assert(
      fc.property(exponentialHistogram, fc.integer({ min: 0, max: 3 }), (histogram, by) => {
        const reduced = reduceResolution(histogram, Math.max(histogram.schema - by, -4));
        expect(countInBuckets(reduced)).toBe(countInBuckets(histogram));
        expect(validateHistogram(reduced)).toEqual([]);
      }),
    );
  });
});

describe('compactHistogram', () => {
  it('takes out empty buckets and cuts spans there', () => {
    const { positiveSpans, positiveBuckets } = compactHistogram(
      literal('{{schema:0 offset:-2 buckets:[0 1 0 0 2 0]}}'),
    );
    expect(positiveSpans).toEqual([
      { offset: -1, length: 1 },
      { offset: 2, length: 1 },
    ]);
    expect(positiveBuckets).toEqual(Float64Array.of(1, 2));
  });

  it('leaves and fills gaps that are short enough', () => {
    const { positiveSpans, positiveBuckets } = compactHistogram(
      literal('{{schema:0 buckets:[0 1 0 0 2 0 0 0 3]}}'),
      2,
    );
    expect(positiveSpans).toEqual([
      { offset: 1, length: 4 },
      { offset: 3, length: 1 },
    ]);
    expect(positiveBuckets).toEqual(Float64Array.of(1, 0, 0, 2, 3));
  });

  it('changes no count, and nothing the second time', () => {
    fc.assert(
      fc.property(exponentialHistogram, fc.constantFrom(0, 1, 3), (histogram, empty) => {
        const compact = compactHistogram(histogram, empty);
        expect(countsByBounds(compact)).toEqual(countsByBounds(histogram));
        expect(equalHistograms(compactHistogram(compact, empty), compact)).toBe(true);
      }),
    );
  });
});
