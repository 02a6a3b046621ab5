import type { Check, FileRule, TestFile, UnitTest } from './rule-files.ts';

/** Alerts that have no silent case, with the reason. */
const alwaysFiring: ReadonlySet<string> = new Set(['Watchdog']);

/** What every alert must have a case for. */
const cases = ['a firing case', 'a silent case', 'a case of its `for`', 'a recovery case'] as const;
type Case = (typeof cases)[number];

/** The matchers of the `ALERTS` selector of a check; none when it asks for something else. */
function alertMatchers({ expr }: Check): Readonly<Record<string, string>> | undefined {
  const [, inside] = /^ALERTS\{(.*)\}$/.exec(expr) ?? [];
  if (inside === undefined) return undefined;
  return Object.fromEntries(
    Array.from(inside.matchAll(/(\w+)="([^"]*)"/g), (match): [string, string] => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
}

/** Whether a check is about a rule: its name, and no label that the rule has otherwise. */
function isAbout(rule: FileRule, check: Check): boolean {
  const matchers = alertMatchers(check);
  if (matchers === undefined || matchers['alertname'] !== rule.alert) return false;
  return Object.entries(matchers).every(
    ([label, value]) => label === 'alertname' || (rule.labels?.[label] ?? value) === value,
  );
}

/** Whether a test is about a rule. */
export function testsOf(rule: FileRule, { tests }: TestFile): readonly UnitTest[] {
  return tests.filter(({ promql_expr_test: checks }) => checks.some((check) => isAbout(rule, check)));
}

function secondsOf(text: string): number {
  const sizes: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  return Array.from(text.matchAll(/(\d+)([dhms])/g)).reduce(
    (total, [, count, unit = '']) => total + Number(count) * (sizes[unit] ?? 0),
    0,
  );
}

function stateOf({ exp_samples: samples = [] }: Check): 'none' | 'pending' | 'firing' {
  if (samples.some(({ labels }) => labels.includes('alertstate="firing"'))) return 'firing';
  return samples.length > 0 ? 'pending' : 'none';
}

/** The cases that one sequence of checks, all with one query, has for a rule. */
function casesIn(rule: FileRule, checks: readonly Check[]): readonly Case[] {
  const states = checks.toSorted((a, b) => secondsOf(a.eval_time) - secondsOf(b.eval_time)).map(stateOf);
  const first = states.indexOf('firing');
  if (first === -1) return states.every((state) => state === 'none') ? ['a silent case'] : [];
  const before = new Set(states.slice(0, first));
  const waits = rule.for === undefined ? before.has('none') : before.has('pending');
  return [
    'a firing case',
    ...(waits ? (['a case of its `for`'] as const) : []),
    ...(states.slice(first).includes('none') ? (['a recovery case'] as const) : []),
  ];
}

/**
 * What alerts have no test for: a line for each, `ErrorRatioHigh: a silent case`. A rule without `for` must be seen
 * silent before it fires; one with it, pending.
 */
export function missingCases(alerts: readonly FileRule[], files: readonly TestFile[]): readonly string[] {
  return alerts.flatMap((rule) => {
    const found = new Set<Case>();
    for (const test of files.flatMap(({ tests }) => tests)) {
      const about = test.promql_expr_test.filter((check) => isAbout(rule, check));
      for (const checks of Map.groupBy(about, ({ expr }) => expr).values()) {
        for (const each of casesIn(rule, checks)) found.add(each);
      }
    }
    const needed = alwaysFiring.has(rule.alert ?? '') ? (['a firing case'] as const) : cases;
    const labels = ['slo', 'window'].flatMap((label) => rule.labels?.[label] ?? []);
    const name = [rule.alert, ...labels].join(' ');
    return needed.filter((each) => !found.has(each)).map((each) => `${name}: ${each}`);
  });
}
