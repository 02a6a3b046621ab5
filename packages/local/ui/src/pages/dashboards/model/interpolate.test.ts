import { describe, expect, it } from 'vitest';
import {
  type Scope,
  type VariableValue,
  interpolate,
  pipeFormat,
  queryFormat,
  rawFormat,
  referencesOf,
} from './interpolate.ts';

const variables: Readonly<Record<string, VariableValue>> = {
  one: { value: 'a.b', text: 'a.b', isList: false },
  some: { value: ['a.b', 'c|d'], text: 'a.b + c|d', isList: true },
  single: { value: ['a.b'], text: 'a.b', isList: true },
  all: { value: ['x', 'y'], text: 'All', isList: true, allValue: '.*' },
};
const scope: Scope = {
  variable: (name) => variables[name],
  builtIn: (name, path) =>
    ({ __range: '3600s', __from: '1795686000000', __field: path === 'labels.job' ? 'shop' : undefined })[
      name
    ],
};

describe('interpolate', () => {
  it.each([
    ['{job=~"$some"}', String.raw`{job=~"(a\\.b|c\\|d)"}`],
    ['{job=~"$single"}', String.raw`{job=~"a\\.b"}`],
    ['{job="$one"}', '{job="a.b"}'],
    ['{job=~"${all}"}', '{job=~".*"}'],
    ['rate(x[$__range])', 'rate(x[3600s])'],
    ['$unknown ${unknown:csv}', '$unknown ${unknown:csv}'],
    ['[[one]] [[some:csv]]', 'a.b a.b,c|d'],
    ['no reference', 'no reference'],
  ])('writes %s for a query as %s', (text, expected) => {
    expect(interpolate(text, scope, queryFormat)).toBe(expected);
  });

  it.each([
    ['raw', 'a.b,c|d'],
    ['csv', 'a.b,c|d'],
    ['pipe', 'a.b|c|d'],
    ['regex', String.raw`(a\.b|c\|d)`],
    ['json', '["a.b","c|d"]'],
    ['glob', '{a.b,c|d}'],
    ['queryparam', 'var-some=a.b&var-some=c%7Cd'],
    ['percentencode', '%7Ba.b%2Cc%7Cd%7D'],
    ['doublequote', '"a.b","c|d"'],
    ['singlequote', "'a.b','c|d'"],
    ['sqlstring', "'a.b','c|d'"],
    ['distributed', 'a.b,some=c|d'],
    ['lucene', '("a.b" OR "c|d")'],
    ['text', 'a.b + c|d'],
  ])('knows the format %s', (format, expected) => {
    expect(interpolate(`\${some:${format}}`, scope)).toBe(expected);
  });

  it.each([
    ['${all:queryparam}', 'var-all=%24__all'],
    ['${all:pipe}', '.*'],
    ['${__field.labels.job}', 'shop'],
    ['${__from:date:iso}', '2026-11-26T09:40:00.000Z'],
    ['${__from:date:seconds}', '1795686000'],
    ['${some.text}', 'a.b + c|d'],
  ])('writes %s as %s', (text, expected) => expect(interpolate(text, scope)).toBe(expected));

  it('puts bars between the values of TraceQL, without escaping', () => {
    expect(interpolate('{ name =~ "$some" }', scope, pipeFormat)).toBe('{ name =~ "a.b|c|d" }');
  });

  it('does not let a value end the text of a query', () => {
    const hostile: Scope = { variable: () => ({ value: 'a"} or vector(1) #', text: '', isList: false }) };
    expect(interpolate('up{job="$x"}', hostile, queryFormat)).toBe(String.raw`up{job="a\"} or vector(1) #"}`);
  });
});

describe('referencesOf', () => {
  it('names them however they are written', () => {
    expect([...referencesOf('$a ${b:csv} [[c]] ${d.text}')]).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('interpolate with a format', () => {
  it.each([
    ['${some:raw}', 'a.b,c|d'],
    ['${some:csv}', 'a.b,c|d'],
    ['${some:pipe}', 'a.b|c|d'],
    ['${some:regex}', String.raw`(a\.b|c\|d)`],
    ['${one:regex}', String.raw`a\.b`],
    ['${all:regex}', '.*'],
    ['${some:json}', '["a.b","c|d"]'],
    ['${one:json}', '"a.b"'],
    ['${some:queryparam}', 'var-some=a.b&var-some=c%7Cd'],
    ['${all:queryparam}', 'var-all=%24__all'],
    ['${some:percentencode}', '%7Ba.b%2Cc%7Cd%7D'],
    ['${all:uriencode}', '.%2A'],
    ['${some:doublequote}', '"a.b","c|d"'],
    ['${some:singlequote}', "'a.b','c|d'"],
    ['${some:sqlstring}', "'a.b','c|d'"],
    ['${some:distributed}', 'a.b,some=c|d'],
    ['${some:lucene}', '("a.b" OR "c|d")'],
    ['${one:lucene}', '"a.b"'],
    ['${some:text}', 'a.b + c|d'],
    ['${moment:date}', '1970-01-01T00:00:01.500Z'],
    ['${none:date}', ''],
    ['${some:odd}', '{a.b,c|d}'],
    ['${none:regex}', ''],
    ['${none:lucene}', ''],
    ['[[some:pipe]]', 'a.b|c|d'],
    ['[[one]]', 'a.b'],
    ['${some.text}', 'a.b + c|d'],
    ['${__from:date:seconds}', '1795686000'],
    ['${__from:date:YYYY}', '2026'],
    ['${__range:date:iso}', '3600s'],
    ['${__range:regex}', '3600s'],
    ['${__range:uriencode}', '3600s'],
    ['${__range:odd}', '3600s'],
    ['${unknown:raw} $5', '${unknown:raw} $5'],
  ])('writes %s as %s', (text, expected) => {
    const more: Readonly<Record<string, VariableValue>> = {
      moment: { value: '1500', text: '1500', isList: false },
      none: { value: [], text: '', isList: true },
    };
    expect(interpolate(text, { ...scope, variable: (name) => more[name] ?? variables[name] })).toBe(expected);
  });

  it.each([
    ['pipeFormat', pipeFormat, 'a.b|c|d', '.*'],
    ['rawFormat', rawFormat, 'a.b,c|d', '.*'],
    ['nothing', undefined, '{a.b,c|d}', '.*'],
  ])('writes lists without a format by %s', (_, format, some, all) => {
    expect(interpolate('$some', scope, format)).toBe(some);
    expect(interpolate('$all', scope, format)).toBe(all);
  });
});
