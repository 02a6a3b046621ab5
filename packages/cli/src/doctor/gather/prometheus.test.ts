import { describe, expect, it } from 'vitest';
import { promDurationMs, selectorOf } from './prometheus.ts';

describe('promDurationMs', () => {
  it.each([
    ['15s', 15_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['15d', 1_296_000_000],
    ['1h', 3_600_000],
    ['', undefined],
    ['15', undefined],
    ['x15s', undefined],
  ])('reads %j as %j', (text, ms) => {
    expect(promDurationMs(text)).toBe(ms);
  });
});

describe('selectorOf', () => {
  it('takes what tells targets apart, quoted', () => {
    expect(selectorOf({ job: 'a"b', instance: 'x:1', team: 'web' })).toBe(
      String.raw`{job="a\"b",instance="x:1"}`,
    );
  });
});
