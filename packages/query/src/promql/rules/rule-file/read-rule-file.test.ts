import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTestFile } from '../rule-tests/test-file.ts';
import { formatProblem, readRuleFile } from './read-rule-file.ts';

function problems(content: string): readonly string[] {
  return readRuleFile('rules.yml', content).problems.map(formatProblem);
}

describe('readRuleFile', () => {
  it('reads groups with their defaults and the labels of the group under those of the rule', () => {
    const content = `
groups:
  - name: shop
    interval: 30s
    query_offset: 1m
    limit: 10
    labels: { team: shop, severity: none }
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Down
        expr: job:up:sum == 0
        for: 5m
        keep_firing_for: 1h30m
        labels: { severity: page, tier: 1 }
        annotations: { summary: '{{ $labels.job }} is down' }
  - name: empty
`;
    expect(readRuleFile('rules.yml', content)).toEqual({
      path: 'rules.yml',
      problems: [],
      groups: [
        {
          name: 'shop',
          intervalMs: 30_000,
          queryOffsetMs: 60_000,
          limit: 10,
          rules: [
            {
              kind: 'recording',
              record: 'job:up:sum',
              expression: 'sum by (job) (up)',
              labels: { team: 'shop', severity: 'none' },
            },
            {
              kind: 'alerting',
              alert: 'Down',
              expression: 'job:up:sum == 0',
              forMs: 300_000,
              keepFiringForMs: 5_400_000,
              labels: { team: 'shop', severity: 'page', tier: '1' },
              annotations: { summary: '{{ $labels.job }} is down' },
            },
          ],
        },
        { name: 'empty', intervalMs: undefined, queryOffsetMs: 0, limit: 0, rules: [] },
      ],
    });
  });

  it('tells of everything at once, each with its line and column', () => {
    const content = `groups:
  - name: shop
    intervall: 1m
    rules:
      - alert: Slow
        expr: rate(up)
        annotations: { a: '{{ nope }}' }
      - record: a{b}
        expr: up
        for: 5m
      - expr: up
      - alert: A
        record: b
        expr: "1 +"
        labels: { __name__: x }
  - name: shop
    interval: soon
`;
    expect(problems(content)).toEqual([
      'rules.yml:3:5: field "intervall" is unknown in a group (name, interval, query_offset, limit, rules, labels)',
      'rules.yml:6:15: group "shop", rule 1, "Slow": could not parse expression: 1:6: parse error: expected type range vector in call to function "rate", got instant vector',
      'rules.yml:7:22: group "shop", rule 1, "Slow": annotation "a": template: __alert_Slow:1: function "nope" not defined',
      'rules.yml:10:9: group "shop", rule 2, "a{b}": invalid field \'for\' in recording rule',
      'rules.yml:8:17: group "shop", rule 2, "a{b}": braces present in the recording rule name; should it be in expr?: a{b}',
      'rules.yml:11:9: group "shop", rule 3, "": one of \'record\' or \'alert\' must be set',
      'rules.yml:12:9: group "shop", rule 4, "A": only one of \'record\' and \'alert\' must be set',
      'rules.yml:14:15: group "shop", rule 4, "A": could not parse expression: 1:4: parse error: unexpected end of input',
      'rules.yml:15:17: group "shop", rule 4, "A": invalid label name: __name__',
      'rules.yml:16:5: groupname: "shop" is repeated in the same file',
      'rules.yml:17:15: interval: not a valid duration string: "soon"',
    ]);
  });

  it.each([
    ['groups: [', 'rules.yml:1:10:'],
    ['- a', 'a file of rules is no map'],
    ['*x', 'rules.yml:1:1: unknown anchor "x"'],
    ['groups: [{ <<: 5, name: a }]', 'map merge requires map or sequence of maps'],
    ['groups: [&a { <<: *a, name: a }]', 'map merge requires'],
    ['groups: 5', 'groups is no list'],
    ['groups: [5]', 'a group is no map'],
    ['groups: [{ rules: [] }]', 'Groupname must not be empty'],
    ['groups: [{ name: a, limit: x }]', 'limit is no number'],
    ['groups: [{ name: a, limit: 1.5 }]', 'limit is no whole number'],
    ['groups: [{ name: a, rules: [5] }]', 'group "a", rule 1, "": a rule is no map'],
    ['groups: [{ name: a, rules: [{}] }]', "one of 'record' or 'alert' must be set"],
    [String.raw`groups: [{ name: a, labels: { b: "\uD800" } }]`, 'invalid label value: '],
    [
      String.raw`groups: [{ name: a, rules: [{ record: "\uD800", expr: up }] }]`,
      'invalid recording rule name: ',
    ],
    ['groups: [*nope]', 'rules.yml:1:10: unknown anchor "nope"'],
    ['groups: [{ name: a, rules: *nope }]', 'rules.yml:1:28: unknown anchor "nope"'],
    ['groups: [{ name: a, rules: [{ record: a }] }]', "field 'expr' must be set in rule"],
    ['groups: [{ name: a, rules: [{ alert: a, expr: up, labels: [] }] }]', 'labels is no map'],
  ])('names what is wrong with %s', (content, problem) => {
    expect(problems(content).join('\n')).toContain(problem);
  });

  it('takes an interval of 0 for none', () => {
    expect(readRuleFile('rules.yml', 'groups: [{ name: a, interval: 0s }]').groups).toMatchObject([
      { intervalMs: undefined },
    ]);
  });

  it('lets through what a reader of expressions throws when it is no error of a query', () => {
    const content = 'groups: [{ name: a, rules: [{ record: b, expr: up }] }]';
    const broken = (): never => {
      throw new TypeError('a fault of the reader');
    };
    expect(() => readRuleFile('rules.yml', content, broken)).toThrow(TypeError);
  });

  it('is empty for an empty file', () => {
    expect(readRuleFile('rules.yml', '')).toEqual({ path: 'rules.yml', groups: [], problems: [] });
  });

  it('reads anchors, aliases and merged maps', () => {
    const content = `
groups:
  - name: a
    rules:
      - &base { alert: A, expr: &e up == 0, labels: &l { severity: page } }
      - { alert: B, expr: *e, labels: *l }
      - { <<: *base, alert: C, labels: { <<: [*l], tier: one } }
---
another: document
`;
    expect(readRuleFile('rules.yml', content)).toMatchObject({
      problems: [],
      groups: [
        {
          rules: [
            { alert: 'A' },
            { alert: 'B', expression: 'up == 0', labels: { severity: 'page' } },
            { alert: 'C', expression: 'up == 0', labels: { severity: 'page', tier: 'one' } },
          ],
        },
      ],
    });
  });

  it('reports and does not throw, whatever is cut out of a file or put into it', () => {
    const whole = `groups:
  - name: shop
    interval: 30s
    rules:
      - { alert: A, expr: 'up{job="x"} == 0', for: 5m, labels: { a: '{{ $value }}' } }
      - { record: b, expr: "sum(up)", labels: { c: &x d, e: *x } }
tests:
  - interval: 1m
    input_series: [{ series: 'up{job="x"}', values: '1+1x5 _ stale {{schema:1 buckets:[1 2]}}x2' }]
    alert_rule_test: [{ eval_time: 5m, alertname: A, exp_alerts: [{ exp_labels: { a: b } }] }]
    promql_expr_test: [{ expr: up, eval_time: 1m, exp_samples: [{ labels: 'up{a="b"}', value: 1 }] }]
`;
    const piece = fc.constantFrom(
      '',
      ' ',
      '\n',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ':',
      '-',
      '&x',
      '*x',
      '<<: ',
      '!!',
      '0',
      '\t',
      '#',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length), fc.nat(6), piece), { minLength: 1, maxLength: 4 }),
        (changes) => {
          let content = whole;
          for (const [at, length, put] of changes)
            content = content.slice(0, at) + put + content.slice(at + length);
          const rules = readRuleFile('rules.yml', content);
          const tests = readTestFile('tests.yml', content);
          // Neither takes the fields of the other, so both have something to report.
          expect(rules.problems.length + tests.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
