import { describe, expect, it } from 'vitest';
import { formatTestReport } from './report.ts';
import { runRuleTests } from './run-rule-tests.ts';

interface Parts {
  readonly rules?: string;
  readonly series?: string;
  readonly expression?: string;
  readonly at?: string;
  readonly samples?: string;
  readonly fuzzy?: boolean;
}

/** What is said of one expression over one series. */
async function report({
  rules = '',
  series = '',
  expression = 'x',
  at = '0m',
  samples = '[]',
  fuzzy = false,
}: Parts): Promise<string> {
  const content = `
rule_files: [rules.yml]
fuzzy_compare: ${fuzzy}
tests:
  - name: t
    input_series: [${series}]
    promql_expr_test:
      - expr: ${expression}
        eval_time: ${at}
        exp_samples: ${samples}
`;
  const result = await runRuleTests({
    path: 'tests.yml',
    content,
    readRules: async () => [{ path: 'rules.yml', content: `groups: [{ name: g, rules: [${rules}] }]` }],
  });
  return formatTestReport(result);
}

const grows = `{ series: x, values: '{{schema:0 count:1 sum:1 buckets:[1]}}+{{count:1 sum:2 buckets:[1]}}x3 {{count:1 sum:1 buckets:[1]}} 5' }`;

describe('runRuleTests with numbers', () => {
  it.each([
    ['0.1 + 0.2', '0.3', true],
    ['-(0.1 + 0.2)', '-0.3', true],
    ['0.1 + 0.2', '0.30000000000000004', false],
    ['vector(0)', '5e-324', true],
    ['vector(0)', '-5e-324', true],
    ['vector(5e-324)', '0', true],
    ['vector(Inf)', '.inf', true],
    ['vector(Inf)', '.inf', false],
  ])('takes %s for %s with fuzzy_compare: %3$s', async (expression, value, fuzzy) => {
    expect(await report({ expression, samples: `[{ value: ${value} }]`, fuzzy })).toBe('');
  });

  it.each([
    ['0.1 + 0.2', '0.3', false, '{} is 0.30000000000000004, expected 0.3'],
    ['vector(0)', '1e-323', true, '{} is 0, expected 1e-323'],
    ['vector(NaN)', '.nan', true, '{} is NaN, expected NaN'],
    ['vector(Inf)', '1', true, '{} is +Inf, expected 1'],
  ])('does not take %s for %s', async (expression, value, fuzzy, difference) => {
    expect(await report({ expression, samples: `[{ value: ${value} }]`, fuzzy })).toContain(difference);
  });
});

describe('runRuleTests with histograms', () => {
  it.each([
    ['0m', '{{count:1 sum:1 buckets:[1]}}'],
    ['1m', '{{count:2 sum:3 counter_reset_hint:not_reset buckets:[2]}}'],
    ['4m', '{{count:1 sum:1 buckets:[1]}}'],
  ])('finds the series at %s as a database gives it back', async (at, histogram) => {
    expect(await report({ series: grows, at, samples: `[{ labels: x, histogram: '${histogram}' }]` })).toBe(
      '',
    );
  });

  it('keeps that a histogram is a gauge, and knows nothing of the one behind it', async () => {
    const series = `{ series: x, values: '{{count:1 sum:1 buckets:[1] counter_reset_hint:gauge}} {{count:2 sum:2 buckets:[2]}}' }`;
    const expected = [
      ['0m', '{{count:1 sum:1 counter_reset_hint:gauge buckets:[1]}}'],
      ['1m', '{{count:2 sum:2 buckets:[2]}}'],
    ] as const;
    for (const [at, histogram] of expected) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await report({ series, at, samples: `[{ labels: x, histogram: '${histogram}' }]` })).toBe('');
    }
  });

  it('tells a histogram from another and from a number', async () => {
    const other = `[{ labels: x, histogram: '{{count:9 sum:1 buckets:[9]}}' }]`;
    expect(await report({ series: grows, samples: other })).toContain(
      'x{} is {{count:1 sum:1 buckets:[1]}}, expected {{count:9 sum:1 buckets:[9]}}',
    );
    expect(await report({ series: grows, samples: '[{ labels: x, value: 1 }]' })).toContain(
      'x{} is {{count:1 sum:1 buckets:[1]}}, expected 1',
    );
    expect(await report({ series: grows, at: '5m', samples: other })).toContain(
      'x{} is 5, expected {{count:9 sum:1 buckets:[9]}}',
    );
  });

  it('records a histogram again and again', async () => {
    const rules = `{ record: y, expr: x }, { record: y, expr: x }`;
    const samples = `[{ labels: y, histogram: '{{count:1 sum:1 buckets:[1]}}' }]`;
    expect(await report({ rules, series: grows, expression: 'y', samples })).toBe('');
  });
});

describe('runRuleTests with rules that write one series', () => {
  it.each([
    ['two numbers', '{ record: y, expr: vector(1) }, { record: y, expr: vector(2) }'],
    ['two histograms', '{ record: y, expr: x }, { record: y, expr: x * 2 }'],
    ['a histogram and a number', '{ record: y, expr: x }, { record: y, expr: vector(1) }'],
  ])('refuses %s at one time', async (_, rules) => {
    expect(await report({ rules, series: grows })).toContain(
      'evaluation at 0s:\n  rule y: duplicate sample for timestamp',
    );
  });

  it('lets another rule go on with a series that has ended', async () => {
    const rules = '{ record: y, expr: late }, { record: y, expr: early }';
    const series = `{ series: early, values: 1 stale }, { series: late, values: _ 2 }`;
    const at = { rules, series, expression: 'y', at: '1m' };
    expect(await report({ ...at, samples: '[{ labels: y, value: 2 }]' })).toBe('');
  });

  it('refuses a sample before the last one of its series', async () => {
    const content = `
rule_files: [rules.yml]
tests:
  - promql_expr_test: [{ expr: y, eval_time: 0m }]
`;
    const group = (name: string, offset: string): string =>
      `{ name: ${name}, query_offset: ${offset}, rules: [{ record: y, expr: vector(1) }] }`;
    const result = await runRuleTests({
      path: 'tests.yml',
      content,
      readRules: async () => [
        { path: 'rules.yml', content: `groups: [${group('now', '0s')}, ${group('before', '1m')}]` },
      ],
    });
    expect(formatTestReport(result)).toContain('rule y: out of order sample');
  });

  it('says that series of the test itself are refused', async () => {
    const rules = '{ record: x, expr: vector(7) }';
    expect(await report({ rules, series: '{ series: x, values: 1 2 }', at: '1m' })).toContain(
      'duplicate sample for timestamp',
    );
  });

  it('says what an expression of a check did not do', async () => {
    expect(await report({ expression: `'"text"'` })).toContain('rule result is not a vector or scalar');
    expect(await report({ expression: '1 +' })).toContain('1:4: parse error: unexpected end of input');
    expect(await report({ expression: '5', samples: '[{ value: 5 }]' })).toBe('');
  });
});

describe('compareAlerts', () => {
  it('tells a label that is absent', async () => {
    const content = `
rule_files: [rules.yml]
tests:
  - alert_rule_test:
      - { eval_time: 0m, alertname: A, exp_alerts: [{ exp_labels: { team: shop }, exp_annotations: { b: c } }] }
`;
    const result = await runRuleTests({
      path: 'tests.yml',
      content,
      readRules: async () => [
        {
          path: 'rules.yml',
          content: `groups: [{ name: g, rules: [{ alert: A, expr: vector(1), labels: { tier: 1 } }] }]`,
        },
      ],
    });
    expect(formatTestReport(result)).toContain(
      'label team is absent, expected "shop"; label tier is "1", expected absent; annotation b is absent, expected "c"',
    );
  });
});
