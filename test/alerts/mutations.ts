import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCheckOf } from '@sightline/alerts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { inParallel } from './promtool.ts';
import type { FileGroup, FileRule, TestFile, UnitTest } from './rule-files.ts';

/** Changes of rules that a program judged by their files. */
export interface Judged {
  readonly mutant: Mutant;
  readonly noticed: boolean;
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
 * Runs the tests with one rule changed, for changes that alerts can tell of, as files that `promtool test rules` takes.
 *
 * @param options.passes whether a file of tests passes, by its path
 * @param options.width how many at a time
 * @param options.pick which mutants of a rule are tried; all by default
 * @param options.deadlineMs after which no more are started
 */
export async function judgeByFiles(
  groups: readonly FileGroup[],
  files: readonly TestFile[],
  options: {
    readonly passes: (path: string) => Promise<boolean>;
    readonly width: number;
    readonly deadlineMs: number;
    readonly pick?: (mutants: readonly Mutant[]) => readonly Mutant[];
  },
): Promise<readonly Judged[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-mutants-'));
  const rules = groups.flatMap((group) => group.rules);
  const work = rules.flatMap((rule) => {
    const trials = trialsOf(rule, groups, files);
    const mutants = trials.length === 0 ? [] : mutantsOf(rule);
    return (options.pick?.(mutants) ?? mutants).map((mutant) => ({ mutant, trials }));
  });
  const startMs = performance.now();
  const isOver = (): boolean => performance.now() - startMs > options.deadlineMs;
  const judged = await inParallel(
    work,
    options.width,
    async ({ mutant, trials }) => ({
      mutant,
      noticed: await isNoticed(mutant, trials, folder, options.passes),
    }),
    isOver,
  );
  await rm(folder, { recursive: true, force: true });
  return judged;
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
