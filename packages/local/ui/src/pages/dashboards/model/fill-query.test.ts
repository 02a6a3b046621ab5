import { parseLogql } from '@sightline/query/logql';
import { parsePromql } from '@sightline/query/promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VariableValue } from './formats.ts';
import { interpolateQuery } from './fill-query.ts';
import type { Scope } from './interpolate.ts';

interface WithMatchers {
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

const ODD = 'a"b\\c`d\'e\nf}';
const variables: Readonly<Record<string, VariableValue>> = {
  one: { value: 'a.b', text: 'a.b', isList: false },
  some: { value: ['a.b', 'c|d'], text: 'a.b + c|d', isList: true },
  single: { value: ['a.b'], text: 'a.b', isList: true },
  all: { value: ['x', 'y'], text: 'All', isList: true, allValue: String.raw`a\\.b` },
  odd: { value: ODD, text: 'odd', isList: false },
  odds: { value: [ODD], text: 'odd', isList: true },
  filter: { value: 'job="x"', text: '', isList: false },
  own: { value: String.raw`\\d+"\\`, text: '', isList: false },
  end: { value: 'x\\', text: '', isList: false },
};
const scope: Scope = {
  variable: (name) => variables[name],
  builtIn: (name) => ({ __range: '3600s', __data: ODD })[name],
};

describe('interpolateQuery', () => {
  it.each([
    ['{job=~"$some"}', String.raw`{job=~"(a\\.b|c\\|d)"}`],
    ['{job=~"$single"}', String.raw`{job=~"a\\.b"}`],
    ["{job=~'$single'}", String.raw`{job=~'a\\.b'}`],
    ['{job=~`$single`}', '{job=~`a\\.b`}'],
    ['{job="$one"}', '{job="a.b"}'],
    ['{job=~"${all}"}', String.raw`{job=~"a\\.b"}`],
    ['{job=~"${some:regex}"}', String.raw`{job=~"(a\\.b|c\\|d)"}`],
    ['{job=~`${some:regex}`}', '{job=~`(a\\.b|c\\|d)`}'],
    ['{job=~"${some:pipe}"}', '{job=~"a.b|c|d"}'],
    ["x[$__range] # it's $one", "x[3600s] # it's a.b"],
    ['up{$filter}', 'up{job="x"}'],
    ['topk($single, up)', 'topk(a.b, up)'],
    ['by (${some:csv})', 'by (a.b,c|d)'],
    ['{a=~"${own:raw}"}', String.raw`{a=~"\\d+\"\\"}`],
    ['{a="${end:raw}"}', String.raw`{a="x\\"}`],
    ['{a="$unknown"} "open $one', '{a="$unknown"} "open a.b'],
  ])('writes %s as %s', (text, expected) => expect(interpolateQuery(text, scope, 'regex')).toBe(expected));

  it.each([
    ['{a="$odd"}', String.raw`{a="a\"b\\c${'`'}d'e\nf}"}`],
    ["{a='$odd'}", String.raw`{a='a"b\\c${'`'}d\'e\nf}'}`],
    ['{a=`$odd`}', String.raw`{a="a\"b\\c${'`'}d'e\nf}"}`],
    ['{a="${__data.fields.X}"}', String.raw`{a="a\"b\\c${'`'}d'e\nf}"}`],
    ['{a="${__data.fields.X:raw}"}', String.raw`{a="a\"b\\c${'`'}d'e\nf}"}`],
  ])('keeps a value within its quotes: %s', (text, expected) => {
    expect(interpolateQuery(text, scope, 'regex')).toBe(expected);
  });

  it('puts bars between the values of TraceQL, without escaping them for a regular expression', () => {
    expect(interpolateQuery('{ name =~ "$some" && a =~ `${some:pipe}` }', scope, 'pipe')).toBe(
      '{ name =~ "a.b|c|d" && a =~ `a.b|c|d` }',
    );
    expect(interpolateQuery('{ name = "$odd" }', scope, 'pipe')).toBe(
      String.raw`{ name = "a\"b\\c${'`'}d'e\nf}" }`,
    );
  });

  it('has the query mean the value, whatever it is', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'b', '"', "'", '`', '\\', '\n', '\r', '}', '{', '|', '$', '#', '\u{1F600}'),
    });
    fc.assert(
      fc.property(value, fc.constantFrom('"$x"', '`$x`', '"${__data.x:csv}"'), (text, form) => {
        const own: Scope = {
          variable: () => ({ value: text, text, isList: false }),
          builtIn: (name) => (name === '__data' ? text : undefined),
        };
        const query = interpolateQuery(`{a=${form}, b="c"}`, own, 'regex');
        const [expression, lines] = [parsePromql(query), parseLogql(query)];
        const wanted = [
          ['a', text],
          ['b', 'c'],
        ];
        for (const { matchers } of [expression, lines] as unknown as WithMatchers[]) {
          expect(matchers.map((each) => [each.name, each.value])).toEqual(wanted);
        }
      }),
      { numRuns: 100 },
    );
  });
});
