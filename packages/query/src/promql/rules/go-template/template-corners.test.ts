import { describe, expect, it } from 'vitest';
import { type GoValue, TemplateError, builtins, executeTemplate, parseTemplate, sprintf } from './index.ts';
import { data } from './template-data.fixture.ts';

function outcome(text: string, dot: GoValue = data): string {
  try {
    return executeTemplate(parseTemplate('t', text, new Set(Object.keys(builtins))), dot, builtins);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.message.replace(/^template: t:[\d:]+ (?:executing "t" at )?/, '');
  }
}

describe('executeTemplate at its corners', () => {
  it.each([
    ['{{range $k, $v := .map}}{{$k}}={{$v}},{{end}}', '=w,k=v,ka=x,'],
    ['{{range $k, $v := .empty}}x{{else}}none{{end}}', 'none'],
    ['{{$a := 1}}{{range $a = .list}}{{$a}}{{end}}{{$a}}', 'abb'],
    [
      '{{if .empty}}1{{else}}0{{end}}{{if .ratio}}1{{end}}{{if 0.0}}1{{else}}0{{end}}{{if .none}}1{{else}}0{{end}}',
      '0100',
    ],
    ['{{js "\\\\ <a> & = \\n"}}', String.raw`\\ \u003Ca\u003E \u0026 \u003D \u000A`],
    ['{{urlquery "a\'(b)!*"}}', 'a%27%28b%29%21%2A'],
    ['{{html 5 "a"}} {{js true}}', '5a true'],
    ['{{eq .none nil}} {{eq "a" "b" "a"}} {{ne "a" "b"}} {{eq true true}}', 'true true true true'],
    ['{{le 1 1}} {{lt 2 1}} {{ge 1.5 1.5}} {{gt "b" "a"}}', 'true false true true'],
    ['{{index .map "k"}} {{index .map "nothing"}} {{index "abc" 1}} {{index .list}}', 'v  98 [a b]'],
    ['{{slice "abcdef" 2}} {{slice "abc"}} {{slice .list 0 1}}', 'cdef abc [a]'],
    ['{{len .map}} {{len "é"}} {{len .empty}}', '3 2 0'],
    ['{{and 1 0 2}} {{or 0 "" "x"}} {{and 5}} {{or .none}}', '0 x 5 <no value>'],
    ['{{.map.k | printf "%s"}} {{(.map).k}} {{$.name}} {{with .map}}{{$.name}}{{end}}', 'v v shop shop'],
    ['{{(.none).a}} {{$x := .none}}{{$x.a.b}} {{(.none).a 1}}', '<no value> <no value> <no value>'],
    ['{{if (.none).a}}y{{else}}n{{end}} {{(.none).a | printf "%v"}}', 'n <nil>'],
    ['{{.none.a}}', '<.none.a>: nil pointer evaluating interface {}.a'],
    ['{{-9223372036854775808}}', '-9223372036854775808'],
    ['{{0o17}} {{017}} {{-0x1f}} {{1_0.5}} {{1e-3}} {{true}}', '15 15 -31 10.5 0.001 true'],
    ["{{'\\n'}} {{'é'}} {{\"a\\tb\"}}", '10 233 a\tb'],
    ['{{call 1}}', '<call 1>: error calling call: non-function of type int'],
    ['{{call nil}}', '<call nil>: error calling call: call of nil'],
  ])('makes of %s %s', (text, expected) => {
    expect(outcome(text)).toBe(expected);
  });

  it.each([
    ['{{lt .map 1}}', 'invalid type for comparison'],
    ['{{lt 1 "a"}}', 'incompatible types for comparison'],
    ['{{lt true false}}', 'invalid type for comparison'],
    ['{{eq .map .map}}', 'non-comparable type'],
    ['{{eq 1}}', 'missing argument for comparison'],
    ['{{index .list "a"}}', 'cannot index slice/array with type string'],
    ['{{index .list nil}}', 'cannot index slice/array with nil'],
    ['{{index nil 1}}', 'index of'],
    ['{{index .map 1}}', 'value has type int; should be string'],
    ['{{index .count 1}}', "can't index item of type int"],
    ['{{slice nil}}', 'slice of untyped nil'],
    ['{{slice .count 1}}', "can't slice item of type int"],
    ['{{slice "abc" 1 2 3}}', 'cannot 3-index slice a string'],
    ['{{slice .list 1 2 3 4}}', 'too many slice indexes: 4'],
    ['{{slice .list 2 1}}', 'invalid slice index: 2 > 1'],
    ['{{slice .list 9}}', 'index out of range: 9'],
    ['{{len nil}}', 'len of nil pointer'],
    ['{{printf true}}', 'expected string; found true'],
    ['{{printf nil}}', 'cannot assign nil to string'],
    ['{{printf .count}}', 'wrong type for value; expected string; got int'],
    ['{{1 | .name}}', 'name is not a method but has arguments'],
    ['{{"a" 1}}', 'can\'t give argument to non-function "a"'],
    ['{{(1) 2}}', "can't give argument to non-function"],
    ['{{and}}', 'wrong number of args for and: want at least 1 got 0'],
    ['{{nil.x}}', 'unexpected . after term "nil"'],
    ['{{true.x}}', 'unexpected . after term "true"'],
    ['{{1.x}}', 'bad number syntax: "1.x"'],
    ['{{"a".x}}', 'unexpected . after term "\\"a\\""'],
    ['{{..x}}', 'unexpected'],
    ['{{99999999999999999999}}', 'integer overflow'],
    ['{{"\\q"}}', 'invalid syntax'],
    ["{{'ab'}}", 'malformed character constant'],
    ['{{$y = 1}}', 'undefined variable "$y"'],
    ['{{$a, $b := 1}}', 'too many declarations'],
    ['{{range $a, $b, $c := .list}}{{end}}', 'too many declarations in range'],
    ['{{if .name}}a{{else}}b{{else}}c{{end}}', 'expected end; found {{else}}'],
    ['{{define "x"}}{{else}}{{end}}', 'unexpected {{else}} in define clause'],
    ['{{()}}', 'missing value for parenthesized pipeline'],
    ['{{-9223372036854775809}}', 'integer overflow'],
    ['{{.name (.map}}', 'unclosed left paren'],
    ['{{if 1}}'.repeat(2000), 'nested too deeply'],
  ])('says what is wrong with %s: %s', (text, expected) => {
    expect(outcome(text)).toContain(expected);
  });
});

describe('sprintf at its corners', () => {
  it.each<[string, readonly GoValue[], string]>([
    ['%e %E %g %G', [1234.5, 1234.5, 1e21, 1e-7], '1.234500e+03 1.234500E+03 1e+21 1E-07'],
    ['% d|%+d|%+f|% f', [5n, 5n, 1.5, 1.5], ' 5|+5|+1.500000| 1.500000'],
    ['%f|%+f|% f|%6f', [Infinity, NaN, -Infinity, NaN], '+Inf|+NaN|-Inf|   NaN'],
    ['% f|% e', [Infinity, 5.5], ' Inf| 5.500000e+00'],
    ['%#.3g|%#.2g|%#.4g', [1, 1e10, 0.000_01], '1.00|1.0e+10|1.000e-05'],
    ['%.0f|%.1f|%.3f', [2.5, 0.25, 1e22], '2|0.2|10000000000000000000000.000'],
    ['%c|%q|%U', [0x1f600n, 65n, 0x1f600n], "😀|'A'|U+1F600"],
    ['%c', [0xd800n], '\uFFFD'],
    ['%x|%X|%#x|%o|%#o|%b', [255n, 255n, 255n, 8n, 8n, 5n], 'ff|FF|0xff|10|010|101'],
    ['%x|% x|%X', ['hi', 'hi', 'hi'], '6869|68 69|6869'],
    ['%08d|%-8d|%8.3d|%+08d', [5n, 5n, 5n, 5n], '00000005|5       |     005|+0000005'],
    ['%t|%v|%5t', [true, false, true], 'true|false| true'],
    ['%5s|%-5s|%.2s|%q', ['é', 'é', 'éàü', 'a"b'], '    é|é    |éà|"a\\"b"'],
    ['%T %T %T %T', ['a', 1n, 1.5, true], 'string int float64 bool'],
    ['%d|%s|%t', ['a', 5n, 1n], '%!d(string=a)|%!s(int=5)|%!t(int=1)'],
    ['%d|%v|%s', [undefined, undefined, undefined], '%!d(<nil>)|<nil>|%!s(<nil>)'],
    ['%[2]d %[1]d', [1n, 2n], '2 1'],
    ['%[2]*[1]d|%[3]d|%[x]d|%[1]d', [7n, 4n], '   7|%!d(BADINDEX)|%!d(BADINDEX)|7'],
    ['%*d|%-*d|', [4n, 7n, 4n, 7n], '   7|7   |'],
    ['%.*f', [1n, 2.55], '2.5'],
    ['%!|%z|%', [1n, 2n], '%!!(int=1)|%!z(int=2)|%!(NOVERB)'],
    ['%d', [], '%!d(MISSING)'],
    ['%%', [1n], '%%!(EXTRA int=1)'],
    ['x', [1n, undefined], 'x%!(EXTRA int=1, <nil>)'],
    [
      '%v %d',
      [
        { kind: 'slice', type: '[]int', items: [1n, 2n] },
        { kind: 'slice', type: '[]int', items: [3n] },
      ],
      '[1 2] [3]',
    ],
  ])('formats %s of %o as %s', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });
});
