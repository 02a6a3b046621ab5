import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customHistogram, exponentialHistogram, literal } from './histogram.fixture.ts';
import { type FloatHistogram, addHistograms, detectReset, reduceResolution } from './index.ts';

describe('detectReset', () => {
  it.each([
    ['a lower count', '{{count:1 buckets:[1]}}', '{{count:2 buckets:[2]}}', true],
    ['the same', '{{count:2 buckets:[2]}}', '{{count:2 buckets:[2]}}', false],
    ['a lower bucket', '{{count:3 buckets:[1 2]}}', '{{count:3 buckets:[2 1]}}', true],
    ['a full bucket that has gone', '{{count:3 offset:1 buckets:[3]}}', '{{count:1 buckets:[1]}}', true],
    ['an empty bucket that has gone', '{{count:3 offset:1 buckets:[3]}}', '{{count:1 buckets:[0 1]}}', false],
    ['a finer schema', '{{schema:1 count:3 buckets:[3]}}', '{{schema:0 count:1 buckets:[1]}}', true],
    ['a coarser schema', '{{schema:0 count:3 buckets:[3]}}', '{{schema:1 count:1 buckets:[1]}}', false],
    [
      'a wider zero bucket with what was in it',
      '{{count:3 z_bucket:3 z_bucket_w:0.5}}',
      '{{count:2 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[1]}}',
      false,
    ],
    [
      'a narrower zero bucket',
      '{{count:3 z_bucket:3 z_bucket_w:0.25}}',
      '{{count:2 z_bucket:1 z_bucket_w:0.5}}',
      true,
    ],
    [
      'other bounds',
      '{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}',
      '{{schema:-53 count:2 custom_values:[2] buckets:[2]}}',
      false,
    ],
    [
      'custom bounds after exponential ones',
      '{{schema:-53 count:3 custom_values:[1] buckets:[3]}}',
      '{{count:1 buckets:[1]}}',
      true,
    ],
    [
      'what the histogram says',
      '{{count:9 counter_reset_hint:reset buckets:[9]}}',
      '{{count:1 buckets:[1]}}',
      true,
    ],
    [
      'what the histogram says not to be',
      '{{count:1 counter_reset_hint:not_reset buckets:[1]}}',
      '{{count:2 buckets:[2]}}',
      false,
    ],
  ])('after %s', (_, now, before, expected) => {
    expect(detectReset(literal(now), literal(before))).toBe(expected);
  });

  it('finds none when a counter only grows, whatever schema comes after', () => {
    const grown = (left: FloatHistogram, right: FloatHistogram): FloatHistogram =>
      addHistograms(left, right)!.histogram;
    fc.assert(
      fc.property(exponentialHistogram, exponentialHistogram, (before, more) => {
        // One that grows beyond a full bucket of a finer schema counts as reset, here as in Prometheus.
        fc.pre(before.zeroThreshold === more.zeroThreshold);
        const now = grown(before, more);
        expect(detectReset(now, before)).toBe(false);
        expect(detectReset(reduceResolution(now, -4), now)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(customHistogram, customHistogram, (before, more) => {
        expect(detectReset(grown(before, more), before)).toBe(false);
      }),
    );
  });
});
