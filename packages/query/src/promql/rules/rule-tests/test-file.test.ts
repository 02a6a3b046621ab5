import { describe, expect, it } from 'vitest';
import { formatProblem } from '../rule-file/read-rule-file.ts';
import { readTestFile } from './test-file.ts';

function problems(content: string): readonly string[] {
  return readTestFile('tests.yml', content).problems.map(formatProblem);
}

describe('readTestFile', () => {
  it('gives what a file leaves out the values that promtool gives it', () => {
    expect(readTestFile('tests.yml', 'tests: [{}]')).toEqual({
      path: 'tests.yml',
      ruleFiles: [],
      evaluationIntervalMs: 60_000,
      groupOrder: [],
      fuzzyCompare: false,
      tests: [
        {
          name: 'unnamed#0',
          intervalMs: 60_000,
          series: [],
          alerts: [],
          expressions: [],
          externalLabels: {},
          externalUrl: '',
          startMs: 0,
          line: 1,
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    ['2026-01-01T01:00:00.5+01:00', 1_767_225_600_500],
    ['1767225600', 1_767_225_600_000],
    ['1.5', 1500],
    ['-1e1', -10_000],
  ])('reads the start %s', (text, startMs) => {
    expect(readTestFile('tests.yml', `tests: [{ start_timestamp: ${text} }]`).tests).toMatchObject([
      { startMs },
    ]);
  });

  it('reads a sample that is a histogram, and labels that are none', () => {
    const content = `tests:
  - promql_expr_test:
      - expr: latency
        eval_time: 1m
        exp_samples:
          - histogram: '{{schema:0 count:1 sum:2 buckets:[1]}}'
          - { labels: 'up{job="api"}', value: 5 }
      - eval_time: 2m
`;
    const [test] = readTestFile('tests.yml', content).tests;
    expect(test?.expressions).toMatchObject([
      {
        expression: 'latency',
        expected: [
          { labels: {}, value: { count: 1, sum: 2 } },
          { labels: { __name__: 'up', job: 'api' }, value: 5 },
        ],
      },
      { expression: '', expected: [], evalTimeMs: 120_000 },
    ]);
  });

  it('leaves blank lines and comments of input series out', () => {
    const content = `tests:
  - input_series:
      - series: |
          # those that are up
          up{job="api"}
        values: 1 2
`;
    expect(readTestFile('tests.yml', content).tests).toMatchObject([
      { series: [{ labels: { __name__: 'up', job: 'api' } }] },
    ]);
  });

  it.each([
    ['', '1:1: a file of rule tests is no map'],
    ['tests: [5]', '1:9: a test is no map'],
    ['tests: [{ input_series: [5] }]', '1:26: an input series is no map'],
    ['tests: [{ alert_rule_test: [5] }]', '1:29: an alert_rule_test is no map'],
    [
      'tests: [{ alert_rule_test: [{ eval_time: 1m }] }]',
      '1:29: an item under alert_rule_test misses required attribute alertname',
    ],
    [
      'tests: [{ alert_rule_test: [{ alertname: A, exp_alerts: [5] }] }]',
      '1:58: an expected alert is no map',
    ],
    ['tests: [{ promql_expr_test: [5] }]', '1:30: a promql_expr_test is no map'],
    ['tests: [{ promql_expr_test: [{ exp_samples: [5] }] }]', '1:46: an expected sample is no map'],
    [
      `tests: [{ promql_expr_test: [{ exp_samples: [{ labels: '{a=' }] }] }]`,
      '1:56: "{a=" is no metric: label a has no value',
    ],
    [`tests: [{ promql_expr_test: [{ exp_samples: [{ labels: 'up 5' }] }] }]`, '1:56: "5" after the labels'],
    [
      `tests: [{ promql_expr_test: [{ exp_samples: [{ histogram: '{{sum:x}}' }] }] }]`,
      '1:59: sum is "x", expected a number',
    ],
    [`tests: [{ start_timestamp: soon }]`, '1:28: cannot parse "soon" to a valid timestamp'],
    ['group_eval_order: [a, b, a]', '1:19: group name repeated in evaluation order: a'],
    ['fuzzy_compare: maybe', '1:16: fuzzy_compare is neither true nor false'],
    ['rule_files: [{ a: b }]', '1:14: rule_files is no text'],
    ['{ [a]: b }', '1:3: a field of a file of rule tests has no name'],
    ['evaluation_interval: [1m]', '1:22: evaluation_interval is no text'],
    ['tests: *nope', '1:8: unknown anchor "nope"'],
    ['tests: [*nope]', '1:9: unknown anchor "nope"'],
  ])('names what is wrong with %s', (content, problem) => {
    expect(problems(content)).toEqual([`tests.yml:${problem}`]);
  });

  it.each(['fuzzy_compare: ~', 'fuzzy_compare:', 'rule_files: [~]', 'tests: ~'])(
    'takes nothing for what is left out: %s',
    (content) => {
      expect(readTestFile('tests.yml', content)).toMatchObject({
        fuzzyCompare: false,
        ruleFiles: [],
        problems: [],
      });
    },
  );
});
