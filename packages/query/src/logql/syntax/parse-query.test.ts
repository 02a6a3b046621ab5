import { describe, expect, it } from 'vitest';
import { QueryError } from '../../query-error.ts';
import type { LabelFilter } from './ast.ts';
import { parseLogql } from './parse-query.ts';

function errorOf(query: string): QueryError {
  try {
    parseLogql(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} is a query`);
}

function filterOf(query: string): string {
  const parsed = parseLogql(`{a="b"} | ${query}`);
  const stage = parsed.type === 'log' ? parsed.stages[0] : undefined;
  if (stage?.type !== 'label-filter') throw new Error('no label filter');
  return shown(stage.filter);
}

function shown(filter: LabelFilter): string {
  if (filter.type === 'matcher') return filter.matcher.name;
  if ('left' in filter) return `(${shown(filter.left)} ${filter.type} ${shown(filter.right)})`;
  return filter.name;
}

describe('parseLogql', () => {
  it('reads a selector with its stages', () => {
    expect(parseLogql('{app="shop", env!="dev"} |= "a" or `b` | json c="d.e" | f > 1.5s')).toEqual({
      type: 'log',
      matchers: [
        { name: 'app', op: '=', value: 'shop' },
        { name: 'env', op: '!=', value: 'dev' },
      ],
      stages: [
        {
          type: 'line-filters',
          filters: [
            {
              operator: '|=',
              terms: [
                { ip: false, text: 'a' },
                { ip: false, text: 'b' },
              ],
            },
          ],
        },
        { type: 'json', extractions: [{ name: 'c', expression: 'd.e' }] },
        { type: 'label-filter', filter: { type: 'duration', name: 'f', comparison: '>', value: 1.5e9 } },
      ],
    });
  });

  it.each([
    ['a="1" or b="2" and c="3"', '(a or (b and c))'],
    ['a="1" and b="2" or c="3"', '((a and b) or c)'],
    ['a="1" or b="2", c="3"', '(a or (b and c))'],
    ['a="1", b="2" or c="3"', '(a and (b or c))'],
    ['a="1" b="2" or c="3"', '(a and (b or c))'],
    ['(a="1" or b="2"), c="3"', '((a or b) and c)'],
  ])('joins label filters as the grammar of Loki does: %s', (query, expected) => {
    expect(filterOf(query)).toBe(expected);
  });

  it.each([
    ['sum by (a) (rate({b="c"}[5m]))', 'vector-aggregation'],
    ['rate({b="c"}[5m]) / 2', 'binary'],
    ['1 + 2 * 3 ^ 2', 'literal'],
    ['SUM(RATE({b="c"}[5m])) # with a comment', 'vector-aggregation'],
    ['label_replace(vector(1), "a", "b", "c", "d")', 'label-replace'],
  ])('reads %s', (query, type) => {
    expect(parseLogql(query).type).toBe(type);
  });

  it('takes words of the language as names of labels where they are none', () => {
    const parsed = parseLogql('sum by (sum, count, bytes) (rate({avg="x", rate="y"} | duration > 5 [5m]))');
    expect(parsed).toMatchObject({ grouping: { labels: ['sum', 'count', 'bytes'] } });
  });

  it('tells where an error is, in units of the text and as Loki does', () => {
    const error = errorOf('{app="shop"}\n  | json | ]');
    expect(error.message).toBe('parse error at line 2, col 12: syntax error: unexpected ]');
    expect(error).toMatchObject({ class: 'bad_data', position: { from: 24, to: 25 } });
  });

  it('refuses what is nested too deep instead of running out of stack', () => {
    expect(errorOf(`${'('.repeat(50_000)}1${')'.repeat(50_000)}`).class).toBe('bad_data');
    expect(errorOf(`{a="b"} | ${'('.repeat(50_000)}`).class).toBe('bad_data');
    expect(errorOf(`rate(${'('.repeat(50_000)}`).class).toBe('bad_data');
  });

  it('takes a chain of many filters, and refuses more operators than it can work through', () => {
    expect(parseLogql(`{a="b"} | ${Array.from({ length: 4000 }, () => 'c="d"').join(' or ')}`).type).toBe(
      'log',
    );
    expect(errorOf(Array.from({ length: 2000 }, () => 'vector(1)').join('+')).message).toBe(
      'parse error : query has more than 1000 operators',
    );
  });

  it('refuses a query that is too long', () => {
    expect(errorOf(`{a="${'x'.repeat(131_072)}"}`).message).toMatch(/^parse error : input size too long/);
  });
});
