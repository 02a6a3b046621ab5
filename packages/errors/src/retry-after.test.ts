import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 19, 30, 0, 123);

describe('retryAfterMs', () => {
  it.each([
    { value: '0', ms: 0 },
    { value: ' 30 ', ms: 30_000 },
    { value: '1.5', ms: 1_500 },
    { value: 'Thu, 26 Nov 2026 19:31:00 GMT', ms: 59_877 },
    { value: 'Thu, 26 Nov 2026 19:29:00 GMT', ms: 0 },
    { value: 'Thursday, 26-Nov-26 19:31:00 GMT', ms: 59_877 },
    { value: 'Sunday, 06-Nov-94 08:49:37 GMT', ms: 0 },
    { value: 'Thursday, 26-Nov-76 19:31:00 GMT', ms: Date.UTC(2076, 10, 26, 19, 31) - NOW_MS },
    { value: 'Friday, 26-Nov-77 19:31:00 GMT', ms: 0 },
    { value: 'Thu Nov 26 19:31:00 2026', ms: 59_877 },
    { value: 'Tue Dec  1 00:00:00 2026', ms: Date.UTC(2026, 11, 1) - NOW_MS },
    { value: 'Thu, 31 Dec 2026 23:59:60 GMT', ms: Date.UTC(2027, 0, 1) - NOW_MS },
  ])('reads $value as $ms ms', ({ value, ms }) => {
    expect(retryAfterMs(value, NOW_MS)).toBe(ms);
  });

  it.each([
    undefined,
    '',
    '1.',
    '.5',
    '-5',
    '5 s',
    '1e3',
    'soon',
    '2027-01-01',
    'May 1',
    'Thu, 26 Nov 2026',
    'Thu, 26 Nov 2026 19:31:00 +0200',
    'Thu, 26 Nov 2026 19:31:00 GMT and more',
    'Thu, 31 Nov 2026 19:31:00 GMT',
    'Thu, 00 Nov 2026 19:31:00 GMT',
    'Thu, 26 Nov 2026 24:00:00 GMT',
    'Thu, 26 Nov 2026 19:60:00 GMT',
    'Thu, 26 Nov 2026 19:31:61 GMT',
    'Thu, 26-Nov-26 19:31:00 GMT',
  ])('reads no wait in %s', (value) => {
    expect(retryAfterMs(value, NOW_MS)).toBeUndefined();
  });

  it('reads the dates of 40 years in each of their forms', () => {
    const stepMs = (37 * 86_400 + 12_345) * 1000;
    for (let ms = NOW_MS - 123; ms < Date.UTC(2066, 0, 1); ms += stepMs) {
      const date = new Date(ms);
      const imf = date.toUTCString();
      const [, dayName = '', day = '', month = '', year = '', time = ''] =
        /^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/.exec(imf) ?? [];
      const longName = date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' });
      const forms = [
        imf,
        `${longName}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
        `${dayName} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
      ];
      const wait = Math.max(0, ms - NOW_MS);
      expect(forms.map((form) => retryAfterMs(form, NOW_MS))).toEqual([wait, wait, wait]);
    }
  });
});
