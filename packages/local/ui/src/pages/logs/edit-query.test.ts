import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLineFilter,
  chipsOf,
  countByField,
  excludeField,
  includeAny,
  includeField,
  removeChip,
  searchedTexts,
  selectorFor,
} from './edit-query.ts';
import { readQuery, unquoted } from './read-query.ts';
import { quoted } from '../../parts/quote.ts';

/** What could end a text too early, or is written otherwise within one. */
const characters = fc.constantFrom(...Array.from('ab"`\\{}|=,#\n\t\0\u0007\u001B\u2028\u202E😀é'), '\uD800');
const texts = fc.string({ unit: characters });

describe('readQuery', () => {
  it('finds matchers and stages, with pipes, braces and quotes inside of texts left alone', () => {
    const read = readQuery(
      String.raw`{app="a,}|", level=~"warn|error"} |= "x | y" or "z" != "no" | json | line_format "{{ .a | b }}" # | end`,
    );
    expect(read?.matchers.map(({ name, op, value }) => [name, op, value])).toEqual([
      ['app', '=', 'a,}|'],
      ['level', '=~', 'warn|error'],
    ]);
    expect(read?.stages.map(({ text }) => text)).toEqual([
      '|= "x | y" or "z"',
      '!= "no"',
      '| json',
      '| line_format "{{ .a | b }}"',
    ]);
  });

  it('tells a filter on a label from one on the line', () => {
    expect(readQuery('{a="b"} | status != "x" | c!~"d"')?.stages.map(({ text }) => text)).toEqual([
      '| status != "x"',
      '| c!~"d"',
    ]);
    expect(readQuery('{a="b"} != `x` !~ "y"')?.stages.map(({ text }) => text)).toEqual(['!= `x`', '!~ "y"']);
  });

  it.each([
    '',
    'sum(rate({a="b"}[1m]))',
    '{a="b"',
    '{a="b"} [5m]',
    '{a="b} |= "x"',
    '{a}',
    'rate({a="b"}[1m])',
  ])('does not take %j for a query of lines', (query) => {
    expect(readQuery(query)).toBeUndefined();
  });
});

describe('includeAny', () => {
  it('asks for every name of a level, where labels have several', () => {
    const level = { name: 'level', kind: 'label' } as const;
    expect(includeAny('{a="b", level="info"} |= "x"', level, ['warning'])).toBe(
      '{a="b", level="warning"} |= "x"',
    );
    expect(includeAny('{a="b", level="info"} |= "x"', level, ['warn', 'WARN.'])).toBe(
      String.raw`{a="b", level=~"warn|WARN\\."} |= "x"`,
    );
    const field = { name: 'detected_level', kind: 'field' } as const;
    const once = includeAny('{a="b"}', field, ['warn', 'w']);
    expect(once).toBe('{a="b"} | detected_level=~"warn|w"');
    expect(includeAny(once, field, ['warn', 'w'])).toBe(once);
  });
});

describe('unquoted', () => {
  it('gives back any text that was quoted', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(unquoted(quoted(text))).toBe(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
      }),
    );
  });
});

describe('includeField', () => {
  it.each([
    ['label', '{level="info"} |= "x"', '{level="error"} |= "x"'],
    ['label', '{service_name="shop"}', '{service_name="shop", level="error"}'],
    ['label', '{service_name="shop", level!="error"}', '{service_name="shop", level="error"}'],
    ['field', '{a="b"}', '{a="b"} | level="error"'],
    ['field', '{a="b"} | level="error"', '{a="b"} | level="error"'],
    ['field', '{a="b"} | level != "error" |= "x"', '{a="b"} |= "x" | level="error"'],
    ['json', '{a="b"}', '{a="b"} | json | level="error"'],
    ['json', '{a="b"} | json | x="y"', '{a="b"} | json | x="y" | level="error"'],
    ['logfmt', '{a="b"}', '{a="b"} | logfmt | level="error"'],
  ] as const)('asks for a %s in %s', (kind, query, expected) => {
    expect(includeField(query, { name: 'level', value: 'error', kind })).toBe(expected);
  });

  it('leaves a query of numbers as it is', () => {
    const query = 'sum(count_over_time({a="b"}[1m]))';
    expect(includeField(query, { name: 'a', value: 'b', kind: 'label' })).toBe(query);
  });

  it('keeps any value whole, whatever is in it', () => {
    fc.assert(
      fc.property(
        texts.map((text) => text.replaceAll(/\p{Surrogate}/gu, '?')),
        (value) => {
          const query = includeField('{a="b"} | json', { name: 'x', value, kind: 'field' });
          expect(readQuery(query)?.stages.at(-1)?.text).toBe(`| x=${quoted(value)}`);
          const label = includeField('{a="b"} | json', { name: 'x', value, kind: 'label' });
          expect(readQuery(label)?.matchers.at(-1)?.value).toBe(value);
          expect(readQuery(label)?.stages).toHaveLength(1);
        },
      ),
    );
  });
});

describe('excludeField', () => {
  it.each([
    ['label', '{service_name="shop"}', '{service_name="shop", level!="error"}'],
    ['label', '{level="error"}', '{service_name=~".+", level!="error"}'],
    ['label', '{level=~"error|warn"}', '{level=~"error|warn", level!="error"}'],
    ['label', '{level=~".*"}', '{service_name=~".+", level=~".*", level!="error"}'],
    ['field', '{a="b"} | level="error" | json', '{a="b"} | json | level!="error"'],
    ['json', '{a="b"}', '{a="b"} | json | level!="error"'],
  ] as const)('leaves out a %s in %s', (kind, query, expected) => {
    expect(excludeField(query, { name: 'level', value: 'error', kind })).toBe(expected);
  });
});

describe('addLineFilter', () => {
  it('stands before the first stage that takes lines apart, once', () => {
    const query = addLineFilter('{a="b"} |= "x" | json | c="d"', '|=', 'say "hi"');
    expect(query).toBe(String.raw`{a="b"} |= "x" |= "say \"hi\"" | json | c="d"`);
    expect(addLineFilter(query, '|=', 'say "hi"')).toBe(query);
  });

  it('takes a text for another one where only its spaces differ', () => {
    expect(addLineFilter('{a="b"} |= "a b"', '|=', 'ab')).toBe('{a="b"} |= "a b" |= "ab"');
    expect(addLineFilter('{a="b"} |= `a b`', '|=', 'a b')).toBe('{a="b"} |= `a b` |= "a b"');
    expect(addLineFilter('{a="b"} |=\n "a  b"', '|=', 'a  b')).toBe('{a="b"} |=\n "a  b"');
    expect(addLineFilter(String.raw`{a="b"} |= "a\" b"`, '|=', 'a"b')).toBe(
      String.raw`{a="b"} |= "a\" b" |= "a\"b"`,
    );
    const query = '{a="b"} | city = "New York"';
    const field = { name: 'city', kind: 'field' } as const;
    expect(excludeField(query, { ...field, value: 'NewYork' })).toBe(`${query} | city!="NewYork"`);
    expect(excludeField(query, { ...field, value: 'New York' })).toBe('{a="b"} | city!="New York"');
  });
});

describe('removeChip', () => {
  const query = '{service_name="shop", level="error"} |= "x" | json';

  it('takes away one piece and leaves the others', () => {
    expect(chipsOf(query).map(({ text }) => text)).toEqual([
      'service_name="shop"',
      'level="error"',
      '|= "x"',
      '| json',
    ]);
    expect(removeChip(query, 1)).toBe('{service_name="shop"} |= "x" | json');
    expect(removeChip(query, 2)).toBe('{service_name="shop", level="error"} | json');
  });

  it('asks for everything when no matcher is left', () => {
    expect(removeChip('{level="error"} | json', 0)).toBe('{service_name=~".+"} | json');
    expect(removeChip('{level="error", a!="b"}', 0)).toBe('{service_name=~".+", a!="b"}');
  });
});

describe('countByField', () => {
  it('counts per value, past a parser only the lines that it understood', () => {
    expect(countByField('{a="b"} |= "x"', { name: 'route', kind: 'field' })).toBe(
      'sum by (route) (count_over_time({a="b"} |= "x" [1m]))',
    );
    expect(countByField('{a="b"}', { name: 'route', kind: 'json' }, '30s')).toBe(
      'sum by (route) (count_over_time({a="b"} | json | __error__="" [30s]))',
    );
    expect(countByField('sum(rate({a="b"}[1m]))', { name: 'route', kind: 'field' })).toBeUndefined();
  });
});

describe('selectorFor', () => {
  it('names the stream, or everything when nothing is known of it', () => {
    expect(selectorFor({ service_name: 'a"b', level: 'info' })).toBe(
      String.raw`{service_name="a\"b", level="info"}`,
    );
    expect(selectorFor({})).toBe('{service_name=~".+"}');
  });
});

describe('searchedTexts', () => {
  it('are those of the filters that keep lines', () => {
    expect(searchedTexts('{a="b"} |= "x" or `y z` != "no" |~ "re"')).toEqual(['x', 'y z']);
  });
});

describe('edits of odd queries', () => {
  it.each([
    ['is none', 'no query', 'no query'],
    ['has a matcher that excludes another value', '{a="1", b!="2"}', '{a="1", b!="2", b!="3"}'],
    ['has one that no browser understands', '{a=~"(?P<x>"}', '{a=~"(?P<x>", b!="3"}'],
    ['has none that needs a value', '{a=~".*"}', '{service_name=~".+", a=~".*", b!="3"}'],
    ['has the value', '{a="1", b="3"}', '{a="1", b!="3"}'],
  ])('excludes a label of a query that %s', (_, query, expected) => {
    expect(excludeField(query, { name: 'b', value: '3', kind: 'label' })).toBe(expected);
  });

  it('leaves alone what is no query of lines', () => {
    const odd = 'sum(rate({a="b"}[1m]))';
    expect(addLineFilter(odd, '|=', 'x')).toBe(odd);
    expect(removeChip(odd, 0)).toBe(odd);
    expect(chipsOf(odd)).toEqual([]);
    expect(searchedTexts(odd)).toEqual([]);
    expect(countByField(odd, { name: 'a', kind: 'label' })).toBeUndefined();
  });

  it('takes lines apart as they are written, once', () => {
    const of = (query: string, kind: 'json' | 'logfmt' | 'field'): string | undefined =>
      countByField(query, { name: 'a', kind });
    expect(of('{x="y"}', 'logfmt')).toContain('{x="y"} | logfmt | __error__=""');
    expect(of('{x="y"} | json', 'json')).toContain('{x="y"} | json | __error__=""');
    expect(of('{x="y"}', 'field')).toBe('sum by (a) (count_over_time({x="y"} [1m]))');
  });

  it('puts a text before what takes lines apart, and once', () => {
    const query = addLineFilter('{x="y"} | json', '|=', 'a');
    expect(query).toBe('{x="y"} |= "a" | json');
    expect(addLineFilter(query, '|=', 'a')).toBe(query);
    expect(searchedTexts('{x="y"} |= "" |= `b` | json')).toEqual(['b']);
  });
});
