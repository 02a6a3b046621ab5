import { describe, expect, it } from 'vitest';
import { filterText, filtersOfFile, readFilter, withFilters } from './adhoc-filters.ts';

const filter = { key: 'job', operator: '=', value: 'a"b' };

describe('withFilters', () => {
  it.each([
    ['up', String.raw`up{job="a\"b"}`],
    [
      'sum by (job) (rate(a{x="1"}[5m])) / b{}',
      String.raw`sum by (job) (rate(a{job="a\"b",x="1"}[5m])) / b{job="a\"b"}`,
    ],
    ['vector(1)', 'vector(1)'],
  ])('narrows %s down to %s', (query, expected) => {
    expect(withFilters(query, [filter], 'prometheus')).toBe(expected);
  });

  it('puts matchers into the braces of LogQL alone, and leaves other queries as they are', () => {
    const query = 'rate({app="a"} | json [1m])';
    expect(withFilters(query, [{ ...filter, value: 'x' }], 'loki')).toBe(
      'rate({job="x",app="a"} | json [1m])',
    );
    expect(withFilters('{ name = "a" }', [filter], 'tempo')).toBe('{ name = "a" }');
    expect(withFilters(query, [], 'loki')).toBe(query);
  });

  it('asks for one of several values by a regular expression, and quotes a key that is no name', () => {
    const filters = [{ key: 'http.route', operator: '!=|', value: '/a.b|/c' }];
    expect(withFilters('up', filters, 'prometheus')).toBe(String.raw`up{"http.route"!~"/a\\.b|/c"}`);
  });
});

describe('readFilter', () => {
  it.each([filter, { key: 'a|b', operator: '!~', value: 'x,y#|z' }, { key: 'k', operator: '=', value: '' }])(
    'reads what filterText writes of %j',
    (each) => {
      expect(readFilter(filterText(each))).toEqual(each);
    },
  );
  it.each(['', 'job', 'job=api', '|=|x'])('takes %j for none', (text) => {
    expect(readFilter(text)).toBeUndefined();
  });
});

describe('filtersOfFile', () => {
  it('has those that stay before those that may go, several values as one text', () => {
    expect(
      filtersOfFile({
        filters: [{ key: 'job', operator: '=', value: 'a' }, { value: 'x' }],
        baseFilters: [{ key: 'zone', operator: '=|', value: 'x', values: ['x', 'y'] }],
      }),
    ).toEqual(['zone|=||x__gfp__y', 'job|=|a']);
  });
});
