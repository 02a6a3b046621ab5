import { describe, expect, it } from 'vitest';
import { burnWindows, rounded } from './burn-windows.ts';
import { defineSlo } from './define-slo.ts';
import { evidenceWindows } from './evidence.ts';
import { sloCost } from './slo-cost.ts';
import { windowName } from './recorded.ts';
import { windowsOf } from './slo-windows.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('burnWindows', () => {
  it('are those of the workbook, with one between, and end a twelfth of their time after the errors', () => {
    expect(
      burnWindows.map(({ budgetRatio, longSeconds, severity }) => [budgetRatio, longSeconds, severity]),
    ).toEqual([
      [0.02, HOUR, 'critical'],
      [0.05, 6 * HOUR, 'critical'],
      [0.1, DAY, 'warning'],
      [0.1, 3 * DAY, 'warning'],
    ]);
    for (const { longSeconds, shortSeconds } of burnWindows) expect(longSeconds / shortSeconds).toBe(12);
  });
});

describe('rounded', () => {
  it.each([
    [1 - 0.999, 0.001],
    [14.399999999999999, 14.4],
    [0.2333333333333, 0.2333333333],
  ])('makes %d of it: %d', (value, expected) => expect(rounded(value)).toBe(expected));
});

describe('windowName', () => {
  it.each([
    [5 * MINUTE, '5m'],
    [90 * MINUTE, '90m'],
    [HOUR, '1h'],
    [36 * HOUR, '36h'],
    [DAY, '1d'],
    [3 * DAY, '3d'],
  ])('is of %d s %s', (seconds, name) => expect(windowName(seconds)).toBe(name));
});

describe('windowsOf', () => {
  it('has each window of an SLO once, with those that it is made of, the shortest first', () => {
    const slo = defineSlo({ objective: 0.999, sli: { kind: 'availability' } });
    expect(windowsOf(slo)).toEqual([5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY]);
  });

  it('has what a window is made of, also where no alert asks for it', () => {
    const slo = defineSlo({ objective: 0.999, sli: { kind: 'availability' } });
    const last = slo.windows.slice(-1);
    expect(windowsOf({ ...slo, windows: last })).toEqual([HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY]);
  });
});

describe('evidenceWindows', () => {
  const slo = defineSlo({ objective: 0.999, sli: { kind: 'availability' } });

  it.each([
    { longSeconds: HOUR, windows: [5 * MINUTE, 30 * MINUTE, HOUR] },
    { longSeconds: 6 * HOUR, windows: [5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR] },
    { longSeconds: 6 * HOUR - 1, windows: [5 * MINUTE, 30 * MINUTE, HOUR] },
  ])('of a page over $longSeconds s are those of pages up to it', ({ longSeconds, windows }) => {
    expect(evidenceWindows(slo, longSeconds)).toEqual(windows);
  });
});

describe('sloCost', () => {
  it('adds up what is read and recorded, for ten services of 100 series', () => {
    const slo = defineSlo({ objective: 0.999, sli: { kind: 'availability' } });
    const { ours, direct } = sloCost(slo, {
      services: 10,
      seriesPerService: 100,
      scrapeIntervalSeconds: 15,
      evaluationIntervalSeconds: 30,
    });
    // Each evaluation: two rates of 300, 1800 and 3600 s with the sample at both ends of each, 16 samples of 7 windows, 840 of what pages look back to; each
    // step of 300 s: the two series of the budget over 30 days, and one rate.
    const evaluationSamples = 2 * 100 * ((300 + 1800 + 3600) / 15 + 3 * 2) + 7 * 16 + 3600 / 30 + 21_600 / 30;
    const stepSamples = 2 * 8640 + 100 * (300 / 15 + 2);
    expect(ours).toEqual({
      recordedSeries: 321,
      samplesReadPerSecond: Math.round(10 * (evaluationSamples / 30 + stepSamples / 300)),
    });
    expect(direct).toEqual({ recordedSeries: 80, samplesReadPerSecond: 1_689_333 });
  });
});
