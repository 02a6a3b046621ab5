/** A rule, as far as its tests are concerned: what a file of rules holds, parsed. */
export interface TestedRule {
  readonly alert?: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A query with what it must give at one time: `promql_expr_test` of promtool. */
export interface QueryCheck {
  readonly eval_time: string;
  readonly expr: string;
  readonly exp_samples?: readonly { readonly labels: string; readonly value: number }[];
}

/** What of one name must fire at one time: `alert_rule_test` of promtool. */
export interface AlertCheck {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts?: readonly { readonly exp_labels?: Readonly<Record<string, string>> }[];
}

/** A file of tests of promtool, parsed, as far as it is read here. */
export interface RuleTestFile {
  readonly tests: readonly {
    readonly promql_expr_test?: readonly QueryCheck[];
    readonly alert_rule_test?: readonly AlertCheck[];
  }[];
}

/** Alerts that have no silent case: they always fire. */
const alwaysFiring: ReadonlySet<string> = new Set(['Watchdog']);

/** What every alert must have a case for. */
const cases = ['a firing case', 'a silent case', 'a case of its `for`', 'a recovery case'] as const;
type Case = (typeof cases)[number];

/** What an alert is at one time; a test of alerts cannot tell one that waits from one that is silent. */
interface Moment {
  readonly seconds: number;
  readonly state: 'none' | 'pending' | 'firing' | 'none or pending';
}

/** The matchers of the `ALERTS` selector of a check; none when it asks for something else. */
function alertMatchers({ expr }: QueryCheck): Readonly<Record<string, string>> | undefined {
  const [, inside] = /^ALERTS\{(.*)\}$/.exec(expr) ?? [];
  if (inside === undefined) return undefined;
  return Object.fromEntries(
    Array.from(inside.matchAll(/(\w+)="([^"]*)"/g), (match): [string, string] => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
}

/**
 * Whether a check asks `ALERTS` for a rule: by its name, and by no label that the rule has otherwise.
 *
 * @param rule the rule, parsed
 * @param check one of `promql_expr_test`
 */
export function isCheckOf(rule: TestedRule, check: QueryCheck): boolean {
  const matchers = alertMatchers(check);
  if (matchers === undefined || matchers['alertname'] !== rule.alert) return false;
  return hasNoOther(rule, matchers);
}

function hasNoOther(rule: TestedRule, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(
    ([label, value]) => label === 'alertname' || (rule.labels?.[label] ?? value) === value,
  );
}

function secondsOf(text: string): number {
  const sizes: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  return Array.from(text.matchAll(/(\d+)([dhms])/g)).reduce(
    (total, [, count, unit = '']) => total + Number(count) * (sizes[unit] ?? 0),
    0,
  );
}

function momentOfQuery({ eval_time: time, exp_samples: samples = [] }: QueryCheck): Moment {
  const isFiring = samples.some(({ labels }) => labels.includes('alertstate="firing"'));
  return {
    seconds: secondsOf(time),
    state: isFiring ? 'firing' : samples.length > 0 ? 'pending' : 'none',
  };
}

/** What fires may be of another rule with the same name, which a label tells. */
function momentOfAlert(
  rule: TestedRule,
  { eval_time: time, exp_alerts: alerts = [] }: AlertCheck,
): Moment | undefined {
  const own = alerts.filter(({ exp_labels: labels = {} }) => hasNoOther(rule, labels));
  if (own.length === 0 && alerts.length > 0) return undefined;
  return { seconds: secondsOf(time), state: own.length > 0 ? 'firing' : 'none or pending' };
}

/** The cases that one sequence of moments has for a rule. */
function casesIn(rule: TestedRule, moments: readonly Moment[]): readonly Case[] {
  const states = moments.toSorted((a, b) => a.seconds - b.seconds).map(({ state }) => state);
  const isSilent = (state: Moment['state']): boolean => state.startsWith('none');
  const first = states.indexOf('firing');
  if (first === -1) return states.every(isSilent) ? ['a silent case'] : [];
  const before = states.slice(0, first);
  const waits = before.some((state) =>
    rule.for === undefined ? isSilent(state) : state.endsWith('pending'),
  );
  return [
    'a firing case',
    ...(waits ? (['a case of its `for`'] as const) : []),
    ...(states.slice(first).some(isSilent) ? (['a recovery case'] as const) : []),
  ];
}

/**
 * What alerts have no test for. A rule without `for` must be seen silent before it fires; one with it, waiting. A silent
 * case is a test, or a query of its own, in which the alert never fires: best of something just below the threshold.
 *
 * @param rules rules of any kind, parsed from their files; those that record are passed over
 * @param files files of tests for promtool, parsed
 * @returns a line for each, such as `ErrorRatioHigh: a silent case`; none when nothing is missing
 */
export function missingCases(
  rules: readonly TestedRule[],
  files: readonly RuleTestFile[],
): readonly string[] {
  const tests = files.flatMap((file) => file.tests);
  return rules.flatMap((rule) => {
    const { alert } = rule;
    if (alert === undefined) return [];
    const found = new Set<Case>();
    for (const { promql_expr_test: queries = [], alert_rule_test: alerts = [] } of tests) {
      const about = queries.filter((check) => isCheckOf(rule, check));
      const byQuery = Map.groupBy(about, ({ expr }) => expr).values();
      const named = alerts.filter(({ alertname }) => alertname === alert);
      const sequences = [
        ...Array.from(byQuery, (checks) => checks.map(momentOfQuery)),
        named.flatMap((check) => momentOfAlert(rule, check) ?? []),
      ];
      for (const moments of sequences) {
        for (const each of moments.length > 0 ? casesIn(rule, moments) : []) found.add(each);
      }
    }
    const needed = alwaysFiring.has(alert) ? (['a firing case'] as const) : cases;
    const labels = ['slo', 'window'].flatMap((label) => rule.labels?.[label] ?? []);
    const name = [alert, ...labels].join(' ');
    return needed.filter((each) => !found.has(each)).map((each) => `${name}: ${each}`);
  });
}
