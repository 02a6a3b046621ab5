import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testRules } from '../testing.ts';
import { formatTestReport } from './report.ts';
import { runRuleTests } from './run-rule-tests.ts';

const rules = `
groups:
  - name: shop
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Down
        expr: job:up:sum < 2
        for: 2m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.job }} has {{ $value }}' }
`;

const tests = `
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - name: one goes down
    interval: 1m
    input_series:
      - series: up{job="shop", instance="1"}
        values: 1x9
      - series: up{job="shop", instance="2"}
        values: 1x2 0x6
    alert_rule_test:
      - eval_time: 4m
        alertname: Down
        exp_alerts: []
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: { job: shop, severity: page }
            exp_annotations: { summary: shop has 1 }
    promql_expr_test:
      - expr: job:up:sum
        eval_time: 2m
        exp_samples: [{ labels: 'job:up:sum{job="shop"}', value: 2 }]
`;

function run(content: string, ruleFile = rules): ReturnType<typeof runRuleTests> {
  return runRuleTests({
    path: 'tests.yml',
    content,
    readRules: async (pattern) => (pattern === 'rules.yml' ? [{ path: pattern, content: ruleFile }] : []),
  });
}

async function textOf(content: string, ruleFile = rules): Promise<string> {
  return formatTestReport(await run(content, ruleFile));
}

describe('runRuleTests', () => {
  it('passes when alerts fire and expressions result as the file says', async () => {
    expect(await run(tests)).toEqual({
      path: 'tests.yml',
      passed: true,
      tests: 1,
      checks: 3,
      failures: [],
      unmatched: [],
    });
  });

  it('tells which alert fires with what otherwise, with its line', async () => {
    expect(await textOf(tests, rules.replace('page', 'ticket').replace('has', 'holds'))).toBe(
      [
        'tests.yml:16: test "one goes down": alert Down at 5m:',
        '  {alertname="Down", job="shop", severity="ticket"}: label severity is "ticket", expected "page"; annotation summary is "shop holds 1", expected "shop has 1"',
      ].join('\n'),
    );
  });

  it('tells which alert does not fire, and which fires too early', async () => {
    expect(await textOf(tests, rules.replace('for: 2m', 'for: 5m'))).toContain(
      '{alertname="Down", job="shop", severity="page"} does not fire',
    );
    expect(await textOf(tests, rules.replace('for: 2m', 'for: 1m'))).toContain(
      '{alertname="Down", job="shop", severity="page"} fires, and is not expected to',
    );
  });

  it('tells which series of a result is missing, odd or otherwise', async () => {
    const changed = tests.replace(
      `[{ labels: 'job:up:sum{job="shop"}', value: 2 }]`,
      `[{ labels: 'job:up:sum{job="shop"}', value: 3 }, { labels: 'job:up:sum{job="web"}', value: 1 }]`,
    );
    expect(await textOf(changed)).toBe(
      [
        'tests.yml:22: test "one goes down": job:up:sum at 2m:',
        '  job:up:sum{job="shop"} is 2, expected 3',
        '  job:up:sum{job="web"} is missing, expected 1',
      ].join('\n'),
    );
    const none = tests.replace(/exp_samples: .*/, 'exp_samples: []');
    expect(await textOf(none)).toContain('job:up:sum{job="shop"} is 2, and not expected at all');
  });

  it('ends a test at a rule that fails, and names it', async () => {
    const failing = rules.replace('sum by (job) (up)', 'up + on(job) up');
    expect(await textOf(tests, failing)).toMatch(
      /test "one goes down": evaluation at 0s:\n {2}rule job:up:sum: found duplicate series for the match group/,
    );
  });

  it('names everything that is wrong with the files instead of running anything', async () => {
    const report = await run(tests.replace('eval_time: 4m', 'eval_time: soon').replace('1x9', '1y'));
    expect(report).toMatchObject({ passed: false });
    expect(formatTestReport(report)).toBe(
      [
        'tests.yml:',
        '  tests.yml:8:9: "1y" is no value of a series: a number, 1+2x10, 1x10, _, stale or {{…}}',
        '  tests.yml:13:20: eval_time: not a valid duration string: "soon"',
      ].join('\n'),
    );
    expect(await textOf(tests, rules.replace('by (job) (up)', 'by (job) (up'))).toMatch(
      /rules.yml:6:15: group "shop", rule 1, "job:up:sum": could not parse expression/,
    );
  });

  it('tells of patterns that no file fits, and does not fail for that', async () => {
    const report = await run('rule_files: [none.yml]\ntests: []\n');
    expect(report).toMatchObject({ passed: true, unmatched: ['none.yml'] });
  });

  it('starts at the time that a test says', async () => {
    const at = tests.replace(
      'interval: 1m\n    input',
      'start_timestamp: 2026-01-01T00:00:00Z\n    interval: 1m\n    input',
    );
    const content = at.replace(
      /expr: job:up:sum[^]*$/,
      `expr: timestamp(job:up:sum)\n        eval_time: 2m\n        exp_samples: [{ labels: '{job="shop"}', value: 1767225720 }]\n`,
    );
    expect(await textOf(content)).toBe('');
  });

  it('evaluates ranges as the version of Prometheus does that is asked for', async () => {
    const content = tests.replace(
      /expr: job:up:sum[^]*$/,
      `expr: count_over_time(up{instance="1"}[2m])\n        eval_time: 4m\n        exp_samples: [{ labels: '{instance="1", job="shop"}', value: 3 }]\n`,
    );
    const options = {
      path: 'tests.yml',
      content,
      readRules: async () => [{ path: 'rules.yml', content: rules }],
    };
    const two = await runRuleTests({ ...options, engine: { compatibility: 2 } });
    const three = await runRuleTests({ ...options, engine: { compatibility: 3 } });
    expect([two.passed, three.passed]).toEqual([true, false]);
  });
});

describe('testRules', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-test-rules-'));
    await writeFile(join(folder, 'rules.yml'), rules);
    await writeFile(join(folder, 'tests.yml'), tests);
    await writeFile(join(folder, 'glob.yml'), tests.replace('rules.yml', "'ru*[r-t].yml'"));
    await writeFile(join(folder, 'wrong.yml'), tests.replace('value: 2', 'value: 7'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['tests.yml', 'glob.yml'])('reads %s and the rules beside it', async (name) => {
    expect(await testRules(join(folder, name))).toMatchObject({ passed: true, checks: 3, unmatched: [] });
  });

  it('evaluates as the version of Prometheus does that is asked for', async () => {
    const path = join(folder, 'ranges.yml');
    const check = `expr: count_over_time(up{instance="1"}[2m])\n        eval_time: 4m\n        exp_samples: [{ labels: '{instance="1", job="shop"}', value: 3 }]\n`;
    await writeFile(path, tests.replace(/expr: job:up:sum[^]*$/, check));
    expect(await testRules(path, { engine: { compatibility: 2 } })).toMatchObject({ passed: true });
    await expect(testRules(path)).rejects.toMatchObject({ code: 'SIGHTLINE_RULE_TESTS' });
  });

  it('throws with every difference', async () => {
    const path = join(folder, 'wrong.yml');
    await expect(testRules(path)).rejects.toMatchObject({
      code: 'SIGHTLINE_RULE_TESTS',
      problem: expect.stringContaining('job:up:sum{job="shop"} is 2, expected 7'),
    });
  });
});
