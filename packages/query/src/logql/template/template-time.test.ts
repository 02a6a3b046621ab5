import { describe, expect, it } from 'vitest';
import { formatTime } from './format-time.ts';
import { zoneAt } from './go-time.ts';
import { parseTime } from './parse-time.ts';

const timeNs = 1_673_798_889_902_005_006n;

describe('formatTime', () => {
  it.each([
    ['2006-01-02T15:04:05.000Z07:00', '2023-01-15T16:08:09.902Z'],
    ['Mon Jan _2 15:04:05 2006', 'Sun Jan 15 16:08:09 2023'],
    ['Monday, 02-Jan-06 03:04:05PM MST', 'Sunday, 15-Jan-23 04:08:09PM UTC'],
    ['2006-01-02 15:04:05.999999999 -0700', '2023-01-15 16:08:09.902005006 +0000'],
    ['002 January 1/2 3pm', '015 January 1/15 4pm'],
  ])('writes %s', (layout, text) => {
    expect(formatTime(timeNs, layout)).toBe(text);
  });

  it('writes a zone that is ahead', () => {
    expect(formatTime(timeNs, 'Z07:00 -07 MST', { offsetSeconds: 5400, zone: 'XYZ' })).toBe('+01:30 +01 XYZ');
  });
});

describe('zoneAt', () => {
  /** Of January and July 2023, as the tz database 2025b has them. */
  it.each([
    ['Asia/Dubai', '+04', '+04'],
    ['America/Sao_Paulo', '-03', '-03'],
    ['Asia/Kathmandu', '+0545', '+0545'],
    ['Asia/Colombo', '+0530', '+0530'],
    ['Asia/Kolkata', 'IST', 'IST'],
    ['Asia/Singapore', '+08', '+08'],
    ['Asia/Shanghai', 'CST', 'CST'],
    ['Asia/Jerusalem', 'IST', 'IDT'],
    ['Europe/Istanbul', '+03', '+03'],
    ['Europe/Minsk', '+03', '+03'],
    ['Europe/Moscow', 'MSK', 'MSK'],
    ['Europe/London', 'GMT', 'BST'],
    ['Europe/Jersey', 'GMT', 'BST'],
    ['Europe/Berlin', 'CET', 'CEST'],
    ['America/Whitehorse', 'MST', 'MST'],
    ['America/Havana', 'CST', 'CDT'],
    ['Pacific/Guam', 'ChST', 'ChST'],
    ['Australia/Lord_Howe', '+11', '+1030'],
    ['Australia/Sydney', 'AEDT', 'AEST'],
    ['Etc/GMT', 'GMT', 'GMT'],
    ['Etc/GMT-3', '+03', '+03'],
    ['Etc/UTC', 'UTC', 'UTC'],
    ['No/Where', 'UTC', 'UTC'],
  ])('calls %s as Go does: %s and %s', (zone, january, july) => {
    const nameAt = (month: number): string =>
      zoneAt(zone, BigInt(Date.UTC(2023, month, 15)) * 1_000_000n).name;
    expect([nameAt(0), nameAt(6)]).toEqual([january, july]);
  });
});

describe('parseTime', () => {
  it.each([
    ['2006-01-02', '2021-11-02', 1_635_811_200_000_000_000n],
    ['2006-01-02T15:04:05Z07:00', '2021-11-02T10:00:00+02:00', 1_635_840_000_000_000_000n],
    ['02/Jan/2006:15:04:05 -0700', '15/Jan/2026:10:00:00 +0000', 1_768_471_200_000_000_000n],
    ['2006-01-02 15:04:05', '2021-11-02 10:00:00.25', 1_635_847_200_250_000_000n],
    ['3:04PM', '4:08PM', -62_167_161_120_000_000_000n],
  ])('reads by %s what was written', (layout, text, expected) => {
    expect(parseTime(layout, text)?.timeNs).toBe(expected);
  });

  it('knows zones by their name, with their summer', () => {
    expect(parseTime('2006-01-02T15:04', '2023-07-01T10:00', 'Europe/Berlin')).toMatchObject({
      timeNs: 1_688_198_400_000_000_000n,
      offsetSeconds: 7200,
    });
    expect(parseTime('2006-01-02T15:04', '2023-01-01T10:00', 'Europe/Berlin')).toMatchObject({
      timeNs: 1_672_563_600_000_000_000n,
      offsetSeconds: 3600,
    });
  });

  it.each([
    ['2006-01-02 15:04 -0700', '2023-07-01 10:00 +0200', 'Europe/Berlin', 'CEST', 7200],
    ['2006-01-02 15:04 -0700', '2023-07-01 10:00 +0100', 'Europe/Berlin', '+0100', 3600],
    ['2006-01-02 MST', '2023-01-01 EST', 'America/New_York', 'EST', -18_000],
    ['2006-01-02 -0700 MST', '2023-01-01 -0500 EST', 'America/New_York', 'EST', -18_000],
    ['2006-01-02 MST', '2023-01-01 XYZ', 'America/New_York', 'XYZ', 0],
    ['2006-01-02 -0700 MST', '2023-01-01 +0300 XYZ', 'America/New_York', 'XYZ', 10_800],
    ['2006-01-02', '2023-01-01', 'No/Where', 'UTC', 0],
  ])('knows by %s of %s in %s that it is in %s', (layout, text, zone, name, offsetSeconds) => {
    expect(parseTime(layout, text, zone)).toMatchObject({ zone: name, offsetSeconds });
  });

  it('gives nothing for what does not fit', () => {
    expect(parseTime('2006-01-02', 'yesterday')).toBeUndefined();
    expect(parseTime('2006-01-02', '2021-13-02')).toBeUndefined();
  });
});
