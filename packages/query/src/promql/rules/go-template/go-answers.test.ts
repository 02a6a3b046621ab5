import { describe, expect, it } from 'vitest';
import { builtins, executeTemplate, parseTemplate } from './index.ts';
import { data } from './template-data.fixture.ts';

function run(text: string): string {
  return executeTemplate(parseTemplate('t', text, new Set(Object.keys(builtins))), data, builtins);
}

/** What Go's text/template makes of templates, with the same data. */
const results: readonly (readonly [template: string, result: string])[] = [
  ['{{printf "%v" (.map).k}}', 'v'],
  ['{{printf "%v" (index .list 0)}}', 'a'],
  ['{{1 | and}}', '1'],
  ['{{0 | and 1}}', '0'],
  ['{{5 | or 0 ""}}', '5'],
  ['{{with $x := 5}}{{$x}}{{end}}', '5'],
  ['{{5.}}', '5'],
  ['{{+5}}', '5'],
  ['{{1 |}}', '1'],
  ['{{- /* a */ -}} x', 'x'],
  [String.raw`{{printf "%# v|%#v|%#v" "a" "a\"b" 5}}`, String.raw`"a"|"a\"b"|5`],
  ['{{printf "%.3g|%.3g|%.10g|%.0g" 100000.0 123456789.0 0.1 5.5}}', '1e+05|1.23e+08|0.1|6'],
  ['{{printf "%.0f|%.1f" 1e22 1e22}}', '10000000000000000000000|10000000000000000000000.0'],
  ['{{printf "%d|%x|%b|%5d|%-5d|%05d" -5 -255 -5 -5 -5 -5}}', '-5|-ff|-101|   -5|-5   |-0005'],
  ['{{printf "%T|%T|%T|%T" nil .list .map .none}}', '<nil>|[]string|map[string]string|<nil>'],
  [
    '{{printf "%v|%s|%d" .map .map .map}}',
    'map[:w k:v ka:x]|map[:w k:v ka:x]|map[%!d(string=):%!d(string=w) %!d(string=k):%!d(string=v) %!d(string=ka):%!d(string=x)]',
  ],
  ['{{printf "%v|%s|%q" .list .list .list}}', '[a b]|[a b]|["a" "b"]'],
  ['{{printf "%*d" -4 7}}|', '7   |'],
  ['{{printf "%*d"}}', '%!(BADWIDTH)%!d(MISSING)'],
  ['{{printf "%*d" "a" 7}}', '%!(BADWIDTH)7'],
  ['{{printf "%.*f" -1 2.5}}', '%!(BADPREC)2.500000'],
  ['{{printf "%.*f" nil 2.5}}', '%!(BADPREC)2.500000'],
  ['{{printf "%-010d|%+05d|% 5d" 5 5 5}}', '5         |+0005|    5'],
  ['{{printf "%d" 1 2}}', '1%!(EXTRA int=2)'],
  ['{{printf "%t|%t" true 1}}', 'true|%!t(int=1)'],
  ['{{printf "%s|%v" nil nil}}', '%!s(<nil>)|<nil>'],
  ['{{printf "%5v|%-5v|" nil nil}}', '<nil>|<nil>|'],
  ['{{printf "%e|%G" 0.0 1e-7}}', '0.000000e+00|1E-07'],
  [
    '{{printf "%6.2f|%-8.2f|%08.2f|%+.2f|% .2f" 1.005 1.005 1.005 1.005 1.005}}',
    '  1.00|1.00    |00001.00|+1.00| 1.00',
  ],
  [
    '{{printf "%v" 1e20}} {{printf "%v" 1e21}} {{1e20}} {{1e21}} {{0.000001}}',
    '1e+20 1e+21 1e+20 1e+21 1e-06',
  ],
  ['{{printf "%q|%q" 65 "a`b"}}', '\'A\'|"a`b"'],
  ['{{printf "%08s|%.1s|%5.1s" "ab" "ab" "ab"}}', '000000ab|a|    a'],
  ['{{lt 1 1}} {{lt "a" "a"}} {{le "a" "a"}} {{gt "a" "b"}}', 'false false true false'],
  ['{{eq .none .name}}', 'false'],
  ['{{eq nil nil}}', 'true'],
  ['{{ne .name .none}}', 'true'],
  ['{{$.nothing}}', '<no value>'],
  ['{{slice .name 1 2 | printf "%s"}}', 'h'],
  ['{{index .list 0 0}}', '97'],
  ['{{range 3}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}', '02'],
  ['{{range .map}}{{.}}{{else}}none{{end}}', 'wvx'],
  ['{{block "b" .}}{{.name}}{{end}}', 'shop'],
  ['{{with .none}}a{{else with .name}}{{.}}{{else}}c{{end}}', 'shop'],
  ['{{if .none}}a{{else if .name}}b{{else}}c{{end}}', 'b'],
  ['{{print 1 2}} {{print "a" "b"}} {{print 1 "a" 2}} {{println 1 "a"}}', '1 2 ab 1a2 1 a\n'],
  ['{{true | not}}', 'false'],
  ['{{.yes | not | not}}', 'true'],
  ['{{"a" | len}}', '1'],
  ['{{`a\nb`}}', 'a\nb'],
  ['{{.name }} }}', 'shop }}'],
  ['{{\t.name\n}}', 'shop'],
  ['{{ .name\n}}{{\n.name}}', 'shopshop'],
  ['{{.é}}', '<no value>'],
  [
    '{{.}}x{{. }}',
    'map[count:3 empty:[] list:[a b] map:map[:w k:v ka:x] name:shop none:<nil> ratio:0.25 yes:true]xmap[count:3 empty:[] list:[a b] map:map[:w k:v ka:x] name:shop none:<nil> ratio:0.25 yes:true]',
  ],
  ['{{$}}', 'map[count:3 empty:[] list:[a b] map:map[:w k:v ka:x] name:shop none:<nil> ratio:0.25 yes:true]'],
  ['{{ 1.5e3 }} {{ 1E3 }} {{ 0X1f }} {{ 0B11 }} {{ 0O17 }} {{ 1_000.5 }}', '1500 1000 31 3 15 1000.5'],
  ['{{range $i := .empty}}{{else}}{{$i}}{{end}}', '[]'],
  ['{{range $i, $e := .empty}}{{else}}{{$i}}{{$e}}{{end}}', '[][]'],
  ['{{$i := 5}}{{range $i = .empty}}{{else}}{{$i}}{{end}}{{$i}}', '[][]'],
  ['{{$a := 1}}{{range $a = .list}}{{$a}}{{end}}{{$a}}', 'abb'],
  ['{{range $a, $a := .list}}{{$a}}{{end}}', 'ab'],
  ['{{range $i := 0}}{{else}}{{$i}}{{end}}', '0'],
  ['{{if $x := .none}}{{else}}{{$x}}{{end}}', '<no value>'],
  ['{{with $x := .none}}{{else}}{{$x}}{{end}}', '<no value>'],
  ['{{range 3}}{{end}}{{range -1}}x{{else}}none{{end}}', 'none'],
  ['{{range .nothing}}x{{else}}none{{end}}', 'none'],
];

/** What it says of those that are none, or fail. */
const problems: readonly (readonly [template: string, problem: string])[] = [
  ['{{.none.x}}', 'template: t:1:7: executing "t" at <.none.x>: nil pointer evaluating interface {}.x'],
  ['{{.none | printf}}', 'template: t:1:10: executing "t" at <printf>: invalid value; expected string'],
  ['{{nil | printf "%v"}}', 'template: t:1:2: executing "t" at <nil>: nil is not a command'],
  [
    '{{index (.list) 9}}',
    'template: t:1:2: executing "t" at <index (.list) 9>: error calling index: index out of range: 9',
  ],
  [
    '{{index .map (1)}}',
    'template: t:1:2: executing "t" at <index .map (1)>: error calling index: value has type int; should be string',
  ],
  [
    '{{index (.list | print) "a"}}',
    'template: t:1:2: executing "t" at <index (.list | print) "a">: error calling index: cannot index slice/array with type string',
  ],
  [
    '{{range $i, $e := .ratio}}{{end}}',
    'template: t:1:18: executing "t" at <.ratio>: range can\'t iterate over 0.25',
  ],
  [
    '{{range $e := .ratio}}{{end}}',
    'template: t:1:14: executing "t" at <.ratio>: range can\'t iterate over 0.25',
  ],
  [
    '{{$i := 1}}{{range $i = .ratio}}{{end}}',
    'template: t:1:24: executing "t" at <.ratio>: range can\'t iterate over 0.25',
  ],
  ['{{range (.ratio)}}{{end}}', 'template: t:1:9: executing "t" at <.ratio>: range can\'t iterate over 0.25'],
  [
    '{{index .list ($x := 9)}}',
    'template: t:1:2: executing "t" at <index .list ($x := 9)>: error calling index: index out of range: 9',
  ],
  ['{{08}}', 'template: t:1: integer overflow: "08"'],
  ['{{0x_}}', 'template: t:1: illegal number syntax: "0x_"'],
  ['{{1__0}}', 'template: t:1: illegal number syntax: "1__0"'],
  ['{{1e400}}', 'template: t:1: illegal number syntax: "1e400"'],
  ['{{.5.5}}', 'template: t:1: unexpected ".5" in operand'],
  ['{{1 | | 2}}', 'template: t:1: unexpected "|" in command'],
  ['{{| 1}}', 'template: t:1: unexpected "|" in command'],
  [String.raw`{{template "\q"}}`, 'template: t:1: invalid syntax'],
  [String.raw`{{define "\q"}}{{end}}`, 'template: t:1: invalid syntax'],
  ['{{template}}', 'template: t:1: unexpected "}}" in template clause'],
  ['{{template 5}}', 'template: t:1: unexpected "5" in template clause'],
  ['{{template "a" end}}', 'template: t:1: unexpected <end> in template clause'],
  ['{{template "a" if}}', 'template: t:1: unexpected <if> in template clause'],
  ['{{define', 'template: t:1: unclosed action'],
  ['{{define }}', 'template: t:1: unexpected "}}" in define clause'],
  ['{{if', 'template: t:1: unclosed action'],
  ['{{if}}', 'template: t:1: missing value for if'],
  ['{{else}}', 'template: t:1: unexpected {{else}}'],
  ['{{if 1}}{{else 5}}{{end}}', 'template: t:1: unexpected "5" in else'],
  ["{{'a}}", 'template: t:1: unterminated character constant'],
  ["{{'", 'template: t:1: unterminated character constant'],
  ["{{''}}", 'template: t:1: invalid syntax'],
  [String.raw`{{'\q'}}`, 'template: t:1: invalid syntax'],
  ['{{: 1}}', 'template: t:1: expected :='],
  ['{{/* a */ b}}', 'template: t:1: comment ends before closing delimiter'],
  ['{{/* a */', 'template: t:1: comment ends before closing delimiter'],
  [
    '{{eq .list .list}}',
    'template: t:1:2: executing "t" at <eq .list .list>: error calling eq: non-comparable type [a b]: []string',
  ],
  ['{{len}}', 'template: t:1:2: executing "t" at <len>: wrong number of args for len: want 1 got 0'],
  ['{{len 1 2}}', 'template: t:1:2: executing "t" at <len>: wrong number of args for len: want 1 got 2'],
  ['{{not 1 2}}', 'template: t:1:2: executing "t" at <not>: wrong number of args for not: want 1 got 2'],
  ['{{.map.k.y}}', 'template: t:1:6: executing "t" at <.map.k.y>: can\'t evaluate field y in type string'],
  ['{{(index .list 0).x}}', 'template: t:1:15: executing "t" at <0>: can\'t evaluate field x in type string'],
  [
    '{{slice .list -1}}',
    'template: t:1:2: executing "t" at <slice .list -1>: error calling slice: index out of range: -1',
  ],
  [
    '{{index .list -1}}',
    'template: t:1:2: executing "t" at <index .list -1>: error calling index: index out of range: -1',
  ],
  [
    '{{range $i, $e := 3}}{{$i}}{{$e}}{{end}}',
    'template: t:1:18: executing "t" at <3>: can\'t use 3 to iterate over more than one variable',
  ],
  [
    '{{range .name}}{{.}}{{end}}',
    'template: t:1:8: executing "t" at <.name>: range can\'t iterate over shop',
  ],
  ['{{range .yes}}{{end}}', 'template: t:1:8: executing "t" at <.yes>: range can\'t iterate over true'],
  ['{{block "b"}}{{end}}', 'template: t:1: missing value for block clause'],
  ['{{define "x"}}{{$y := 1}}{{end}}{{template "x" .}}{{$y}}', 'template: t:1: undefined variable "$y"'],
  ['{{call .none}}', 'template: t:1:2: executing "t" at <call .none>: error calling call: call of nil'],
  ['{{break}}', 'template: t:1: {{break}} outside {{range}}'],
  ['{{range .list}}{{define "z"}}{{end}}{{end}}', 'template: t:1: unexpected <define> in command'],
  ['{{5 5}}', 'template: t:1:2: executing "t" at <5>: can\'t give argument to non-function 5'],
  ['{{.list 5}}', 'template: t:1:2: executing "t" at <.list>: list is not a method but has arguments'],
  ['{{$x := 5}}{{$x 6}}', 'template: t:1:13: executing "t" at <$x>: can\'t give argument to non-function $x'],
  [
    '{{$x := 5}}{{7 | $x}}',
    'template: t:1:17: executing "t" at <$x>: can\'t give argument to non-function $x',
  ],
  ['{{end}}', 'template: t:1: unexpected {{end}}'],
  ['{{if 1}}{{end}}{{end}}', 'template: t:1: unexpected {{end}}'],
  ['{{.x y}}', 'template: t:1: function "y" not defined'],
  ['{{a.b}}', 'template: t:1: function "a" not defined'],
  ['{{len.x}}', 'template: t:1:2: executing "t" at <len>: wrong number of args for len: want 1 got 0'],
  ['{{"a\n"}}', 'template: t:1: unterminated quoted string'],
  ['{{.name}', "template: t:1: bad character U+007D '}'"],
  ['{{.name.}}', 'template: t:1: unexpected <.> in operand'],
  ['{{$é}}', 'template: t:1: undefined variable "$é"'],
  ['{{ nil }}', 'template: t:1:3: executing "t" at <nil>: nil is not a command'],
  ['{{ (nil) }}', 'template: t:1:4: executing "t" at <nil>: nil is not a command'],
  ['{{ . | nil }}', 'template: t:1: non executable command in pipeline stage 2'],
  ["{{ 'a' 'b' }}", "template: t:1:3: executing \"t\" at <'a'>: can't give argument to non-function 'a'"],
  [
    '{{range $i, $e := (.ratio)}}{{end}}',
    'template: t:1:19: executing "t" at <.ratio>: range can\'t iterate over 0.25',
  ],
  [
    '{{range $i, $e := 3 | print}}{{end}}',
    'template: t:1:22: executing "t" at <print>: range can\'t iterate over 3',
  ],
  [
    '{{range $e := .ratio | printf "%v"}}{{end}}',
    'template: t:1:30: executing "t" at <"%v">: range can\'t iterate over 0.25',
  ],
  ['{{range nil}}{{end}}', 'template: t:1:8: executing "t" at <nil>: nil is not a command'],
  [
    '{{($x := 5) 6}}',
    'template: t:1:2: executing "t" at <($x := 5) 6>: can\'t give argument to non-function $x := 5',
  ],
  [
    '{{$x := 1}}{{($x = 5) 6}}',
    'template: t:1:13: executing "t" at <($x = 5) 6>: can\'t give argument to non-function $x = 5',
  ],
  [
    '{{index (.map).k "a"}}',
    'template: t:1:2: executing "t" at <index (.map).k "a">: error calling index: cannot index slice/array with type string',
  ],
  [
    '{{index (print "a").x 1}}',
    'template: t:1:15: executing "t" at <"a">: can\'t evaluate field x in type string',
  ],
  [
    '{{index ($x := .list) 9}}',
    'template: t:1:2: executing "t" at <index ($x := .list) 9>: error calling index: index out of range: 9',
  ],
  [
    '{{$x := .map}}{{index $x.k "a"}}',
    'template: t:1:16: executing "t" at <index $x.k "a">: error calling index: cannot index slice/array with type string',
  ],
  [
    '{{template "a" "averyveryverylongtext" "b"}}',
    'template: t:1:11: executing "t" at <{{template "a" "averyveryverylongtext" "b"}}>: template "a" not defined',
  ],
  ['{{template averyveryverylongname}}', 'template: t:1: unexpected "averyveryv"... in template clause'],
  ['{{printf "% f|%+f" 1e999 1.0}}', 'template: t:1: illegal number syntax: "1e999"'],
  ['{{template', 'template: t:1: unclosed action'],
  ['{{template "x" ', 'template: t:1: unclosed action'],
  ['{{if .x}}{{else', 'template: t:1: unclosed action'],
  ['{{:= 5}}', 'template: t:1: unexpected ":=" in command'],
  ['{{$x}}', 'template: t:1: undefined variable "$x"'],
  ['{{$x :=}}', 'template: t:1: missing value for command'],
  ['{{(print "a").x}}', 'template: t:1:9: executing "t" at <"a">: can\'t evaluate field x in type string'],
  [
    '{{(print "a") 5}}',
    'template: t:1:2: executing "t" at <(print "a") 5>: can\'t give argument to non-function print "a"',
  ],
  ['{{$ 5}}', 'template: t:1:2: executing "t" at <$>: can\'t give argument to non-function $'],
  [
    '{{print (.map.k) | len 5}}',
    'template: t:1:19: executing "t" at <len>: wrong number of args for len: want 1 got 2',
  ],
  ['{{§}}', "template: t:1: unrecognized character in action: U+00A7 '§'"],
];

describe('executeTemplate', () => {
  it.each(results)('makes of %s what Go makes of it: %s', (text, result) => {
    expect(run(text)).toBe(result);
  });

  it.each(problems)('says of %s what Go says: %s', (text, message) => {
    expect(() => run(text)).toThrow(expect.objectContaining({ name: 'TemplateError', message }));
  });

  it('refuses parentheses that would take the whole stack', () => {
    const nested = (depth: number): string => `{{${'('.repeat(depth)}1${')'.repeat(depth)}}}`;
    expect(run(nested(200))).toBe('1');
    expect(() => run(nested(201))).toThrow('max expression depth exceeded');
  });
});
