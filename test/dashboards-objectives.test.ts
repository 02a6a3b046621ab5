import { describe } from 'vitest';
import { itShows } from './dashboards/panel-checks.ts';
import { sentBy } from './dashboards/panel-queries.ts';

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
  return {
    expr: `round(${sentBy(board, title, { service })}, 0.0001)`,
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

describe('panels of objectives and alerts', () => {
  itShows('what is of no service for every choice of services', {
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: series, promql_expr_test: checks }],
  });
});
