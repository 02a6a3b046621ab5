import { describe, expect, it } from 'vitest';
import { changeText, differenceCells, resourceText } from './difference-text.ts';

const numbers = { requests: 100, failed: 0, ratePerSecond: 12, errorRatio: 0, p50Seconds: 0.012 };

describe('differenceCells', () => {
  it('says what both had, and marks what is more than chance', () => {
    const cells = differenceCells({
      kind: 'route',
      name: 'GET /orders',
      labels: {},
      state: 'in both',
      before: numbers,
      after: { ...numbers, errorRatio: 0.25, p50Seconds: 0.5 },
      errors: { isSignificant: true },
      p50: { isSignificant: false },
      isSignificant: true,
    });
    expect(cells.map(({ text, isSignificant }) => `${text}${isSignificant ? ' !' : ''}`)).toEqual([
      '12/s',
      '0 % → 25 % !',
      '12 ms → 500 ms',
      '–',
      '–',
    ]);
  });

  it('has nothing on the side where there was none', () => {
    const [rate] = differenceCells({
      kind: 'route',
      name: 'GET /new',
      labels: {},
      state: 'new',
      after: numbers,
      isSignificant: false,
    });
    expect(rate?.text).toBe('– → 12/s');
  });
});

describe('resourceText', () => {
  it.each([
    [1024, 'bytes', '1 KiB'],
    [0.5, 'cores', '0.5 cores'],
    [0.01, 'seconds', '10 ms'],
    [0.5, 'ratio', '50 %'],
    [undefined, 'bytes', '–'],
  ] as const)('writes %s %s as %s', (value, unit, expected) =>
    expect(resourceText(value, unit)).toBe(expected),
  );
});

describe('changeText', () => {
  it.each([
    [1.25, '+25 %'],
    [0.5, '-50 %'],
    [1, '0 %'],
    [undefined, '–'],
  ])('writes %s as %s', (ratio, expected) => expect(changeText(ratio)).toBe(expected));
});
