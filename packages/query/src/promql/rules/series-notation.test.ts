import { describe, expect, it } from 'vitest';
import { formatHistogramLiteral } from '../histogram/index.ts';
import { readSeriesLine, readSeriesValues } from './series-notation.ts';

describe('readSeriesValues', () => {
  it.each([
    ['1 2 3', [1, 2, 3]],
    ['0+10x3', [0, 10, 20, 30]],
    ['5-2x2', [5, 3, 1]],
    ['-1.5x2', [-1.5, -1.5, -1.5]],
    ['-2+.5x1', [-2, -1.5]],
    ['1 _ 2', [1, 'none', 2]],
    ['_x3 1', ['none', 'none', 'none', 1]],
    ['1 stale 2', [1, 'stale', 2]],
    ['stalex2 1', ['stale', 'stale', 'stale', 1]],
    ['1e3 NaN -Inf +Inf', [1000, NaN, -Infinity, Infinity]],
    ['0x2', [0, 0, 0]],
    ['  ', []],
  ])('reads %s', (text, expected) => {
    expect(readSeriesValues(text)).toEqual(expected);
  });

  it('adds the same number again and again, with what rounding does to it', () => {
    expect(readSeriesValues('0+0.1x3').at(-1)).toBe(0.1 + 0.1 + 0.1);
  });

  it('reads histograms that grow', () => {
    const values = readSeriesValues(
      '{{schema:0 count:1 sum:1 buckets:[1]}}+{{sum:2 count:1 buckets:[1]}}x2 _',
    );
    expect(
      values.map((value) => (typeof value === 'object' ? formatHistogramLiteral(value.histogram) : value)),
    ).toEqual([
      '{{count:1 sum:1 buckets:[1]}}',
      '{{count:2 sum:3 buckets:[2]}}',
      '{{count:3 sum:5 buckets:[3]}}',
      'none',
    ]);
  });

  it('reads histograms that get less, and the same one again and again', () => {
    const values = readSeriesValues('{{count:3 buckets:[3]}}-{{count:1 buckets:[1]}}x1 {{count:1}}x1');
    expect(
      values.map((value) => (typeof value === 'object' ? formatHistogramLiteral(value.histogram) : value)),
    ).toEqual(['{{count:3 buckets:[3]}}', expect.stringContaining('count:2'), '{{count:1}}', '{{count:1}}']);
  });

  it.each([
    ['{{count:1}}x', 'a histogram, such as'],
    [
      '{{schema:-53 custom_values:[1] buckets:[1]}}+{{schema:-53 custom_values:[1] buckets:[1]}}x1 {{}}+{{schema:-53 custom_values:[1]}}x1',
      'cannot merge from schema -53 to 0',
    ],
    ['{{schema:-53 custom_values:[1]}}+{{}}x1', 'one histogram has custom bounds and the other has not'],
    ['1x999999 1', 'more than 1000000 values'],
    ['a'.repeat(70), `"${'a'.repeat(60)}…" is no value`],
  ])('says what is wrong with %s', (text, problem) => {
    expect(() => readSeriesValues(text)).toThrow(problem);
  });

  it.each(['abc', '1..2', '1x', '_y', 'stales', '{{', '{{sum:x}}', '1+x3', '1x99999999'])(
    'refuses %s',
    (text) => {
      expect(() => readSeriesValues(text)).toThrow(/is no value of a series/);
    },
  );

  it('refuses to go to a coarser schema', () => {
    expect(() => readSeriesValues('{{schema:2}}+{{schema:1}}x2')).toThrow(/cannot merge from schema 1 to 2/);
  });
});

describe('readSeriesLine', () => {
  it.each([
    ['up 1', { __name__: 'up' }],
    ['up{job="a b", x=\'y\'} 1', { __name__: 'up', job: 'a b', x: 'y' }],
    ['{job="a",} 1', { job: 'a' }],
    ['{"http.requests", "a.b"="c"} 1', { __name__: 'http.requests', 'a.b': 'c' }],
    ['job:rate{gone=""} 1', { __name__: 'job:rate' }],
    [String.raw`m{a="\"\\\n}"} 1`, { __name__: 'm', a: '"\\\n}' }],
  ])('reads %s', (text, labels) => {
    expect(readSeriesLine(text)).toEqual({ labels, values: [1] });
  });

  it.each([
    '{=} 1',
    String.raw`up{a="\q"} 1`,
    '{a="b\nc"} 1',
    '{a=1} 1',
    'up{a} 1',
    'up{a="b" c="d"} 1',
    '1 2',
    'up{a="b 1',
    'up{a="b"}1',
  ])('refuses %s', (text) => {
    expect(() => readSeriesLine(text)).toThrow(/is no/);
  });
});
