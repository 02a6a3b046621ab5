import { describe, expect, it } from 'vitest';
import { alertNames, alertsAskedFor, holdsTests, ruleFilesOf } from './tested-alerts.ts';
import { findAlert } from './find-alert.ts';
import { lintRules } from './lint-rules.ts';
import { parseRuleFile } from './rule-file.ts';

const wrong = (text: string): readonly string[] =>
  parseRuleFile('r.yml', text).findings.map(({ line, message }) => `${line}: ${message}`);
/** Many of many: YAML refuses to build it. */
const BOMB = `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;

describe('parseRuleFile', () => {
  it.each([
    ['', '1: Invalid input: expected object, received null'],
    ['7', '1: Invalid input: expected object, received number'],
    ['groups: [', '1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['groups: x', '1: groups: Invalid input: expected array, received string'],
    ['groups: []\ngruops: []', '1: gruops is no key of it; did you mean groups?'],
    ['groups: []\nsomething: 1', '1: something is no key of it'],
    [
      'groups:\n- name: g\n  ruls: []\n  rules: []',
      '2: group "g": ruls is no key of it; did you mean rules?',
    ],
    ['groups:\n- rules: []', '2: group 1, name: Invalid input: expected string, received undefined'],
    [
      'groups:\n- name: g\n  rules: [1]',
      '3: group "g", rule 1: Invalid input: expected object, received number',
    ],
    [
      'groups:\n- name: g\n  rules: [{ expr: up, record: a, fro: 1m }]',
      '3: group "g", rule "a": fro is no key of it; did you mean for?',
    ],
    [
      'groups:\n- name: g\n  rules: [{ expr: up, alert: A, labels: { "a-b": x } }]',
      '3: group "g", rule "A", labels.a-b: a label: letters, digits and _',
    ],
    [
      'kind: PrometheusRule\nspec: { groups: [{ name: g, rules: x }] }',
      '2: group "g", rules: Invalid input: expected array, received string',
    ],
    ['kind: PrometheusRule', '1: Invalid input: expected object, received undefined'],
  ])('says what is wrong and where: %j', (text, expected) => {
    expect(wrong(text)[0]).toBe(expected);
  });

  it('refuses aliases that grow without end', () => {
    expect(wrong(BOMB)).toEqual([expect.stringContaining('alias') as string]);
  });

  it('knows no line of what is not there', () => {
    expect(parseRuleFile('r.yml', 'x: 1').lineOf([0, 'rules'])).toBe(1);
  });
});

describe('lintRules', () => {
  it('names rules and groups that are there twice, and recordings by their name', () => {
    const rule = '{ record: a, expr: up }';
    const file = parseRuleFile(
      'r.yml',
      `groups:\n- { name: g, rules: [${rule}, ${rule}] }\n- { name: g, rules: [{ record: b, expr: "" }] }\n`,
    );
    expect(lintRules(file).findings.map(({ message }) => message)).toEqual([
      'group "g" is there twice',
      'rule "a" is there twice, with the same labels',
      'rule "b": expr is no PromQL: it is empty',
    ]);
  });
});

describe('alertsAskedFor', () => {
  const text = `
rule_files: [a.yml, "*.yml", 7]
tests:
  - alert_rule_test: [{ alertname: A }, null, { alertname: 7 }]
    promql_expr_test: [{ expr: 'ALERTS{alertname="B"}' }, { expr: 'ALERTS_FOR_STATE{x="y", alertname="C"}' }, { expr: up }]
`;
  it('has those of alert tests and of queries of ALERTS', () => {
    expect(holdsTests(text)).toBe(true);
    expect([...alertsAskedFor('t.yml', text)]).toEqual(['A', 'B', 'C']);
    expect(ruleFilesOf('/x/t.yml', text)).toEqual(['/x/a.yml']);
    expect(ruleFilesOf('/x/t.yml', 'rule_files: a.yml')).toEqual([]);
    expect(ruleFilesOf('/x/t.yml', '')).toEqual([]);
    expect(
      alertNames('r.yml', 'groups: [{ name: g, rules: [{ alert: A, expr: up }, { record: b, expr: up }] }]'),
    ).toEqual(['A']);
  });
});

describe('findAlert', () => {
  const rule = (alert: string, labels?: Readonly<Record<string, string>>) => ({
    alert,
    expr: 'up',
    ...(labels && { labels }),
  });
  it('takes the first whose labels do not contradict, templates of labels fitting all', () => {
    const alerts = [rule('A', { severity: 'info' }), rule('A', { severity: '{{ $labels.x }}' })];
    expect(findAlert(alerts, 'A', { severity: 'critical' })).toBe(alerts[1]);
    expect(findAlert([rule('B')], 'B', { team: 'web' }).alert).toBe('B');
  });

  it.each([
    [[rule('HighLatency')], 'HighLatencies', 'did you mean HighLatency'],
    [[rule('A'), rule('B')], 'Something', 'one of A, B'],
    [[], 'A', 'files of rules with alerts in them'],
  ])('says which there are: %j', (alerts, name, expected) => {
    expect(() => findAlert(alerts, name, {})).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_CLI_USAGE',
        message: expect.stringContaining(expected) as string,
      }),
    );
  });
});
