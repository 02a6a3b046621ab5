/** A file of rules with its tests, and whether they pass. */
export interface RuleTestCase {
  readonly name: string;
  readonly rules: string;
  readonly tests: string;
  readonly passes: boolean;
  /** Absent: every version of promtool knows it; `newest`: the one of this Debian's release does not. */
  readonly since?: 'newest';
}

const up = `
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: up{job="shop"}
        values: 1x4 0x20
`;

function alerts(evalTime: string, expected: string, name = 'Down'): string {
  return `
      - eval_time: ${evalTime}
        alertname: ${name}
        exp_alerts: [${expected}]`;
}

function samples(expression: string, evalTime: string, expected: string): string {
  return `
      - expr: '${expression.replaceAll("'", "''")}'
        eval_time: ${evalTime}
        exp_samples: [${expected}]`;
}

const alertTests = '    alert_rule_test:';
const expressionTests = '    promql_expr_test:';

const down = `
groups:
  - name: shop
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.job }} is {{ $value }}' }
`;
const shopDown = '{ exp_labels: { job: shop, severity: page }, exp_annotations: { summary: shop is 0 } }';

function oneRule(rule: string, group = ''): string {
  return `groups: [{ name: g, ${group}rules: [${rule}] }]\n`;
}

/** Files that promtool was asked about, each for something that it and a copy could see differently. */
export const ruleTestCases: readonly RuleTestCase[] = [
  {
    name: 'an alert is pending for the time of for and fires then',
    rules: down,
    tests: `${up}${alertTests}${alerts('6m', '')}${alerts('7m', shopDown)}${alerts('7m30s', shopDown)}`,
    passes: true,
  },
  {
    name: 'an alert that fires and was not expected',
    rules: down,
    tests: `${up}${alertTests}${alerts('7m', '')}`,
    passes: false,
  },
  {
    name: 'another label than expected',
    rules: down.replace('page', 'ticket'),
    tests: `${up}${alertTests}${alerts('7m', shopDown)}`,
    passes: false,
  },
  {
    name: 'an annotation that was not expected',
    rules: down,
    tests: `${up}${alertTests}${alerts('7m', '{ exp_labels: { job: shop, severity: page } }')}`,
    passes: false,
  },
  {
    name: 'keep_firing_for over a gap',
    rules: oneRule('{ alert: Down, expr: up == 0, keep_firing_for: 3m }'),
    tests: `${up.replace('1x4 0x20', '0 0 1x20')}${alertTests}${alerts('4m', '{ exp_labels: { job: shop } }')}${alerts('5m', '')}`,
    passes: true,
  },
  {
    name: 'labels of a group',
    rules: oneRule('{ record: a, expr: up }', 'labels: { team: shop, job: other }, '),
    tests: `${up}${expressionTests}${samples('a', '0m', `{ labels: 'a{team="shop", job="other"}', value: 1 }`)}`,
    passes: true,
    since: 'newest',
  },
  {
    name: 'a query offset',
    rules: oneRule('{ record: a, expr: up }', 'query_offset: 2m, '),
    tests: `${up}${expressionTests}${samples('a', '4m', `{ labels: 'a{job="shop"}', value: 1 }`)}${samples('timestamp(a)', '7m', `{ labels: '{job="shop"}', value: 300 }`)}`,
    passes: true,
    since: 'newest',
  },
  {
    name: 'more series than the limit',
    rules: oneRule('{ record: a, expr: \'label_replace(up, "x", "1", "", "") or up\' }', 'limit: 1, '),
    tests: `${up}${expressionTests}${samples('vector(1)', '1m', `{ labels: '{}', value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'a recorded series that ends at once when its expression has no result any more',
    rules: oneRule('{ record: a, expr: up == 1 }'),
    tests: `${up}${expressionTests}${samples('a', '4m', `{ labels: 'a{job="shop"}', value: 1 }`)}${samples('a', '5m', '')}`,
    passes: true,
  },
  {
    name: 'the series of alerts',
    rules: down,
    tests: `${up}${expressionTests}${samples('ALERTS', '6m', `{ labels: 'ALERTS{alertname="Down", alertstate="pending", job="shop", severity="page"}', value: 1 }`)}${samples('ALERTS_FOR_STATE', '8m', `{ labels: 'ALERTS_FOR_STATE{alertname="Down", job="shop", severity="page"}', value: 300 }`)}${samples('ALERTS{alertstate="pending"}', '8m', '')}`,
    passes: true,
  },
  {
    name: 'a group reads what one before it has recorded, in the order asked for',
    rules: `
groups:
  - { name: second, rules: [{ record: b, expr: a * 2 }] }
  - { name: first, rules: [{ record: a, expr: up + 1 }] }
`,
    tests: `${up.replace('evaluation_interval', 'group_eval_order: [first, second]\nevaluation_interval')}${expressionTests}${samples('b', '0m', `{ labels: 'b{job="shop"}', value: 4 }`)}`,
    passes: true,
  },
  {
    name: 'a subquery without a step takes the evaluation interval',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('count_over_time(up[10m:])', '12m30s', `{ labels: '{job="shop"}', value: 10 }`)}`,
    passes: true,
  },
  {
    name: 'offsets, also into what comes later, and a time',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('up offset 3m', '6m', `{ labels: 'up{job="shop"}', value: 1 }`)}${samples('up offset -3m', '4m', `{ labels: 'up{job="shop"}', value: 0 }`)}${samples('up @ 60', '9m', `{ labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: true,
  },
  {
    name: 'two rules that record different values of one series at one time',
    rules: oneRule('{ record: a, expr: vector(1) }, { record: a, expr: vector(2) }'),
    tests: `${up}${expressionTests}${samples('a', '1m', `{ labels: a, value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'two rules that record the same value of one series at one time',
    rules: oneRule('{ record: a, expr: vector(1) }, { record: a, expr: vector(1) }'),
    tests: `${up}${expressionTests}${samples('a', '1m', `{ labels: a, value: 1 }`)}`,
    passes: true,
  },
  {
    name: 'two alerts that become one by their labels',
    rules: oneRule('{ alert: A, expr: \'label_replace(up, "x", "1", "", "") or up\', labels: { x: same } }'),
    tests: `${up}${alertTests}${alerts('1m', '', 'A')}`,
    passes: false,
  },
  {
    name: 'an expression that is a text',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('"text"', '1m', '')}`,
    passes: false,
  },
  {
    name: 'a scalar',
    rules: oneRule('{ record: a, expr: 1 + 1 }'),
    tests: `${up}${expressionTests}${samples('a', '1m', `{ labels: a, value: 2 }`)}${samples('2 * 3', '1m', `{ labels: '', value: 6 }`)}`,
    passes: true,
  },
  {
    name: 'a NaN is equal to nothing',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('vector(NaN)', '1m', `{ labels: '{}', value: .nan }`)}`,
    passes: false,
  },
  {
    name: 'an infinity',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('vector(-Inf)', '1m', `{ labels: '{}', value: -.inf }`)}`,
    passes: true,
  },
  {
    name: 'a neighbour of a float without fuzzy_compare',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up}${expressionTests}${samples('vector(0.1 + 0.2)', '1m', `{ labels: '{}', value: 0.3 }`)}`,
    passes: false,
  },
  {
    name: 'a neighbour of a float with fuzzy_compare',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up.replace('evaluation_interval', 'fuzzy_compare: true\nevaluation_interval')}${expressionTests}${samples('vector(0.1 + 0.2)', '1m', `{ labels: '{}', value: 0.3 }`)}`,
    passes: true,
    since: 'newest',
  },
  {
    name: 'a field that is none',
    rules: oneRule('{ record: a, expr: up, note: x }'),
    tests: `${up}${expressionTests}${samples('a', '1m', '')}`,
    passes: false,
  },
  {
    name: 'a template that does not parse',
    rules: oneRule("{ alert: A, expr: up, annotations: { a: '{{ $value' } }"),
    tests: `${up}${alertTests}${alerts('100m', '', 'A')}`,
    passes: false,
  },
  {
    name: 'a template that fails while it is filled in',
    rules: oneRule('{ alert: A, expr: up, annotations: { a: \'{{ humanize "x" }}\' } }'),
    tests: `${up}${alertTests}${alerts('1m', `{ exp_labels: { job: shop }, exp_annotations: { a: '<error expanding template: error executing template __alert_A: template: __alert_A:1:115: executing "__alert_A" at <humanize "x">: error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax>' } }`, 'A')}`,
    passes: true,
  },
  {
    name: 'templates that ask queries',
    rules: oneRule(
      `{ alert: A, expr: up, labels: { n: '{{ with query "up * 7" }}{{ . | first | value }}{{ end }}' }, annotations: { a: '{{ range query "sort_desc(up)" }}{{ .Labels.job }}={{ .Value }}{{ end }}' } }`,
    ),
    tests: `${up}${alertTests}${alerts('1m', '{ exp_labels: { job: shop, n: 7 }, exp_annotations: { a: shop=1 } }', 'A')}`,
    passes: true,
  },
  {
    name: 'external labels and the external URL',
    rules: oneRule(
      "{ alert: A, expr: up, annotations: { a: '{{ $externalLabels.region }} {{ $externalURL }}' } }",
    ),
    tests: `${up}    external_labels: { region: eu }\n    external_url: http://prometheus.example\n${alertTests}${alerts('1m', "{ exp_labels: { job: shop }, exp_annotations: { a: 'eu http://prometheus.example' } }", 'A')}`,
    passes: true,
  },
  {
    name: 'a label whose template is empty',
    rules: oneRule("{ alert: A, expr: up, labels: { a: '{{ $labels.nothing }}', b: x } }"),
    tests: `${up}${alertTests}${alerts('1m', '{ exp_labels: { job: shop, b: x } }', 'A')}`,
    passes: true,
  },
  {
    name: 'gaps and ends of series',
    rules: oneRule('{ record: a, expr: up }'),
    tests: `${up.replace('1x4 0x20', '1 _x2 2 stale _ 3-1x2')}${expressionTests}${samples('up', '2m', `{ labels: 'up{job="shop"}', value: 1 }`)}${samples('up', '4m', '')}${samples('up', '5m', '')}${samples('up', '8m', `{ labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: true,
  },
  {
    name: 'native histograms in and out',
    rules: oneRule("{ record: q, expr: 'histogram_quantile(0.5, rate(h[5m]))' }"),
    tests: `
rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series:
      - series: h
        values: '{{schema:0 sum:1 count:1 buckets:[1]}}+{{schema:0 sum:9 count:4 buckets:[1 2 1]}}x10'
${expressionTests}${samples('q > bool 1', '10m', `{ labels: '{}', value: 1 }`)}${samples('h', '2m', `{ labels: h, histogram: '{{schema:0 count:9 sum:19 counter_reset_hint:not_reset buckets:[3 4 2]}}' }`)}`,
    passes: true,
    since: 'newest',
  },
  {
    name: 'a metric of which two series have the same labels otherwise',
    rules: oneRule('{ record: a, expr: up + on(job) other }'),
    tests: `${up}      - { series: 'other{job="shop", x="1"}', values: 1x9 }\n      - { series: 'other{job="shop", x="2"}', values: 1x9 }\n${expressionTests}${samples('a', '1m', '')}`,
    passes: false,
  },
  {
    name: 'a group that is there twice',
    rules: 'groups: [{ name: a, rules: [] }, { name: a, rules: [] }]\n',
    tests: `${up}${expressionTests}${samples('up', '1m', `{ labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'for in a recording rule',
    rules: oneRule('{ record: a, expr: up, for: 1m }'),
    tests: `${up}${expressionTests}${samples('up', '1m', `{ labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'an order that names a group twice',
    rules: down,
    tests: up.replace('evaluation_interval', 'group_eval_order: [a, a]\nevaluation_interval'),
    passes: false,
  },
  {
    name: 'an alert without a name in a test',
    rules: down,
    tests: `${up}${alertTests}\n      - eval_time: 1m\n        exp_alerts: []`,
    passes: false,
  },
  {
    name: 'an expression that does not parse',
    rules: oneRule('{ record: a, expr: sum(up }'),
    tests: `${up}${expressionTests}${samples('up', '1m', `{ labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'an input series that does not parse',
    rules: down,
    tests: `${up.replace('1x4', '1y4')}${expressionTests}${samples('up', '1m', '')}`,
    passes: false,
  },
  {
    name: 'the same sample expected twice',
    rules: down,
    tests: `${up}${expressionTests}${samples('up', '1m', `{ labels: 'up{job="shop"}', value: 1 }, { labels: 'up{job="shop"}', value: 1 }`)}`,
    passes: false,
  },
  {
    name: 'an alert that fires at two severities from rules of one name',
    rules: `
groups:
  - { name: a, rules: [{ alert: Down, expr: up == 0, labels: { severity: page } }] }
  - { name: b, rules: [{ alert: Down, expr: up < 1, labels: { severity: ticket } }] }
`,
    tests: `${up}${alertTests}${alerts('5m', '{ exp_labels: { job: shop, severity: ticket } }, { exp_labels: { job: shop, severity: page } }')}`,
    passes: true,
  },
];
