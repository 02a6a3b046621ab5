import { describe, expect, it } from 'vitest';
import type { Rule, RuleGroup } from '../../api/prometheus.ts';
import { metricsOf, rulesThatAsk } from './rules-that-ask.ts';

describe('metricsOf', () => {
  it.each([
    ['sum by (job) (rate(http_requests_total{job="up"}[5m])) > 0.5', ['http_requests_total']],
    ['{__name__="odd.name", job="x"} or {job="x"} or a', ['odd.name', 'a']],
    ['', []],
  ])('finds in %j %j', (query, expected) => {
    expect([...metricsOf(query)]).toEqual(expected);
  });
});

describe('rulesThatAsk', () => {
  const rule = (type: Rule['type'], name: string, query: string): Rule => ({
    type,
    name,
    query,
    health: 'ok',
    evaluationTime: 0,
    lastEvaluation: '',
  });
  const groups: readonly RuleGroup[] = [
    {
      name: 'shop',
      file: '',
      interval: 15,
      rules: [
        rule('alerting', 'ErrorsHigh', 'job:errors:ratio5m > 0.1'),
        rule(
          'recording',
          'job:errors:ratio5m',
          'sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))',
        ),
        rule('alerting', 'Down', 'up == 0'),
      ],
    },
  ];

  it('finds the rules of a metric, and those of what is recorded from it, in their order', () => {
    const names = (query: string): readonly string[] =>
      rulesThatAsk(groups, query).flatMap(({ rules }) => rules.map(({ name }) => name));
    expect(names('rate(errors_total{job="a"}[1m])')).toEqual(['ErrorsHigh', 'job:errors:ratio5m']);
    expect(names('up')).toEqual(['Down']);
    expect(names('vector(1)')).toEqual([]);
  });
});
