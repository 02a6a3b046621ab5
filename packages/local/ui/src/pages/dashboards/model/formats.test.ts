import { describe, expect, it } from 'vitest';
import { type VariableValue, formatVariable, queryParameters } from './formats.ts';

const list = (...value: readonly string[]): VariableValue => ({
  value,
  text: value.join(' + '),
  isList: true,
});
const one = (value: string): VariableValue => ({ value, text: `the ${value}`, isList: false });
const all: VariableValue = { value: ['x', 'y'], text: 'All', isList: true, allValue: '.*' };

describe('formatVariable', () => {
  it.each([
    ['raw', 'test1.,test2'],
    ['csv', 'test1.,test2'],
    ['distributed', 'test1.,servers=test2'],
    ['doublequote', '"test1.","test2"'],
    ['glob', '{test1.,test2}'],
    ['json', '["test1.","test2"]'],
    ['lucene', '("test1." OR "test2")'],
    ['percentencode', '%7Btest1.%2Ctest2%7D'],
    ['uriencode', '%7Btest1.,test2%7D'],
    ['pipe', 'test1.|test2'],
    ['regex', String.raw`(test1\.|test2)`],
    ['singlequote', "'test1.','test2'"],
    ['sqlstring', "'test1.','test2'"],
    ['text', 'test1. + test2'],
    ['queryparam', 'var-servers=test1.&var-servers=test2'],
    ['customqueryparam:p-s:v-', 'p-s=v-test1.&p-s=v-test2'],
    ['customqueryparam', 'servers=test1.&servers=test2'],
    ['join', 'test1.,test2'],
    ['join: : ', 'test1. : test2'],
    ['html', 'test1., test2'],
    ['of nobody', '{test1.,test2}'],
  ])('writes several values as %s: %s', (format, expected) => {
    expect(formatVariable('servers', list('test1.', 'test2'), format)).toBe(expected);
  });

  it.each([
    ['json', 'a"b', 'a"b'],
    ['doublequote', 'a"b', String.raw`"a\"b"`],
    ['singlequote', "it's", String.raw`'it\'s'`],
    ['sqlstring', "it's", "'it''s'"],
    ['regex', 'a.b/c', String.raw`a\.b\/c`],
    ['lucene', 'a b:"c"', String.raw`a\ b\:\"c\"`],
    ['lucene', '-1.5', '-1.5'],
    ['percentencode', 'foo()bar BAZ/&', 'foo%28%29bar%20BAZ%2F%26'],
    ['uriencode', '/a/b?q=foo()bar BAZ', '/a/b?q=foo%28%29bar%20BAZ'],
    ['percentencode', '\uD83D', '%EF%BF%BD'],
    ['html', `<b id="x">&'`, '&#60;b id=&#34;x&#34;&#62;&#38;&#39;'],
    ['queryparam', 'a&b', 'var-servers=a%26b'],
    ['text', 'a', 'the a'],
    ['date', '1500', '1970-01-01T00:00:01.500Z'],
    ['date:iso', '1500', '1970-01-01T00:00:01.500Z'],
    ['date:ms', '1500', '1500'],
    ['date:seconds', '1500', '2'],
    ['date:YYYY', '1500', '1970'],
    ['date', 'no moment', 'no moment'],
    ['date', '', ''],
    ['glob', 'a', 'a'],
  ])('writes one value as %s: %s is %s', (format, value, expected) => {
    expect(formatVariable('servers', one(value), format)).toBe(expected);
  });

  it.each([
    ['raw', '.*'],
    ['regex', '.*'],
    ['pipe', '.*'],
    ['singlequote', '.*'],
    ['json', '.*'],
    ['uriencode', '.*'],
    ['percentencode', '.%2A'],
    ['queryparam', 'var-servers=%24__all'],
    ['text', 'All'],
  ])('writes what stands for all as %s: %s', (format, expected) => {
    expect(formatVariable('servers', all, format)).toBe(expected);
  });

  it.each([
    ['regex', ''],
    ['raw', ''],
    ['glob', ''],
    ['date', ''],
    ['lucene', '__empty__'],
    ['queryparam', ''],
    ['json', '[]'],
  ])('writes nothing chosen as %s: %j', (format, expected) => {
    expect(formatVariable('servers', list(), format)).toBe(expected);
  });
});

describe('queryParameters', () => {
  it('encodes names and values', () => {
    expect(queryParameters('a b', list('c&d'))).toBe('var-a%20b=c%26d');
  });
});
