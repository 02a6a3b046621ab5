import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggregate,
  boundPattern,
  durationText,
  equals,
  histogram,
  percentText,
  selector,
  series,
} from './promql.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

describe('durationText', () => {
  it.each([
    [0.25, '250ms'],
    [30, '30s'],
    [300, '5m'],
    [5400, '90m'],
    [86_400, '1d'],
    [259_200, '3d'],
    [0.0001, '1ms'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('means what it was given, to the millisecond, in one whole number and one unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 10_000_000, noNaN: true }), (seconds) => {
        const [, count, unit = ''] = /^([1-9]\d*)(ms|[smhd])$/.exec(durationText(seconds)) ?? [];
        expect(Number(count) * (unitMs[unit] ?? Number.NaN)).toBe(Math.max(1, Math.round(seconds * 1000)));
      }),
    );
  });
});

describe('equals', () => {
  it.each([
    ['shop', 'up{job="shop"}'],
    ['~a.b|c', String.raw`up{job=~"~a\\.b\\|c"}`],
    ['=~x', 'up{job="=~x"}'],
    ['"} or vector(1) #', String.raw`up{job="\"} or vector(1) #"}`],
  ])('selects exactly %j', (value, expected) => {
    expect(selector('up', { job: equals(value) })).toBe(expected);
  });
});

describe('percentText', () => {
  it.each([
    [0.05, '5%'],
    [0.001, '0.1%'],
    [1 - 0.999, '0.1%'],
    [0.07, '7%'],
  ])('writes %d as %s', (ratio, text) => {
    expect(percentText(ratio)).toBe(text);
  });
});

describe('boundPattern', () => {
  it.each([
    [1, '1(\\.0)?'],
    [0.25, '0\\.25'],
  ])('matches %d as both majors of Prometheus write it: %s', (seconds, pattern) => {
    expect(boundPattern(seconds)).toBe(pattern);
  });
});

describe('series', () => {
  it('writes matchers with their operators, and quotes what needs it', () => {
    expect(series('circuit_breaker_state', { name: '=a "b"', state: '!~half_.*' })).toBe(
      'circuit_breaker_state{name="a \\"b\\"", state!~"half_.*"}',
    );
    expect(histogram('v8js_gc_duration_seconds', 'sum')).toBe('v8js_gc_duration_seconds_sum');
  });

  it('is summed by labels in the order of the alphabet, each once', () => {
    expect(aggregate('sum', ['team', 'job', 'team'], 'up')).toBe('sum by (job, team) (up)');
  });
});
