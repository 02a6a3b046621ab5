import { parser as grafana } from '@grafana/lezer-traceql';
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../query-error.ts';
import { printAttribute, sameAttribute, scopedAttribute } from './attribute.ts';
import { parseSyntax, parseTraceql } from './parse.ts';
import { printExpression } from './print.ts';

/** What a query is, as Tempo prints it. */
function printed(query: string): string {
  const { root } = parseTraceql(query);
  return root.kind === 'pipeline' ? printExpression(root) : root.kind;
}

function errorOf(query: string): QueryError {
  try {
    parseTraceql(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} is a query`);
}

describe('parseTraceql', () => {
  it.each([
    ['{}', '{ true }'],
    ['{ .a = 1 && .b = 2 || .c }', '{ ((.a = 1) && (.b = 2)) || .c }'],
    ['{ .a + 2 * 3 ^ 2 > 1 }', '{ (.a + 16) > 1 }'],
    ['{ -.a * 2 = 1 }', '{ (-(.a * 2)) = 1 }'],
    ['{ -.a + 2 = 1 }', '{ ((-.a) + 2) = 1 }'],
    ['{ !.a = .b }', '{ (!.a) = .b }'],
    ['{ .a != nil }', '{ .a != nil }'],
    ['{ nil = .a }', '{ .a = nil }'],
    ['{ nil = nil }', '{ false }'],
    ['{ 1 = 1 }', '{ true }'],
    ['{ duration > 1h30m }', '{ duration > 1h30m0s }'],
    ['{ duration > 1.5s && duration < 2d }', '{ (duration > 1.5s) && (duration < 48h0m0s) }'],
    ['{ span:duration > .5 }', '{ duration > 0.5 }'],
    ['{ trace:rootService = `a` }', '{ rootServiceName = `a` }'],
    ['{ ."with blank" = "x" }', '{ ."with blank" = `x` }'],
    ['{ span.a-b.c/d = 1 }', '{ span.a-b.c/d = 1 }'],
    ['{ trace:id = "00ab" }', '{ trace:id = `ab` }'],
    ['{ .a = "x" || .a = "y" }', '{ .a IN [`x`, `y`] }'],
    ['{ .a !~ "x" && .a !~ "y" }', '{ .a MATCH NONE [`x`, `y`] }'],
    ['{} > {} && {} >> {}', '(({ true }) > ({ true })) && (({ true }) >> ({ true }))'],
    ['{} &>> {} !~ {}', '(({ true }) &>> ({ true })) !~ ({ true })'],
    ['({} | count() > 1) && ({})', '({ true }|(count()) > 1) && ({ true })'],
    [
      '{} | by(.a) | avg(.b) >= 2 - 1 | coalesce() | select(name)',
      '{ true }|by(.a)|(avg(.b)) >= 1|coalesce()|select(name)',
    ],
    ['{ minInt < .a } // to the end', '{ -9223372036854775808 < .a }'],
    ['/* before */ { .a = "\\x41\\u00e9\\n" }', '{ .a = `A\u00e9\n` }'],
  ])('reads %s as %s', (query, expected) => {
    expect(printed(query)).toBe(expected);
  });

  it('binds arithmetic between series, numbers and what follows them', () => {
    const { root } = parseTraceql('2 + ({} | rate()) * 3 - ({} | count_over_time() > 1) > 5s | topk(2)');
    expect(root).toMatchObject({
      kind: 'math',
      op: '-',
      left: {
        second: [
          { kind: 'scalar-math', op: '*', value: 3, side: 'right' },
          { kind: 'scalar-math', op: '+', value: 2, side: 'left' },
        ],
      },
      right: { second: [{ kind: 'metrics-filter', op: '>', value: 1 }] },
      second: [
        { kind: 'metrics-filter', op: '>', value: 5 },
        { kind: 'topk', limit: 2 },
      ],
    });
  });

  it('reads functions of metrics with what they take', () => {
    expect(parseTraceql('{} | quantile_over_time(duration, .99, 1) by (name, .b)').root).toMatchObject({
      first: {
        op: 'quantile_over_time',
        quantileRatios: [0.99, 1],
        by: [{ name: 'name' }, { name: 'b', scope: 'none' }],
      },
    });
    expect(parseTraceql('{} | compare({ status = error }, 5, 1, 2)').root).toMatchObject({
      first: { kind: 'compare', topN: 5, startNs: 1n, endNs: 2n },
    });
  });

  it('knows an attribute again that it has forgotten meanwhile', () => {
    const before = scopedAttribute('span', 'forgotten');
    for (let at = 0; at < 10_001; at += 1) scopedAttribute('span', `attribute ${at}`);
    const again = scopedAttribute('span', 'forgotten');
    expect(again).not.toBe(before);
    expect(sameAttribute(again, before)).toBe(true);
    expect(sameAttribute(again, scopedAttribute('span', 'forgotten', true))).toBe(false);
    expect(sameAttribute(again, scopedAttribute('resource', 'forgotten'))).toBe(false);
  });

  it('prints an attribute of a parent as it is written', () => {
    expect(printAttribute(scopedAttribute('span', 'a', true))).toBe('parent.span.a');
    expect(printAttribute(scopedAttribute('none', 'a b', true))).toBe('parent."a b"');
  });

  it('takes the last of several lists of hints', () => {
    const { hints } = parseTraceql('{} with (most_recent=true) with (exemplars=3, x="y")');
    expect([...hints.keys()]).toEqual(['exemplars', 'x']);
  });

  it.each([
    ['{ .a = 1', 'parse error at line 1, col 9: syntax error: unexpected $end', 8, 8],
    ['{\n  .a == 1 }', 'parse error at line 2, col 7: syntax error: unexpected =', 8, 9],
    [
      '{ span. }',
      'parse error at line 0, col 3: syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER',
      7,
      7,
    ],
    ['{ foo = 1 }', 'parse error at line 1, col 3: unknown identifier: foo', 2, 5],
    ['{} | rate() + 1', 'parse error at line 1, col 13: syntax error: unexpected +, expecting with', 12, 13],
  ])('says of %s where it breaks', (query, message, from, to) => {
    expect(errorOf(query)).toMatchObject({ class: 'bad_data', message, position: { from, to } });
  });

  it('ends with an error where others would run out of stack or time', () => {
    expect(errorOf(`{ ${'('.repeat(10_000)} }`).message).toContain('nested deeper');
    expect(errorOf(`{ ${'!'.repeat(10_000)}.a }`).message).toContain('nested deeper');
    expect(errorOf(`{ ${Array.from({ length: 3_000 }, () => '.a').join(' && ')} }`).message).toContain(
      'operators',
    );
    expect(errorOf('{}'.padEnd(200_000)).message).toContain('longer than');
  });

  /** What editors that use Grafana's grammar take without an error. */
  const everyday = [
    '{ resource.service.name = "shop" && span.http.route =~ "/c.*" && duration > 1s }',
    '{ .a } >> { event:name = "x" } &>> { link:traceID = "a" } !~ { instrumentation:name = "y" }',
    '{} | by(resource.service.name) | count() > 2 | coalesce() | select(span.a, name)',
    '{} | quantile_over_time(duration, 0.5, 0.99) by (span.http.route)',
    '{} | rate() by (name) | topk(5)',
    '{ true } with (most_recent=true)',
    '{} | compare({ status = error }, 10)',
  ];

  it('takes what the grammar of Grafana takes', () => {
    for (const query of everyday) {
      expect([query, hasErrors(query)]).toEqual([query, false]);
      expect(() => parseSyntax(query)).not.toThrow(QueryError);
    }
  });

  it('takes what that grammar of 2025 does not know yet, as Tempo 3 does', () => {
    const newer = [
      '{} | rate() > 10',
      '({} | rate()) / ({} | count_over_time())',
      '{ span:childCount > 2 }',
      '{} | rate() with (exemplars=true)',
      '{ .a = .99 }',
      '{ duration > 1h30m }',
    ];
    for (const query of newer) {
      expect([query, hasErrors(query)]).toEqual([query, true]);
      expect(() => parseTraceql(query)).not.toThrow(QueryError);
    }
  });
});

function hasErrors(query: string): boolean {
  let found = false;
  grafana.parse(query).iterate({
    enter({ type }) {
      found ||= type.isError;
    },
  });
  return found;
}
