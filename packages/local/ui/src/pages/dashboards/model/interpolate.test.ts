import { describe, expect, it } from 'vitest';
import { type VariableValue, rawFormat } from './formats.ts';
import { type Scope, interpolate, referencesOf } from './interpolate.ts';

const variables: Readonly<Record<string, VariableValue>> = {
  one: { value: 'a.b', text: 'A.B', isList: false },
  some: { value: ['a.b', 'c|d'], text: 'a.b + c|d', isList: true },
  all: { value: ['x', 'y'], text: 'All', isList: true, allValue: '.*' },
};
const scope: Scope = {
  variable: (name) => variables[name],
  builtIn: (name, path) =>
    ({ __range: '3600s', __from: '1795686000000', __field: path === 'labels.job' ? "o'shop" : path })[name],
};

describe('interpolate', () => {
  it.each([
    ['$one ${one} [[one]]', 'a.b a.b a.b'],
    ['$some ${all}', '{a.b,c|d} .*'],
    ['[[some:pipe]]', 'a.b|c|d'],
    ['${some.text} ${one.text:raw}', 'a.b + c|d A.B'],
    ['rate(x[$__range])', 'rate(x[3600s])'],
    ['${__field.labels.job}', "o'shop"],
    ['${__field.labels.job:sqlstring}', "'o''shop'"],
    ['${__field.fields["a: {b}"]:pipe}', 'fields["a: {b}"]'],
    ["${__field.fields['a:b'].text}", "fields['a:b'].text"],
    [String.raw`\${__field.fields[\"a:b\"]}`.slice(1), String.raw`fields[\"a:b\"]`],
    ['${__field.fields[1]}', 'fields[1]'],
    ['${__from:date:seconds}', '1795686000'],
    ['${__from:date:YYYY}', '2026'],
    ['$unknown ${unknown:csv} $5', '$unknown ${unknown:csv} $5'],
    ['no reference', 'no reference'],
  ])('writes %s as %s', (text, expected) => expect(interpolate(text, scope)).toBe(expected));

  it('writes what has no format of its own as it is told', () => {
    expect(interpolate('$some ${some:pipe} $all', scope, rawFormat)).toBe('a.b,c|d a.b|c|d .*');
  });
});

describe('referencesOf', () => {
  it('names them however they are written', () => {
    expect([...referencesOf('$a ${b:csv} [[c]] ${d.text}')]).toEqual(['a', 'b', 'c', 'd']);
  });
});
