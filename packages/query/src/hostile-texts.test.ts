import { describe, expect, it } from 'vitest';
import { LineLabels } from './logql/pipeline/line-labels.ts';
import { compileStages } from './logql/pipeline/compile-stages.ts';
import { allLabels, ParserHints } from './logql/pipeline/parser-hints.ts';
import { createStreamLabels } from './logql/pipeline/stream-labels.ts';
import { parseLogql } from './logql/syntax/parse-query.ts';
import { tokenize } from './logql/syntax/lexer.ts';
import { textFunctions } from './logql/template/text-functions.ts';
import { parseTime } from './logql/template/parse-time.ts';
import { parseGoFloat } from './logql/values/go-float.ts';
import { parseHistogramLiteral } from './promql/histogram/index.ts';
import { humanize } from './promql/rules/alert-template/humanize.ts';
import { parseTemplate, sprintf } from './promql/rules/go-template/index.ts';
import { parsePromql } from './promql/syntax/parse.ts';
import { tokensOf } from './traceql/syntax/lexer.ts';
import { parseDuration } from './traceql/value/duration-text.ts';

/** Longest line that is kept [UTF-16 units]. */
const lineLength = 262_144;

/** What a pipeline makes of one line: the line, the labels, or the error. */
function piped(
  stages: string,
  line: string,
): { readonly line: string | undefined; readonly labels: LineLabels } {
  const query = parseLogql(`{a="b"} ${stages}`);
  if (query.type !== 'log') throw new Error('a query of lines');
  const labels = new LineLabels(createStreamLabels({}), new ParserHints(allLabels()));
  labels.start(createStreamLabels({}), {});
  let current: string | undefined = line;
  for (const { step } of compileStages(query.stages))
    current = current === undefined ? undefined : step(current, labels, 0n);
  return { line: current, labels };
}

function errorOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return String(error);
  }
}

/** Text without an end that an expression is tried on from each of its letters takes minutes; the test would be over its time. */
describe('hostile texts', () => {
  const spaces = ' '.repeat(lineLength);
  const ones = '1'.repeat(lineLength);

  it.each([
    ['a banner of comments', () => parsePromql(`${'#'.repeat(60)}\n${'#'.repeat(60)}\nup`).kind, 'selector'],
    [
      'nothing but comments',
      () => errorOf(() => parsePromql('# a\n#b\n'.repeat(10_000))),
      'no expression found',
    ],
    [
      'a string of escaped quotes that nothing closes',
      () => errorOf(() => parsePromql(`"${String.raw`\"`.repeat(49_000)}`)),
      'parse error',
    ],
    [
      'the same within a call',
      () => errorOf(() => parsePromql(`sum("${String.raw`\"`.repeat(49_000)}`)),
      'parse error',
    ],
    [
      'the same with a duration',
      () => errorOf(() => parsePromql(`min_of "${String.raw`\"`.repeat(49_000)}`)),
      'parse error',
    ],
    ['many calls of min_of', () => errorOf(() => parsePromql('min_of('.repeat(14_000))), 'parse error'],
    ['a histogram of digits', () => JSON.stringify(parseHistogramLiteral(`{{count:${ones}x}}`)), 'problem'],
    ['digits to be humanized', () => errorOf(() => humanize(`${ones}x`)), 'invalid syntax'],
    ['spaces in a template', () => parseTemplate('t', `a${spaces}b{{- 1 }}`, new Set()).name, 't'],
    ['brackets of a format', () => sprintf('%['.repeat(lineLength / 2), []).slice(0, 20), '%![(MISSING)'],
  ] as const)('PromQL and templates: %s', (_, run, part) => {
    expect(run()).toContain(part);
  });

  it.each([
    ['spaces in a key', '| json', `{"x${spaces}y":"1"}`],
    ['spaces in a nested key', '| json', `{"a":{"x${spaces}y":"1"}}`],
    ['digits', '| json | x > 5', `{"x":"${ones}x"}`],
    ['hexadecimal digits', '| json | x > 5', `{"x":"0x${'a'.repeat(lineLength)}"}`],
    ['sizes', '| json | x > 5MB', `{"x":"${ones}x"}`],
    ['signs of a terminal', '| decolorize', `\u001b${';'.repeat(lineLength)}`],
    ['spaces to be trimmed', '| line_format "{{ trim __line__ }}"', `x${spaces}x`],
    ['pairs that are none', '| logfmt', '" '.repeat(lineLength / 2)],
    ['pairs that are none, beyond ASCII', '| logfmt', 'ä" '.repeat(lineLength / 3)],
    [
      'some 25,000 labels',
      '| json',
      `{${Array.from({ length: 25_000 }, (_, at) => `"a${at}":1`).join(',')}}`,
    ],
    ['addresses', '|= ip("10.0.0.0/8")', '1.'.repeat(lineLength / 2)],
    ['braces', '| json', '{"a":'.repeat(lineLength / 5)],
  ])('a line of LogQL: %s', (_, stages, line) => {
    expect(errorOf(() => piped(stages, line))).toBe('none');
  });

  it.each([
    ['comments that do not end', '/*'.repeat(60_000)],
    ['numbers with dots', '1.1'.repeat(40_000)],
    ['units', '1m'.repeat(60_000)],
  ])('a query of LogQL or TraceQL: %s', (_, text) => {
    expect(tokenize(text).length).toBeGreaterThan(0);
    expect(tokensOf(text).length).toBeGreaterThan(0);
  });

  it('numbers and times', () => {
    expect(parseGoFloat(`${'1_'.repeat(100_000)}x`)).toHaveProperty('problem');
    expect(parseGoFloat(`${ones}.${ones}e1`)).toHaveProperty('problem');
    expect(parseDuration(`${ones}x`)).toBeUndefined();
    expect(parseTime('12'.repeat(30_000), '11'.repeat(30_000))).toBeUndefined();
    expect(parseGoFloat(`0x${'a'.repeat(100)}.8p1`)).toHaveProperty('value');
  });

  it('keys of a path with spaces behind them', () => {
    expect(errorOf(() => piped(`| json x="a${' '.repeat(120_000)}b"`, '{}'))).toContain('FIELD');
    expect(errorOf(() => piped(`| logfmt x="a${' '.repeat(120_000)}b"`, ''))).toContain('KEY');
  });

  it.each([
    ['replacements one after the other', ['Replace', ['a'.repeat(lineLength), 'a', 'bb', 200_000n]], 462_144],
    ['an escape for each letter', ['urldecode', ['a'.repeat(400_000)]], 400_000],
  ] as const)('templates: %s', (_, [name, values], length) => {
    expect(textFunctions[name]?.call(...values)).toHaveLength(length);
  });

  it('a match from each letter to the end', () => {
    expect(() => textFunctions['count']?.call('a.*b|a', 'a'.repeat(lineLength))).toThrow('takes too long');
  });

  it('templates that go on with what they are told to end', () => {
    const { labels } = piped(
      `| line_format \`${'{{ $x := repeat 1000000 "a" | upper }}'.repeat(2600)}\``,
      'x',
    );
    expect(labels.errorDetails).toContain('takes longer than 500 ms');
  });

  it('labels that templates fill', () => {
    const formats = Array.from({ length: 20 }, (_, at) => `a${at}=\`{{ repeat 1000000 "x" }}\``).join(', ');
    expect(errorOf(() => piped(`| label_format ${formats}`, 'x'))).toContain('characters of labels');
  });

  it('more stages than any query has', () => {
    expect(errorOf(() => piped('| json '.repeat(1001), 'x'))).toContain('query has more than 1000 stages');
    expect(errorOf(() => piped('| json '.repeat(1000), 'x'))).toBe('none');
  });

  it.each([
    ['printf "%1000001d" 1', '%!(BADWIDTH)1'],
    ['printf "%.1000001f" 1.0', '%!(BADPREC)1.000000'],
    ['printf "%*d" 1000001 1', '%!(BADWIDTH)1'],
    ['printf "%[1]d" 7', '7'],
  ])('%s is %s', (call, expected) => {
    expect(piped(`| line_format \`{{ ${call} }}\``, 'x').line).toBe(expected);
  });

  it.each([
    ['sprintf', () => sprintf('%1000000d'.repeat(3), [1n, 1n, 1n])],
    ['indent', () => textFunctions['indent']?.call(1000n, '\n'.repeat(100_000))],
    ['replace', () => textFunctions['replace']?.call('a', 'b'.repeat(1000), 'a'.repeat(100_000))],
    [
      'regexReplaceAll',
      () => textFunctions['regexReplaceAll']?.call('.*', 'a'.repeat(100_000), '$0'.repeat(100)),
    ],
    ['print', () => piped(`| line_format "{{ print ${'__line__ '.repeat(5)}}}"`, spaces).labels.errorDetails],
  ])('%s makes no text that would take too much room', (_, run) => {
    let made: unknown;
    const error = errorOf(() => (made = run()));
    expect(`${error} ${String(made).slice(0, 1000)}`).toMatch(/too long|longer than 1000000 characters/);
  });
});
