import { describe, expect, it } from 'vitest';
import { failedText, p95Text } from './graph-text.ts';

describe('p95Text', () => {
  it.each([
    [0.095, '≤ 100 ms'],
    [0.25, '250 ms'],
    [Number.NaN, '–'],
  ])('of %d s is %s', (seconds, expected) => expect(p95Text(seconds)).toBe(expected));
});

describe('failedText', () => {
  it.each([
    [0.0008, '< 0.1 % failed'],
    [0.1234, '12 % failed'],
    [1, '100 % failed'],
  ])('of %d is %s', (ratio, expected) => expect(failedText(ratio)).toBe(expected));
});
