import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCheckOf } from '@sightline/alerts';
import { inParallel } from './promtool.ts';
import type { FileGroup, FileRule, TestFile, UnitTest } from './rule-files.ts';

/** One change of one rule that some test must notice. */
export interface Mutant {
  readonly rule: FileRule;
  readonly mutated: FileRule;
  /** What was done: `> → <`. */
  readonly change: string;
}

export interface MutationScore {
  readonly tried: number;
  readonly noticed: number;
  /** How many there are in all. */
  readonly total: number;
  /** What no test noticed: the rule and the change. */
  readonly survivors: readonly string[];
}

/** What an expression is made of, as far as changes go. */
const token =
  /(?<text>"(?:[^"\\]|\\.)*"|\[[^\]]*\]|offset \w+)|(?<by>\b(?:by|on|group_left) \([^)]*\))|(?<name>[a-zA-Z_:][\w:]*)|(?<number>\d+(?:\.\d+)?)|(?<operator>>=|<=|==|!=|=~|!~|[><=*/+-])/g;

const operators: Readonly<Record<string, string>> = {
  '>': '<',
  '<': '>',
  '>=': '<',
  '<=': '>',
  '==': '!=',
  '=': '!=',
  '=~': '!~',
  '!~': '=~',
  '!=': '=',
  '*': '/',
  '/': '*',
  '-': '+',
  '+': '-',
  and: 'unless',
  unless: 'and',
};

/** A number a little higher and a little lower: far enough that a test with a margin of a tenth notices. */
function otherNumbers(text: string): readonly string[] {
  const value = Number(text);
  if (value === 0) return ['2', '-1'];
  if (Number.isInteger(value) && value <= 10) return [`${value + 1}`, `${value - 1}`];
  return [1.25, 0.8].map((factor) => `${Number((value * factor).toPrecision(6))}`);
}

/** `by (a, b)` without each of its labels; what only tells environments and teams apart in Loki stays. */
function withoutLabels(text: string): readonly (readonly [string, string])[] {
  const [, before = '', inside = ''] = /^(\w+ \()([^)]*)\)$/.exec(text) ?? [];
  const names = inside.split(', ').filter((name) => name !== '');
  return names.map((name) => [
    `${before}… ${name})`,
    `${before}${names.filter((each) => each !== name).join(', ')})`,
  ]);
}

function changesOf(expr: string): readonly { readonly expr: string; readonly change: string }[] {
  const changes: { expr: string; change: string }[] = [];
  for (const match of expr.matchAll(token)) {
    const [text] = match;
    const replace = (by: string, what = `${text} → ${by}`): void => {
      changes.push({
        expr: expr.slice(0, match.index) + by + expr.slice(match.index + text.length),
        change: `${what} at ${match.index}`,
      });
    };
    const { by, number } = match.groups ?? {};
    if (number !== undefined) for (const other of otherNumbers(number)) replace(other);
    // `group_left` names what is brought along, and `on` what both sides have: without a label, either is an error.
    if (by?.startsWith('by'))
      for (const [what, without] of withoutLabels(by)) replace(without, `without ${what}`);
    const other = operators[text];
    if (other !== undefined) replace(other);
  }
  return changes;
}

/** Longer, and not at all. */
function otherWaits(wait: string | undefined): readonly string[] {
  if (wait === undefined) return ['2m'];
  const [, count, unit = 's'] = /^(\d+)([dhms])$/.exec(wait) ?? [];
  return [`${Number(count) * 2}${unit}`, '0s'];
}

/** Every change of a threshold, a label, an operator and a wait of one rule. */
function mutantsOf(rule: FileRule): readonly Mutant[] {
  const ofExpression = changesOf(rule.expr).map(({ expr, change }) => ({
    rule,
    mutated: { ...rule, expr },
    change,
  }));
  if (rule.alert === undefined) return ofExpression;
  const waits = otherWaits(rule.for).map((wait) => ({
    rule,
    mutated: { ...rule, for: wait },
    change: `for ${rule.for ?? 0} → ${wait}`,
  }));
  const labels = Object.keys(rule.labels ?? {}).map((label) => ({
    rule,
    mutated: { ...rule, labels: { ...rule.labels, [label]: 'other' } },
    change: `label ${label}`,
  }));
  return [...ofExpression, ...waits, ...labels];
}

/** Whether a test is about a rule. */
function testsOf(rule: FileRule, { tests }: TestFile): readonly UnitTest[] {
  return tests.filter(({ promql_expr_test: checks }) => checks.some((check) => isCheckOf(rule, check)));
}

/** The names of the recorded series that an expression reads. */
function readsOf({ expr }: FileRule): readonly string[] {
  return Array.from(expr.matchAll(/[a-z_]+:[\w:]+/g), ([name]) => name);
}

/** The rules that some need, themselves among them, in their groups. */
function closure(groups: readonly FileGroup[], wanted: readonly FileRule[]): readonly FileGroup[] {
  const all = groups.flatMap(({ rules }) => rules);
  const kept = new Set(wanted);
  let size = 0;
  while (size !== kept.size) {
    size = kept.size;
    const read = new Set(Array.from(kept).flatMap(readsOf));
    for (const rule of all) {
      const sameSlo = wanted.some((each) => (each.labels?.['slo'] ?? '') === (rule.labels?.['slo'] ?? ''));
      if (rule.record !== undefined && read.has(rule.record) && sameSlo) kept.add(rule);
    }
  }
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => kept.has(rule)) }))
    .filter(({ rules }) => rules.length > 0);
}

/** The alerts that read a recorded series, at first or second hand; of an alert, itself. */
function alertsOver(rule: FileRule, groups: readonly FileGroup[]): readonly FileRule[] {
  const all = groups.flatMap(({ rules }) => rules);
  return all.filter(
    (each) =>
      each.alert !== undefined &&
      (each === rule || closure(groups, [each]).some(({ rules }) => rules.includes(rule))),
  );
}

interface Trial {
  readonly groups: readonly FileGroup[];
  readonly tests: readonly UnitTest[];
  readonly file: TestFile;
}

/** The smallest sets of tests and rules in which a rule takes part, a set for each file of tests. */
function trialsOf(
  rule: FileRule,
  groups: readonly FileGroup[],
  files: readonly TestFile[],
): readonly Trial[] {
  const alerts = alertsOver(rule, groups);
  return files.flatMap((file) => {
    const tested = alerts.filter((alert) => testsOf(alert, file).length > 0);
    const tests = new Set(tested.flatMap((alert) => testsOf(alert, file)));
    if (tests.size === 0) return [];
    const names = new Set(tested.map(({ alert }) => alert));
    // Checks of other alerts would fail without their rules.
    const own = Array.from(tests, (test) => ({
      ...test,
      promql_expr_test: test.promql_expr_test.filter((check) =>
        tested.some(
          (alert) => testsOf(alert, { ...file, tests: [{ ...test, promql_expr_test: [check] }] }).length > 0,
        ),
      ),
    }));
    return names.size > 0 ? [{ groups: closure(groups, tested), tests: own, file }] : [];
  });
}

/**
 * Runs the tests with one rule changed, for every change.
 *
 * @param options.passes whether a file of tests passes, by its path
 * @param options.width how many at a time
 * @param options.pick which mutants of a rule are tried; all by default
 * @param options.deadlineMs after which no more are started
 */
export async function mutationScore(
  groups: readonly FileGroup[],
  files: readonly TestFile[],
  options: {
    readonly passes: (path: string) => Promise<boolean>;
    readonly width: number;
    readonly deadlineMs: number;
    readonly pick?: (mutants: readonly Mutant[]) => readonly Mutant[];
  },
): Promise<MutationScore> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-mutants-'));
  const rules = groups.flatMap((group) => group.rules);
  const work = rules.flatMap((rule) => {
    const trials = trialsOf(rule, groups, files);
    const mutants = trials.length === 0 ? [] : mutantsOf(rule);
    return (options.pick?.(mutants) ?? mutants).map((mutant) => ({ mutant, trials }));
  });
  const startMs = performance.now();
  const isOver = (): boolean => performance.now() - startMs > options.deadlineMs;
  const results = await inParallel(
    work,
    options.width,
    async ({ mutant, trials }) => ({
      mutant,
      noticed: await isNoticed(mutant, trials, folder, options.passes),
    }),
    isOver,
  );
  await rm(folder, { recursive: true, force: true });
  return {
    tried: results.length,
    noticed: results.filter(({ noticed }) => noticed).length,
    total: rules.flatMap((rule) => (trialsOf(rule, groups, files).length === 0 ? [] : mutantsOf(rule)))
      .length,
    survivors: results
      .filter(({ noticed }) => !noticed)
      .map(({ mutant: { rule, change } }) => {
        const labels = ['slo', 'window'].flatMap((label) => rule.labels?.[label] ?? []);
        return `${[rule.alert ?? rule.record, ...labels].join(' ')}: ${change}`;
      }),
  };
}

async function isNoticed(
  { rule, mutated }: Mutant,
  trials: readonly Trial[],
  folder: string,
  passes: (path: string) => Promise<boolean>,
): Promise<boolean> {
  for (const { groups, tests, file } of trials) {
    const base = join(folder, randomUUID());
    const changed = groups.map((group) => ({
      ...group,
      rules: group.rules.map((each) => (each === rule ? mutated : each)),
    }));
    // JSON is YAML.
    // oxlint-disable-next-line no-await-in-loop -- the next file only when this one noticed nothing
    await writeFile(`${base}.rules.yml`, JSON.stringify({ groups: changed }));
    const { evaluation_interval, group_eval_order = [] } = file;
    const names = new Set(groups.map(({ name }) => name));
    // oxlint-disable-next-line no-await-in-loop -- see above
    await writeFile(
      `${base}.yml`,
      JSON.stringify({
        rule_files: [`${base}.rules.yml`],
        group_eval_order: group_eval_order.filter((name) => names.has(name)),
        evaluation_interval,
        tests,
      }),
    );
    // oxlint-disable-next-line no-await-in-loop -- see above
    const ok = await passes(`${base}.yml`);
    // oxlint-disable-next-line no-await-in-loop -- see above
    await Promise.all([rm(`${base}.rules.yml`), rm(`${base}.yml`)]);
    if (!ok) return true;
  }
  return false;
}
