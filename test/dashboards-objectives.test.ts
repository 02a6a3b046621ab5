import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testRules } from '@sightline/query/promql/rules/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPrograms, outcomeOf, promtools } from './alerts/promtool.ts';
import { allPanels, sent } from './dashboards/panel-queries.ts';
import type { Found } from './servers/debian.ts';

/** Objectives of two services, one with a query of its own whose result has no labels, and what fires of each. */
const objectives = [
  ['slo="shop-availability"', 'deployment_environment_name="live", job="shop"'],
  ['slo="bank-availability"', 'deployment_environment_name="live", job="bank"'],
  ['slo="jobs"', ''],
] as const;
const series = objectives.flatMap(([slo, labels]) => {
  const all = labels === '' ? slo : `${labels}, ${slo}`;
  return [
    { series: `slo:error_budget_remaining:ratio{${all}}`, values: '0.5x10' },
    { series: `slo:sli_error:ratio_rate1h{${all}}`, values: '0.02x10' },
    { series: `slo:objective:ratio{${slo}}`, values: '0.99x10' },
    {
      series: `ALERTS{alertname="ErrorBudgetBurn", alertstate="firing", severity="critical", ${all}}`,
      values: '1x10',
    },
  ];
});
// Named after a service, without its job.
series.push({
  series:
    'ALERTS{alertname="SloWithoutData", alertstate="firing", severity="warning", service="bank", slo="exports"}',
  values: '1x10',
});

/** What a panel shows of each service that can be chosen. */
function check(board: string, title: string, service: string, shown: Readonly<Record<string, number>>) {
  const query = allPanels.find((each) => each.board === board && each.panel.title === title)?.panel
    .queries[0];
  if (query === undefined) throw new Error(`no panel of ${board} asks: ${title}`);
  return {
    expr: `round(${sent(query.expr, { service })}, 0.0001)`,
    eval_time: '5m',
    exp_samples: Object.entries(shown).map(([labels, value]) => ({ labels: `{${labels}}`, value })),
  };
}

const shopBudget = { 'job="shop", slo="shop-availability"': 0.5, 'slo="jobs"': 0.5 };
const checks = [
  check('slo', 'Which objectives are met?', '.+', {
    ...shopBudget,
    'job="bank", slo="bank-availability"': 0.5,
  }),
  check('slo', 'Which objectives are met?', 'shop', shopBudget),
  check('fleet', 'Who spends the error budget too fast?', 'shop', {
    'job="shop", slo="shop-availability"': 2,
    'slo="jobs"': 2,
  }),
  check('fleet', 'How many alerts fire?', '.+', { '': 4 }),
  check('fleet', 'How many alerts fire?', 'shop', { '': 2 }),
  check('fleet', 'How many alerts fire?', '(shop|bank)', { '': 4 }),
  check('fleet', 'Which alerts fire?', 'bank', {
    'alertname="ErrorBudgetBurn", severity="critical", job="bank"': 1,
    'alertname="ErrorBudgetBurn", severity="critical"': 1,
    'alertname="SloWithoutData", severity="warning"': 1,
  }),
];

let folder: string;
let file: string;
let programs: readonly Found[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-objectives-'));
  file = join(folder, 'tests.yml');
  const tests = {
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: series, promql_expr_test: checks }],
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(tests, undefined, 2));
  programs = await findPrograms(promtools);
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('panels of objectives and alerts', () => {
  it.each(promtools.map(({ name }, index) => [name, index] as const))(
    'show what is of no service for every choice of services, says %s',
    async (_name, index) => {
      const found = programs[index];
      if (found === undefined || 'missing' in found) return;
      const { ok, output } = await outcomeOf(found.path, ['test', 'rules', file]);
      expect(ok ? '' : output).toBe('');
    },
    120_000,
  );

  it('show it from the embedded stack as well', async () => {
    const report = await testRules(file);
    expect(report.checks).toBe(checks.length);
  }, 60_000);
});
