import { describe, expect, it } from 'vitest';
import { readTimeInterval } from './read-time-interval.ts';
import { isInside } from './time-intervals.ts';

/** A Monday, the 23rd, 12:00 UTC. */
const START_MS = Date.UTC(2026, 10, 23, 12);

describe('readTimeInterval', () => {
  it.each([
    { times: [{ start_time: '9:00', end_time: '10:00' }] },
    { times: [{ start_time: '12:99', end_time: '13:00' }] },
    { times: [{ start_time: '13:00', end_time: '12:00' }] },
    { weekdays: ['monday:fri'] },
    { weekdays: ['friday:monday'] },
    { weekdays: [''] },
    { days_of_month: ['0'.repeat(400)].map((text) => `${text}.5`) },
    { days_of_month: ['32'] },
    { days_of_month: ['1:2:3'] },
    { days_of_month: ['-1:5'] },
    { days_of_month: ['0'] },
    { months: ['13'] },
    { years: ['soon'] },
    { location: 'Mars/Base' },
  ])('refuses what would never or always hold by mistake: %j', (written) => {
    expect(() => readTimeInterval(written)).toThrow(RangeError);
  });

  it.each<readonly [Parameters<typeof readTimeInterval>[0], boolean]>([
    [{}, true],
    [{ times: [{ start_time: '00:00', end_time: '24:00' }], weekdays: ['monday:Friday'] }, true],
    [{ weekdays: ['saturday', 'sunday'] }, false],
    [{ days_of_month: ['20:-1'], months: ['november', '12'], years: ['2026:2027'] }, true],
    [{ days_of_month: ['-3:-1'] }, false],
    [{ months: ['1:3'] }, false],
    [{ times: [{ start_time: '21:00', end_time: '22:00' }], location: 'Asia/Tokyo' }, true],
    [{ times: [{ start_time: '12:00', end_time: '12:01' }], location: '' }, true],
  ])('reads when it holds: %j', (written, holds) => {
    expect(isInside([readTimeInterval(written)], START_MS)).toBe(holds);
  });

  it('takes the time zone of the machine for Local', () => {
    expect(readTimeInterval({ location: 'Local' }).location).toBe(
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    );
  });
});
