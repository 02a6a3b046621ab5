import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceTree } from '../../parts/trace/trace-tree.ts';
import { spanAt } from '../../parts/trace/traces.fixture.ts';
import { matchSpans, orderMatches } from './match-spans.ts';

const a = traceTree({
  spans: [
    spanAt('1', '', 0, 100, { name: 'GET /' }),
    spanAt('2', '1', 10, 30, { name: 'auth' }),
    spanAt('3', '1', 40, 90, { name: 'query' }),
    spanAt('4', '1', 91, 95, { name: 'old' }),
  ],
});
const b = traceTree({
  spans: [
    spanAt('9', '', 0, 400, { name: 'GET /', status: 'error' }),
    spanAt('8', '9', 10, 32, { name: 'auth' }),
    spanAt('7', '9', 33, 38, { name: 'new' }),
    spanAt('6', '9', 40, 190, { name: 'query' }),
    spanAt('5', '9', 200, 390, { name: 'query' }),
  ],
});

describe('matchSpans', () => {
  it('matches by the path of service and operation, and takes repeated ones together', () => {
    const matches = matchSpans(a, b);
    expect(
      matches.map(({ name, a: left, b: right, durationDeltaMs }) => [
        name,
        left?.nodes.length,
        right?.nodes.length,
        durationDeltaMs,
      ]),
    ).toEqual([
      ['GET /', 1, 1, 300],
      ['auth', 1, 1, 2],
      ['new', undefined, 1, 5],
      ['query', 1, 2, 290],
      ['old', 1, undefined, -4],
    ]);
    expect(matches[0]?.b?.failed).toBe(1);
  });

  it('does not match the same operation below another one', () => {
    const other = traceTree({ spans: [spanAt('1', '', 0, 9, { name: 'auth' })] });
    expect(matchSpans(a, other).filter((match) => match.a !== undefined && match.b !== undefined)).toEqual(
      [],
    );
  });

  it('has every span of both once', () => {
    const spans = fc
      .array(fc.record({ parent: fc.nat(), name: fc.constantFrom('x', 'y'), at: fc.nat(9) }), {
        maxLength: 20,
      })
      .map((given) =>
        given.map(({ parent, name, at }, index) =>
          spanAt(String(index), index === 0 ? '' : String(parent % index), at, at + 5, { name }),
        ),
      );
    fc.assert(
      fc.property(spans, spans, (left, right) => {
        const matches = matchSpans(traceTree({ spans: left }), traceTree({ spans: right }));
        const count = (side: 'a' | 'b'): number =>
          matches.reduce((sum, match) => sum + (match[side]?.nodes.length ?? 0), 0);
        expect([count('a'), count('b')]).toEqual([left.length, right.length]);
        expect(new Set(matches.map(({ key }) => key)).size).toBe(matches.length);
      }),
    );
  });
});

describe('orderMatches', () => {
  it('puts first what changed most, whichever way', () => {
    const names = (order: 'own' | 'whole' | 'trace'): readonly string[] =>
      orderMatches(matchSpans(a, b), order).map(({ name }) => name);
    expect(names('own').slice(0, 2)).toEqual(['query', 'GET /']);
    expect(names('whole').slice(0, 2)).toEqual(['GET /', 'query']);
    expect(names('trace')).toEqual(['GET /', 'auth', 'new', 'query', 'old']);
  });
});
