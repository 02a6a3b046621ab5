import { describe, expect, it } from 'vitest';
import { filled, grammarErrors, selectorsOf } from './grammar.fixture.ts';

describe('grammarErrors', () => {
  it.each([
    ['promql', 'sum by (job) (rate(up[5m]))'],
    ['logql', 'sum by (level) (count_over_time({service_name=~".+"} | json a="b.c" [1m]))'],
    ['traceql', '{ resource.service.name =~ ".+" && kind = server } | rate() by (span.http.route)'],
  ] as const)('finds nothing in good %s', (language, query) => {
    expect(grammarErrors(language, query)).toEqual([]);
  });

  it.each([
    ['promql', 'sum by (job (up)'],
    ['promql', 'rate(up[$__rate_interval])'],
    ['promql', ''],
    ['logql', '{service_name=~".+"'],
    ['traceql', '{ kind = }'],
  ] as const)('finds what is wrong in %s: %s', (language, query) => {
    expect(grammarErrors(language, query)).not.toEqual([]);
  });
});

describe('selectorsOf', () => {
  it('finds names, matchers, ranges and functions, through offsets and parentheses', () => {
    const query =
      'sum(rate(a_total{job=~"$service", x!="y"}[$__rate_interval] offset 1d)) / on (job) (b > 0)';
    expect(selectorsOf(query)).toEqual([
      {
        name: 'a_total',
        matchers: [
          ['job', '=~', '$service'],
          ['x', '!=', 'y'],
        ],
        range: '13m',
        within: 'rate',
      },
      { name: 'b', matchers: [], range: undefined, within: undefined },
    ]);
  });
});

describe('filled', () => {
  it('puts durations and everything in place of variables', () => {
    expect(filled('rate(a{job=~"$service"}[$__rate_interval])')).toBe('rate(a{job=~".+"}[5m])');
    expect(filled('${x} $y', { x: '1', y: '2' })).toBe('1 2');
  });
});
