import { createPromqlEngine } from '../../engine.ts';
import type { PromqlOptions } from '../../options.ts';
import { formatDuration } from '../../syntax/duration.ts';
import { formatProblem, readRuleFile } from '../rule-file/read-rule-file.ts';
import type { RuleGroup } from '../rule-file/rule.ts';
import { type RuleGroupEvaluator, createRuleGroup } from '../rule-group/create-rule-group.ts';
import { evaluateWith } from '../rule-group/evaluate-with-engine.ts';
import { type EvaluateExpression, type SavedSample, labelsKey } from '../rule-group/rule-io.ts';
import type { NotationSeries } from '../series-notation.ts';
import { compareAlerts, compareSamples } from './compare.ts';
import type { RuleTestFailure, RuleTestReport } from './report.ts';
import { type RuleTest, type RuleTestFile, readTestFile } from './test-file.ts';
import { type TestStorage, createTestStorage } from './test-storage.ts';

/** A file of rules with its text. */
export interface RuleFileText {
  readonly path: string;
  readonly content: string;
}

export interface RunRuleTestsOptions {
  /** As messages name it. */
  readonly path: string;
  /** What the file of tests holds. */
  readonly content: string;
  /** The files of rules that a pattern of `rule_files` stands for, which is relative to the file of tests. */
  readonly readRules: (pattern: string) => Promise<readonly RuleFileText[]>;
  /** Options of the engine, such as `compatibility: 2` for rules that run on Prometheus 2. Default those of Prometheus 3. */
  readonly engine?: Omit<PromqlOptions, 'source' | 'defaultStepMs'>;
}

/** Samples of a series until a time, which the storage does not have yet. */
interface Feed {
  feedUntil(timeMs: number): readonly SavedSample[];
}

function createFeed({ labels, values }: NotationSeries, startMs: number, intervalMs: number): Feed {
  let next = 0;
  return {
    feedUntil(timeMs) {
      const samples: SavedSample[] = [];
      for (; next < values.length && startMs + next * intervalMs <= timeMs; next += 1) {
        const value = values[next]!;
        if (value === 'none') continue;
        samples.push({
          labels,
          timeMs: startMs + next * intervalMs,
          value: typeof value === 'object' ? value.histogram : value,
        });
      }
      return samples;
    },
  };
}

/** Groups in the order that the file asks for; those that it does not name are first, as in promtool. */
function ordered(groups: readonly RuleGroup[], order: readonly string[]): readonly RuleGroup[] {
  const rank = ({ name }: RuleGroup): number => Math.max(order.indexOf(name), 0);
  return groups.toSorted((left, right) => rank(left) - rank(right));
}

interface TestRun {
  readonly file: RuleTestFile;
  readonly test: RuleTest;
  readonly storage: TestStorage;
  readonly evaluate: EvaluateExpression;
  readonly groups: readonly RuleGroupEvaluator[];
  readonly feeds: readonly Feed[];
  readonly failures: RuleTestFailure[];
}

/** Evaluates all groups at one time; whether none of their rules failed. */
async function evaluateGroups(run: TestRun, timeMs: number): Promise<boolean> {
  const { test, storage, groups, feeds, failures } = run;
  // Nothing is later in the storage yet, so it refuses none of them.
  storage.save(feeds.flatMap((feed) => feed.feedUntil(timeMs)));
  const differences: string[] = [];
  for (const group of groups) {
    // oxlint-disable-next-line no-await-in-loop -- a group reads what those before it have saved
    const { errors } = await group.evaluate(timeMs);
    differences.push(...errors.map(({ rule, message }) => `rule ${rule}: ${message}`));
  }
  if (differences.length === 0) return true;
  const check = `evaluation at ${formatDuration(timeMs - test.startMs)}`;
  failures.push({ test: test.name, check, line: test.line, differences });
  return false;
}

/** Checks the alerts whose time is from this evaluation on and before the next one. */
function checkAlerts({ file, test, groups, failures }: TestRun, timeMs: number): number {
  const sinceMs = timeMs - test.startMs;
  const due = test.alerts.filter(
    ({ evalTimeMs }) => evalTimeMs >= sinceMs && evalTimeMs < sinceMs + file.evaluationIntervalMs,
  );
  for (const check of due) {
    const firing = groups.flatMap((group) =>
      group
        .rules()
        .filter(({ rule }) => rule.kind === 'alerting' && rule.alert === check.alert)
        .flatMap(({ alerts }) => alerts.filter(({ state }) => state === 'firing')),
    );
    const differences = compareAlerts(check, firing);
    if (differences.length === 0) continue;
    const at = formatDuration(check.evalTimeMs);
    failures.push({ test: test.name, check: `alert ${check.alert} at ${at}`, line: check.line, differences });
  }
  return due.length;
}

async function checkExpressions({ file, test, evaluate, failures }: TestRun): Promise<void> {
  for (const check of test.expressions) {
    let differences: readonly string[];
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, for memory
      const result = await evaluate(check.expression, test.startMs + check.evalTimeMs);
      differences = compareSamples(check, result, file.fuzzyCompare);
    } catch (error) {
      differences = [(error as Error).message];
    }
    if (differences.length === 0) continue;
    const what = `${check.expression.trim()} at ${formatDuration(check.evalTimeMs)}`;
    failures.push({ test: test.name, check: what, line: check.line, differences });
  }
}

async function runTest(
  file: RuleTestFile,
  test: RuleTest,
  groups: readonly RuleGroup[],
  engine: RunRuleTestsOptions['engine'],
): Promise<readonly RuleTestFailure[]> {
  const storage = createTestStorage();
  const evaluate = evaluateWith(
    createPromqlEngine({ ...engine, source: storage, defaultStepMs: file.evaluationIntervalMs }),
  );
  const run: TestRun = {
    file,
    test,
    storage,
    evaluate,
    groups: ordered(groups, file.groupOrder).map((group) =>
      createRuleGroup({
        group,
        evaluate,
        save: (samples) => storage.save(samples),
        externalLabels: test.externalLabels,
        externalUrl: test.externalUrl,
        withoutServer: true,
        defaultIntervalMs: test.intervalMs,
      }),
    ),
    feeds: lastOfEach(test.series).map((series) => createFeed(series, test.startMs, test.intervalMs)),
    failures: [],
  };
  const times = [...test.alerts, ...test.expressions].map(({ evalTimeMs }) => evalTimeMs);
  const endMs = test.startMs + Math.max(0, ...times);
  for (let timeMs = test.startMs; timeMs <= endMs; timeMs += file.evaluationIntervalMs) {
    // oxlint-disable-next-line no-await-in-loop -- time goes on
    if (!(await evaluateGroups(run, timeMs))) return run.failures;
    checkAlerts(run, timeMs);
  }
  await checkExpressions(run);
  return run.failures;
}

/** A series that is given twice counts as it is given last. */
function lastOfEach(series: readonly NotationSeries[]): readonly NotationSeries[] {
  const byLabels = new Map(series.map((each) => [labelsKey(each.labels), each]));
  return Array.from(byLabels.values());
}

/** Reads the files of rules; undefined when something is wrong with one of them. */
async function readGroups(
  file: RuleTestFile,
  readRules: RunRuleTestsOptions['readRules'],
  problems: string[],
  unmatched: string[],
): Promise<readonly RuleGroup[]> {
  const groups: RuleGroup[] = [];
  for (const pattern of file.ruleFiles) {
    // oxlint-disable-next-line no-await-in-loop -- few files, in their order
    const files = await readRules(pattern);
    if (files.length === 0) unmatched.push(pattern);
    for (const { path, content } of files) {
      const read = readRuleFile(path, content);
      problems.push(...read.problems.map(formatProblem));
      groups.push(...read.groups);
    }
  }
  return groups;
}

/**
 * Runs the tests of a file for `promtool test rules` as it does, without it.
 *
 * Two things are other than in promtool: a query may load as many samples as the limits of the engine say instead of
 * 10,000, and groups that `group_eval_order` does not name keep the order of their files.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
export async function runRuleTests(options: RunRuleTestsOptions): Promise<RuleTestReport> {
  const { path, content, readRules, engine } = options;
  const file = readTestFile(path, content);
  const problems = file.problems.map(formatProblem);
  const unmatched: string[] = [];
  const groups = problems.length > 0 ? [] : await readGroups(file, readRules, problems, unmatched);
  const failures: RuleTestFailure[] =
    problems.length > 0
      ? [{ test: undefined, check: undefined, line: undefined, differences: problems }]
      : [];
  if (problems.length === 0) {
    for (const test of file.tests) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, for memory
      failures.push(...(await runTest(file, test, groups, engine)));
    }
  }
  return {
    path,
    passed: failures.length === 0,
    tests: file.tests.length,
    checks: file.tests.reduce((sum, { alerts, expressions }) => sum + alerts.length + expressions.length, 0),
    failures,
    unmatched,
  };
}
