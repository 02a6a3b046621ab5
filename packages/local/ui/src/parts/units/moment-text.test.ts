import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatUnit } from './format-unit.ts';
import { isoMomentUnlessToday, momentFromNow, patternMoment, usMoment } from './moment-text.ts';

/** In the time zone of whoever looks. */
const at = (hours: number, minutes = 4): number => new Date(2026, 10, 6, hours, minutes, 7, 89).getTime();

const ordinalOf = (day: number): string => patternMoment(new Date(2026, 0, day).getTime(), 'Do');

beforeEach(() => void vi.useFakeTimers({ now: at(12) }));
afterEach(() => void vi.useRealTimers());

describe('usMoment', () => {
  it.each([
    [at(0), '11/06/2026 12:04:07 am'],
    [at(9), '11/06/2026 9:04:07 am'],
    [at(15), '11/06/2026 3:04:07 pm'],
    [Number.NaN, 'Invalid date'],
  ])('of %d is %s', (ms, expected) => expect(usMoment(ms)).toBe(expected));
});

describe('isoMomentUnlessToday', () => {
  it('leaves out the day where it is today', () => {
    expect(isoMomentUnlessToday(at(9))).toBe('09:04:07');
    expect(isoMomentUnlessToday(at(9) - 86_400_000)).toBe('2026-11-05 09:04:07');
    expect(isoMomentUnlessToday(Number.NaN)).toBe('Invalid date');
  });
});

describe('momentFromNow', () => {
  it.each([
    [at(12, 3), '1 min ago'],
    [at(12, 9), 'in 5 min'],
    [Infinity, 'Invalid date'],
  ])('of %d is %s', (ms, expected) => expect(momentFromNow(ms)).toBe(expected));
});

describe('patternMoment', () => {
  it.each([
    ['YYYY-MM-DD HH:mm:ss.SSS', '2026-11-06 15:04:07.089'],
    ['ddd, D MMM YY [at] hh:mm A', 'Fri, 6 Nov 26 at 03:04 PM'],
    ['M H a', '11 15 pm'],
    ['dddd, MMMM Do, h:m:s A', 'Friday, November 6th, 3:4:7 PM'],
    ['[mm] m mm s ss', 'mm 4 04 7 07'],
  ])('writes %s as %s', (pattern, expected) => expect(patternMoment(at(15), pattern)).toBe(expected));

  it('writes the hours before noon, and moments since 1970', () => {
    expect(patternMoment(at(0), 'hh a A')).toBe('12 am AM');
    expect(patternMoment(1500, 'X x')).toBe('1 1500');
    expect(['1', '2', '3', '4', '11', '12', '13', '21'].map((day) => ordinalOf(Number(day)))).toEqual(
      '1st 2nd 3rd 4th 11th 12th 13th 21st'.split(' '),
    );
    expect(patternMoment(at(0), 'Z')).toMatch(/^[+-]\d\d:\d\d$/);
    expect(patternMoment(at(0), 'YYYY-MM-DDTHH:mm:ssZZ')).toMatch(/^2026-11-06T00:04:07[+-]\d{4}$/);
    expect(patternMoment(Number.NaN, 'YYYY')).toBe('Invalid date');
  });
});

describe('formatUnit of a moment', () => {
  it.each([
    ['dateTimeAsIso', '2026-11-06 09:04:07'],
    ['dateTimeAsIsoNoDateIfToday', '09:04:07'],
    ['dateTimeAsUS', '11/06/2026 9:04:07 am'],
    ['dateTimeAsLocal', new Date(at(9)).toLocaleString()],
    ['dateTimeAsLocalNoDateIfToday', '09:04:07'],
    ['dateTimeAsSystem', '2026-11-06 09:04:07'],
    ['dateTimeFromNow', '3 h ago'],
    ['time:YYYY', '2026'],
  ])('in %s is %s', (unit, expected) => expect(formatUnit(unit, at(9))).toBe(expected));

  it('says of what is no moment that it is none', () => {
    expect(formatUnit('dateTimeAsIso', Number.NaN)).toBe('Invalid date');
    expect(formatUnit('dateTimeAsLocal', Number.NaN)).toBe('Invalid date');
  });
});
