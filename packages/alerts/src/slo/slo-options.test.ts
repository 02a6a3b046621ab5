import { requestBoundaries } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { sloSchema } from './slo-options.ts';

const plain = { objective: 0.999, sli: { kind: 'availability' } };

function areTaken(key: string, values: readonly unknown[]): readonly boolean[] {
  return values.map((value) => sloSchema.safeParse({ ...plain, service: 'shop', [key]: value }).success);
}

describe('sloSchema', () => {
  it('has a default for what need not be said', () => {
    expect(sloSchema.parse(plain)).toEqual({ ...plain, window: '30d', minErrors: 2 });
  });

  it.each([
    ['a', true],
    ['shop-2', true],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    ['', false],
    ['2shop', false],
    ['-shop', false],
    ['Shop', false],
    ['shop_a', false],
    ['shop!', false],
  ])('takes %j for a name: %s', (name, taken) => {
    expect(areTaken('name', [name])).toEqual([taken]);
  });

  it.each([
    ['service', 1, 256],
    ['route', 1, 1024],
    ['probe', 1, 10_000],
  ])('takes for %s a text of %i to %i characters', (key, shortest, longest) => {
    const texts = [shortest - 1, shortest, longest, longest + 1].map((length) => 'x'.repeat(length));
    expect(areTaken(key, texts)).toEqual([false, true, true, false]);
  });

  it.each(['errors', 'total'])('takes for %s of events PromQL of at most 10,000 characters', (key) => {
    const other = key === 'errors' ? 'total' : 'errors';
    const sli = (text: string) => ({ kind: 'events', [key]: text, [other]: 'a[{{window}}]' });
    const padded = (length: number): string => '{{window}}'.padEnd(length, 'x');
    expect(areTaken('sli', [sli(padded(10_000)), sli(padded(10_001)), sli('a[5m]')])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('takes a share of more than none and less than all for an objective', () => {
    expect(areTaken('objective', [0, 0.0001, 0.9999, 1, 99.9])).toEqual([false, true, true, false, false]);
  });

  it('takes 1 to 1,000,000 for the least errors, and whole ones', () => {
    expect(areTaken('minErrors', [0, 1, 1_000_000, 1_000_001, 1.5])).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it('takes windows from the day after the longest of an alert to 90 days', () => {
    const windows = ['3d', '4d', '90d', '91d', '100d', '30', '30h', 'x30d', '30dx', '', '4w'];
    expect(areTaken('window', windows)).toEqual(windows.map((each) => each === '4d' || each === '90d'));
  });

  it('takes the bounds of the buckets for a threshold, and nothing between', () => {
    const sli = (thresholdSeconds: number) => ({ kind: 'latency', thresholdSeconds });
    expect(areTaken('sli', requestBoundaries.map(sli))).toEqual(requestBoundaries.map(() => true));
    expect(areTaken('sli', [0, 0.3, 1000].map(sli))).toEqual([false, false, false]);
  });

  it('takes a probe only of a service that is named', () => {
    const probe = 'probe_success';
    expect(sloSchema.safeParse({ ...plain, probe }).success).toBe(false);
    expect(sloSchema.safeParse({ ...plain, probe, service: 'shop' }).success).toBe(true);
  });
});
