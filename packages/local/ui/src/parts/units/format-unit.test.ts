import { describe, expect, it } from 'vitest';
import { formatUnit } from './format-unit.ts';

const values = [
  0, 1, 0.000_012_345, 0.0123, 0.5, 1.5, 12.345, 99.99, 123.456, 1234.5, 59_999, 86_400, 1_234_567,
];

/* What getValueFormat of @grafana/data 13.2.3 gave for the values above. */
const table: Readonly<Record<string, string>> = {
  none: '0 | 1 | 0.0000123 | 0.0123 | 0.500 | 1.50 | 12.3 | 100.0 | 123 | 1235 | 59999 | 86400 | 1234567',
  short:
    '0 | 1 | 0.0000123 | 0.0123 | 0.500 | 1.50 | 12.3 | 100.0 | 123 | 1.23 K | 60.0 K | 86.4 K | 1.23 Mil',
  s: '0 s | 1 s | 12.3 µs | 12.3 ms | 500 ms | 1.50 s | 12.3 s | 1.67 mins | 2.06 mins | 20.6 mins | 16.7 hours | 1 day | 2.04 weeks',
  ms: '0 ms | 1 ms | 0.0000123 ms | 0.0123 ms | 0.500 ms | 1.50 ms | 12.3 ms | 100.0 ms | 123 ms | 1.23 s | 60.0 s | 1.44 mins | 20.6 mins',
  percent:
    '0% | 1% | 0.0000123% | 0.0123% | 0.500% | 1.50% | 12.3% | 100.0% | 123% | 1235% | 59999% | 86400% | 1234567%',
  percentunit:
    '0% | 100% | 0.00123% | 1.23% | 50% | 150% | 1235% | 9999% | 12346% | 123450% | 5999900% | 8640000% | 123456700%',
  bytes:
    '0 B | 1 B | 0.0000123 B | 0.0123 B | 0.500 B | 1.50 B | 12.3 B | 100.0 B | 123 B | 1.21 KiB | 58.6 KiB | 84.4 KiB | 1.18 MiB',
  decbytes:
    '0 B | 1 B | 12.3 µB | 12.3 mB | 500 mB | 1.50 B | 12.3 B | 100.0 B | 123 B | 1.23 kB | 60.0 kB | 86.4 kB | 1.23 MB',
  Bps: '0 B/s | 1 B/s | 12.3 µB/s | 12.3 mB/s | 500 mB/s | 1.50 B/s | 12.3 B/s | 100.0 B/s | 123 B/s | 1.23 kB/s | 60.0 kB/s | 86.4 kB/s | 1.23 MB/s',
  reqps:
    '0 req/s | 1 req/s | 0.0000123 req/s | 0.0123 req/s | 0.500 req/s | 1.50 req/s | 12.3 req/s | 100.0 req/s | 123 req/s | 1.23K req/s | 60.0K req/s | 86.4K req/s | 1.23M req/s',
  kbytes:
    '0 KiB | 1 KiB | 0.0126 B | 12.6 B | 512 B | 1.50 KiB | 12.3 KiB | 100.0 KiB | 123 KiB | 1.21 MiB | 58.6 MiB | 84.4 MiB | 1.18 GiB',
  hertz:
    '0 Hz | 1 Hz | 12.3 µHz | 12.3 mHz | 500 mHz | 1.50 Hz | 12.3 Hz | 100.0 Hz | 123 Hz | 1.23 kHz | 60.0 kHz | 86.4 kHz | 1.23 MHz',
  dthms:
    '00:00:00 | 00:00:01 | 00:00:00 | 00:00:00 | 00:00:00 | 00:00:01 | 00:00:12 | 00:01:39 | 00:02:03 | 00:20:34 | 16:39:59 | 24:00:00 | 342:56:07',
  'suffix:req':
    '0 req | 1 req | 0.0000123 req | 0.0123 req | 0.500 req | 1.50 req | 12.3 req | 100.0 req | 123 req | 1235 req | 59999 req | 86400 req | 1234567 req',
  currencyUSD:
    '$0 | $1 | $0.0000123 | $0.0123 | $0.500 | $1.50 | $12.3 | $100.0 | $123 | $1.23K | $60.0K | $86.4K | $1.23M',
};

describe('formatUnit', () => {
  it.each(Object.entries(table))('writes %s as Grafana does', (unit, expected) => {
    expect(values.map((value) => formatUnit(unit, value)).join(' | ')).toBe(expected);
  });

  it.each([
    ['percentunit', 1 / 3, 2, '33.33%'],
    ['s', 0.0123, 2, '12.30 ms'],
    ['none', 1_234_567, 2, '1234567.00'],
    ['s', -1500, undefined, '-25 mins'],
    ['ns', 5e9, undefined, '5 s'],
    ['dtdurations', 1_234_567, 2, '2 weeks, 0 days, 6 hours'],
    ['dtdurations', 123.456, undefined, '2 minutes'],
    ['bool_yes_no', 1, undefined, 'Yes'],
    ['short', Infinity, undefined, '∞'],
    ['none', Number.NaN, undefined, 'NaN'],
    ['widgets', 5, undefined, '5 widgets'],
    ['time:YYYY', 1_795_686_000_000, undefined, '2026'],
  ])('writes %s %d with %s decimals as %s', (unit, value, decimals, expected) => {
    expect(formatUnit(unit, value, decimals)).toBe(expected);
  });

  it.each([
    ['sishort', 1200, undefined, '1.20 k'],
    ['string', 5, undefined, '5'],
    ['humidity', 5, undefined, '5%H'],
    ['sci', 1234, undefined, '1.234e+3'],
    ['sci', 1234, 1, '1.2e+3'],
    ['hex', 255, undefined, 'FF'],
    ['hex0x', 255, undefined, '0xFF'],
    ['locale', 1_234_567, undefined, '1,234,567'],
    ['locale', 0.125, 2, '0.13'],
    ['dtdurations', 90, 1, '1 minute, 30 seconds'],
    ['dtdurations', 90, undefined, '1 minute'],
    ['dtdurationms', 1500, 1, '1 second, 500 milliseconds'],
    ['dtdhms', 90_061, undefined, '1 d 01:01:01'],
    ['bool', 0, undefined, 'False'],
    ['bool', 2, undefined, 'True'],
    ['bool_yes_no', Number.NaN, undefined, 'No'],
    ['bool_yes_no', 1, undefined, 'Yes'],
    ['bool_on_off', 0, undefined, 'Off'],
    ['bool_on_off', 1, undefined, 'On'],
    ['currencyUSD', -5, undefined, '-$5'],
    ['prefix:~', 5, undefined, '~5'],
    ['si:W', 1200, undefined, '1.20 kW'],
    ['count:jobs', 1200, undefined, '1.20K jobs'],
    ['currency:CHF', 5, undefined, 'CHF5'],
    ['odd:thing', 5, undefined, '5 odd:thing'],
    ['jobs', 5, undefined, '5 jobs'],
    [undefined, 5, undefined, '5'],
  ])('in %s of %d with %j decimals is %s', (unit, value, decimals, expected) => {
    expect(formatUnit(unit, value, decimals)).toBe(expected);
  });
});
