import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';
import { formatGoDuration, parseGoDuration, parsePrometheusDuration } from './duration.ts';
import { expandTemplate } from './expand-template.ts';
import { formatLabels } from './format-labels.ts';
import { parseGoFloat } from './go-float.ts';
import { goQuote } from '../../go-quote.ts';
import { ipTest, parseIpAddress } from './ip-address.ts';
import { nanosecondsFromMs } from './nanoseconds.ts';
import { unquote } from './unquote.ts';
import { utf8Length } from './utf8-length.ts';

describe('parseGoFloat', () => {
  it.each([
    ['12', 12],
    ['-1.5e3', -1500],
    ['.5', 0.5],
    ['1_000.5', 1000.5],
    ['0x1p4', 16],
    ['-Inf', -Infinity],
    ['+infinity', Infinity],
    ['nAN', Number.NaN],
    ['-0x1.8p1', -3],
    ['0x_1p-2', 0.25],
  ])('reads %s', (text, value) => {
    expect(parseGoFloat(text)).toEqual({ value });
  });

  it.each([
    ['', 'strconv.ParseFloat: parsing "": invalid syntax'],
    ['12px', 'strconv.ParseFloat: parsing "12px": invalid syntax'],
    [' 1', 'strconv.ParseFloat: parsing " 1": invalid syntax'],
    ['1e999', 'strconv.ParseFloat: parsing "1e999": value out of range'],
    ['0x1p9999', 'strconv.ParseFloat: parsing "0x1p9999": value out of range'],
    ['0x1', 'strconv.ParseFloat: parsing "0x1": invalid syntax'],
  ])('says as Go does why %j is no number', (text, problem) => {
    expect(parseGoFloat(text)).toEqual({ problem });
  });
});

describe('parseGoDuration', () => {
  it.each([
    ['1h2m3.5s', 3_723_500_000_000],
    ['-250ms', -250_000_000],
    ['1µs', 1000],
    ['0', 0],
    ['.5s', 500_000_000],
  ])('reads %s', (text, value) => {
    expect(parseGoDuration(text)).toEqual({ value });
  });

  it.each([
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['5', 'time: missing unit in duration "5"'],
    ['soon', 'time: invalid duration "soon"'],
  ])('says as Go does why %s is none', (text, problem) => {
    expect(parseGoDuration(text)).toEqual({ problem });
  });
});

describe('parsePrometheusDuration', () => {
  it('reads units from the biggest to the smallest', () => {
    expect(parsePrometheusDuration('1d12h')).toEqual({ value: 129_600e9 });
    expect(parsePrometheusDuration('5minutes')).toEqual({
      problem: 'unknown unit "minutes" in duration "5minutes"',
    });
    expect(parsePrometheusDuration('1m1h')).toEqual({ problem: 'not a valid duration string: "1m1h"' });
  });
});

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [-7, '-7ns'],
    [1500, '1.5µs'],
    [2.5e6, '2.5ms'],
    [90e9, '1m30s'],
    [3_600_000_000_001, '1h0m0.000000001s'],
  ])('writes %d ns', (ns, text) => {
    expect(formatGoDuration(ns)).toBe(text);
  });
});

describe('parseByteSize', () => {
  it.each([
    ['1KB', 1000],
    ['1.5 KiB', 1536],
    ['42', 42],
    ['1,024B', 1024],
    ['2mib', 2_097_152],
  ])('reads %s', (text, value) => {
    expect(parseByteSize(text)).toEqual({ value });
  });

  it('says why it is none', () => {
    expect(parseByteSize('5 apples')).toEqual({ problem: 'unhandled size name: apples' });
    expect(parseByteSize('99EiB')).toEqual({ problem: 'too large: 99EiB' });
  });

  it('is written by formatByteSize with the next unit', () => {
    expect([formatByteSize(9), formatByteSize(1500), formatByteSize(82_854_982)]).toEqual([
      '9B',
      '1.5kB',
      '83MB',
    ]);
  });
});

describe('ipTest', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1-10.0.0.9', '10.0.0.9', true],
    ['2001:db8::/32', '2001:db8::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['0.0.0.0/0', '::1', false],
    ['::ffff:10.0.0.1', '::ffff:a00:1', true],
    ['::/0', '::10.0.0.256', false],
    ['::/0', '1.2.3.4::1', false],
    ['::/0', '::1.2.3.4:1', false],
    ['::/0', '1:2:3:4:5:6:7.8.9.10', true],
  ])('of %s takes %s: %s', (pattern, address, expected) => {
    const parsed = parseIpAddress(address);
    expect(parsed !== undefined && ipTest(pattern)?.(parsed)).toBe(expected);
  });

  it.each(['', '10.0.0', '256.1.1.1', '01.2.3.4', '10.0.0.0/33', '10.0.0.9-10.0.0.1', '1::2::3', 'a'])(
    'knows that %j is no pattern',
    (pattern) => {
      expect(ipTest(pattern)).toBeUndefined();
    },
  );
});

describe('unquote', () => {
  it('reads the escapes of Go', () => {
    expect(unquote(String.raw`"a\tb\"\\\x41\101\u00e4\U0001F680\xc3\xa4"`)).toEqual({
      text: 'a\tb"\\AAä🚀ä',
    });
    expect(unquote(String.raw`"\ud83d\ude80"`)).toEqual({ text: '\ufffd\ufffd' });
    expect(unquote('`a\\n`')).toEqual({ text: 'a\\n' });
  });
});

describe('unquote of what is no text', () => {
  it.each([
    [String.raw`"\q"`, 'invalid char escape'],
    [String.raw`"\x4"`, 'invalid char escape'],
    [String.raw`"\400"`, 'invalid syntax'],
    [String.raw`"\U00110000"`, 'invalid syntax'],
  ])('says of %s: %s', (text, problem) => {
    expect(unquote(text)).toEqual({ problem });
  });
});

describe('formatLabels', () => {
  it('writes labels in their order, and quotes a name that is none by itself', () => {
    expect(formatLabels({ b: 'x"y', 'a.b': '1', _c: '' })).toBe(String.raw`{_c="", "a.b"="1", b="x\"y"}`);
  });
});

describe('nanosecondsFromMs', () => {
  it.each([
    [0, 0n],
    [1_768_471_200_000, 1_768_471_200_000_000_000n],
    [1.5, 1_500_000n],
    [-0.25, -250_000n],
  ])('of %d ms are %d', (timeMs, expected) => {
    expect(nanosecondsFromMs(timeMs)).toBe(expected);
  });
});

describe('goQuote', () => {
  it('escapes what does not show', () => {
    expect(goQuote('a"\\\n\u0001ä\u200b🚀\u{e0001}')).toBe(String.raw`"a\"\\\n\x01ä\u200b🚀\U000e0001"`);
  });
});

describe('expandTemplate', () => {
  it('takes the longest name, as Go does', () => {
    const groups = new Map([['1', 'x']]);
    expect(expandTemplate('$1-${1}b-$1b-$$', (name) => groups.get(name))).toBe('x-xb--$');
  });
});

describe('utf8Length', () => {
  it.each(['', 'abc', 'äß', '€', '🚀x', '\ud800'])('counts the bytes of %j', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });
});
