import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type GoValue,
  TemplateError,
  TemplateInterrupt,
  builtins,
  executeTemplate,
  goMap,
  parseTemplate,
  sprintf,
} from './index.ts';

const data = goMap('map[string]interface {}', [
  ['name', 'shop'],
  ['count', 3n],
  ['ratio', 0.25],
  ['list', { kind: 'slice', type: '[]string', items: ['a', 'b'] }],
  ['map', goMap('map[string]string', [['k', 'v']], '')],
]);

function run(text: string, dot: GoValue = data): string {
  return executeTemplate(parseTemplate('t', text, new Set(Object.keys(builtins))), dot, builtins);
}

function problemOf(text: string): string {
  try {
    run(text);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return 'none';
}

describe('executeTemplate', () => {
  it.each([
    ['{{.name}} {{ .count }} {{.ratio}} {{.none}}', 'shop 3 0.25 <no value>'],
    ['a  {{- .name -}}  b', 'ashopb'],
    ['{{/* a comment */}}x{{- /* another */ -}} y', 'xy'],
    ['{{if .none}}1{{else if eq .count 3}}2{{else}}3{{end}}', '2'],
    ['{{with .map}}{{.k}}{{.x}}{{end}}{{with .none}}{{else with .name}}{{.}}{{end}}', 'vshop'],
    ['{{range .list}}[{{.}}]{{end}}{{range .none}}x{{else}}none{{end}}', '[a][b]none'],
    ['{{range $i, $e := .list}}{{$i}}{{$e}}{{end}}{{range 3}}{{.}}{{end}}', '0a1b012'],
    ['{{range .list}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{$x := 1}}{{range .list}}{{$x = .}}{{end}}{{$x}}', 'b'],
    ['{{define "d"}}<{{.}}>{{end}}{{template "d" .name}}{{block "e" .count}}{{.}}{{end}}', '<shop>3'],
    ['{{.name | printf "%s-%d" "x" 5}}', 'x-5%!(EXTRA string=shop)'],
    ['{{printf "%s-%d" .name .count}}', 'shop-3'],
    ['{{(index .map "k") | len}} {{len .list}} {{index .list 1}}', '1 2 b'],
    ['{{and .name .none}} {{or .none .name}} {{not .none}}', '<no value> shop true'],
    ['{{and false (index .list 9)}}', 'false'],
    ['{{print 1 2 "a" .list nil}} {{print .map}}', '1 2a[a b] <nil> map[k:v]'],
    ['{{"\\u00e9" | printf "%q"}} {{`raw`}} {{\'a\'}}', '"é" raw 97'],
    ['{{html "<a>&\\""}} {{js "a\'b"}} {{urlquery "a b"}}', String.raw`&lt;a&gt;&amp;&#34; a\'b a+b`],
    ['{{slice "abcd" 1 3}} {{slice .list 1}}', 'bc [b]'],
    ['{{lt 1 2}} {{gt 1.5 0.5}} {{le "a" "b"}} {{ge 1 2}} {{ne 1 1}}', 'true true true false false'],
    ['{{0x1F}} {{1_000}} {{0b11}} {{-5}} {{1e3}} {{.5}}', '31 1000 3 -5 1000 0.5'],
  ])('makes of %s %s', (text, expected) => {
    expect(run(text)).toBe(expected);
  });

  it.each([
    ['{{', 'template: t:1: unclosed action'],
    ['\n\n{{nope}}', 'template: t:3: function "nope" not defined'],
    ['{{$x}}', 'template: t:1: undefined variable "$x"'],
    ['{{if true}}', 'template: t:1: unexpected EOF'],
    ['{{end}}', 'template: t:1: unexpected {{end}}'],
    ['{{break}}', 'template: t:1: {{break}} outside {{range}}'],
    ['{{.name | 5}}', 'template: t:1: non executable command in pipeline stage 2'],
    ['{{}}', 'template: t:1: missing value for command'],
    ['{{"a}}', 'template: t:1: unterminated quoted string'],
    ['{{.a-b}}', "template: t:1: bad character U+002D '-'"],
    ['{{(1}}', 'template: t:1: unclosed left paren'],
    ['{{if 1}}{{define "x"}}{{end}}{{end}}', 'template: t:1: unexpected <define> in command'],
    ['{{/* a', 'template: t:1: unclosed comment'],
    [
      'é {{.name.more}}',
      'template: t:1:10: executing "t" at <.name.more>: can\'t evaluate field more in type string',
    ],
    ['{{template "x"}}', 'template: t:1:11: executing "t" at <{{template "x"}}>: template "x" not defined'],
    ['{{len 3}}', 'template: t:1:2: executing "t" at <len 3>: error calling len: len of type int'],
    [
      '{{index .list 5}}',
      'template: t:1:2: executing "t" at <index .list 5>: error calling index: index out of range: 5',
    ],
    [
      '{{eq 1 1.0}}',
      'template: t:1:2: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64',
    ],
    ['{{not}}', 'template: t:1:2: executing "t" at <not>: wrong number of args for not: want 1 got 0'],
    ['{{printf 5}}', 'template: t:1:9: executing "t" at <5>: expected string; found 5'],
    [
      '{{range .count}}{{end}}{{range .ratio}}{{end}}',
      'template: t:1:31: executing "t" at <.ratio>: range can\'t iterate over 0.25',
    ],
    ['{{.name 5}}', 'template: t:1:2: executing "t" at <.name>: name is not a method but has arguments'],
    ['{{nil}}', 'template: t:1:2: executing "t" at <nil>: nil is not a command'],
  ])('says what is wrong with %s', (text, message) => {
    expect(problemOf(text)).toBe(message);
  });

  it('ends a template that calls itself, writes too much or loops too long', () => {
    expect(problemOf('{{define "x"}}{{template "x"}}{{end}}{{template "x"}}')).toMatch(
      /maximum template depth/,
    );
    const twice = '{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}';
    expect(problemOf(twice)).toMatch(/more than 1000000 steps/);
    expect(problemOf('{{range 1000}}{{range 900}}abcd{{end}}{{end}}')).toMatch(/longer than 1000000/);
  });

  it('lets an interrupt of a function through', () => {
    const functions = {
      ...builtins,
      ask: {
        takes: [],
        call: () => {
          throw new TemplateInterrupt('later');
        },
      },
    };
    const template = parseTemplate('t', '{{ask}}', new Set(Object.keys(functions)));
    expect(() => executeTemplate(template, undefined, functions)).toThrow(TemplateInterrupt);
  });

  it('fails in no other way than with a TemplateError, whatever it reads', () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        ' ',
        'if',
        'else',
        'end',
        'range',
        'with',
        '.',
        '.name',
        '$',
        '$x',
        ':=',
        '=',
        ',',
        '|',
        '(',
      ],
      ...[
        ')',
        '"a"',
        '`b',
        '5',
        '-',
        'nil',
        'true',
        'printf',
        'eq',
        'define',
        'template',
        'é',
        '{{- ',
        ' -}}',
        '\n',
      ],
      ...['/*', '*/', "'a'", '0x', 'index', 'break', 'block'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(typeof problemOf(pieces.join(''))).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('sprintf', () => {
  it.each([
    ['%d %5d|%-5d|%05d|%+d', [1n, 2n, 3n, 4n, 5n], '1     2|3    |00004|+5'],
    ['%v %v %v %v', [1n, 1.5, 'a', true], '1 1.5 a true'],
    ['%.2f %8.3f|%-8.1f|%08.2f|%+.1f', [1.005, 2.5, 3.25, -4.5, 5], '1.00    2.500|3.2     |-0004.50|+5.0'],
    [
      '%e %.3e %g %.3g %G',
      [1234.5, 0.000_012, 1e21, 1234.5, 1e-10],
      '1.234500e+03 1.200e-05 1e+21 1.23e+03 1E-10',
    ],
    ['%s|%5s|%-5s|%.2s|%q|%x', ['a', 'b', 'c', 'def', 'g"\n', 'hi'], 'a|    b|c    |de|"g\\"\\n"|6869'],
    ['%x %X %o %b %c %U %#x', [255n, 255n, 8n, 5n, 65n, 0x1f600n, 16n], 'ff FF 10 101 A U+1F600 0x10'],
    ['%t %T %T', [false, 1n, 'x'], 'false int string'],
    ['%d %s', ['x', 1.5], '%!d(string=x) %!s(float64=1.5)'],
    ['%d', [], '%!d(MISSING)'],
    ['x', [1n, undefined], 'x%!(EXTRA int=1, <nil>)'],
    ['%d%%', [5n], '5%'],
    ['%', [], '%!(NOVERB)'],
    ['%*d|%-*d', [4n, 1n, 3n, 2n], '   1|2  '],
    ['%.4g %.4g %.4g %.4g', [0, 1_234_567, 0.000_123_456, 99_999], '0 1.235e+06 0.0001235 1e+05'],
    ['%v %f %.4g', [NaN, Infinity, -Infinity], 'NaN +Inf -Inf'],
    ['%v', [undefined], '<nil>'],
  ] as const)('writes %s', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });
});
