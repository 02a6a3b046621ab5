import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expandAlertTemplate, templateProblem } from '@sightline/query/promql/rules';
import { testRules } from '@sightline/query/promql/rules/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mutant, mutantsOf } from './alerts/mutants.ts';
import { aboutRule, filesOf, isNoticedByFiles } from './alerts/mutations.ts';
import { findPrograms, inParallel, outcomeOf, programOf, promtools } from './alerts/promtool.ts';
import { alertsFolder, prometheusGroups, readTests } from './alerts/rule-files.ts';
import { ruleTestCases } from './rule-tests/cases.ts';
import { brokenTemplates, caseLabels, caseSeries, caseValue, templateCases } from './rule-tests/templates.ts';
import type { Found } from './servers/debian.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Longest time for what takes seconds on an idle machine [ms]. */
const PATIENCE_MS = isLong ? 1_800_000 : 120_000;

/** Files that take less than a second; those of SLOs cover days. */
const quick = new Set(['compatibility.yml', 'dependencies.yml', 'latency.yml', 'telemetry.yml']);
const testFiles = readdirSync(join(alertsFolder, 'tests'))
  .filter((name) => name.endsWith('.yml') && (isLong || quick.has(name)))
  .map((name) => join(alertsFolder, 'tests', name));

let folder: string;
let programs: readonly Found[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-rule-tests-'));
  programs = await findPrograms(promtools);
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Whether a file of tests passes without promtool. */
async function passesHere(path: string, compatibility: 2 | 3): Promise<boolean> {
  try {
    await testRules(path, { engine: { compatibility } });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'SIGHTLINE_RULE_TESTS') return false;
    throw error;
  }
}

/** The files of a case, by its place in the list. */
async function writeCase(index: number): Promise<string> {
  const { rules, tests } = ruleTestCases[index]!;
  const own = join(folder, `case-${index}`);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'rules.yml'), rules);
  await writeFile(join(own, 'tests.yml'), tests);
  return join(own, 'tests.yml');
}

describe('testRules', () => {
  it.each(testFiles.map((file) => [basename(file), file] as const))(
    'passes alerts/tests/%s',
    async (_name, file) => {
      const report = await testRules(file);
      expect(report.checks).toBeGreaterThan(0);
      expect(report.unmatched).toEqual([]);
    },
    PATIENCE_MS,
  );

  it.each(ruleTestCases.map(({ name, passes }, index) => [name, passes, index] as const))(
    '%s: %s',
    async (_name, passes, index) => {
      expect(await passesHere(await writeCase(index), 3)).toBe(passes);
    },
  );
});

describe.each(promtools.map((_program, index) => index))('promtool %d', (index) => {
  it(
    'sees every case as testRules does',
    async ({ skip }) => {
      const promtool = programOf(programs[index], skip);
      const known = ruleTestCases.flatMap(({ since }, at) => (since === 'newest' && index === 0 ? [] : at));
      const verdicts = await inParallel(known, 2, async (at) => {
        const path = await writeCase(at);
        const { ok } = await outcomeOf(promtool, ['test', 'rules', path]);
        return {
          case: ruleTestCases[at]!.name,
          promtool: ok,
          here: await passesHere(path, index === 0 ? 2 : 3),
        };
      });
      expect(verdicts.filter((each) => each.promtool !== each.here)).toEqual([]);
      expect(verdicts.length).toBe(known.length);
    },
    PATIENCE_MS,
  );
});

/** Some changes of each rule: a third as many in the quick form. */
function pick(mutants: readonly Mutant[]): readonly Mutant[] {
  const step = Math.max(1, Math.floor(mutants.length / (isLong ? 3 : 1)));
  return mutants.filter((_mutant, at) => at % step === step - 1);
}

/** As many are compared however long it takes: a machine may be busy. */
const FEWEST_FILES = 6;
/** The newest alone in the quick form. */
const compared = isLong ? [0, 1] : [1];

describe.each(compared)('a changed rule and promtool %d', (index) => {
  it(
    'is noticed by testRules when it is by promtool, and only then',
    async ({ skip }) => {
      const promtool = programOf(programs[index], skip);
      const names = new Set(testFiles.map((file) => basename(file)));
      const differing: string[] = [];
      let files = 0;
      const known = readTests().filter(({ name }) => names.has(name));
      const mutants = prometheusGroups()
        .flatMap(({ rules }) => rules)
        .flatMap((rule) => pick(mutantsOf(rule)));
      const deadlineMs = performance.now() + (isLong ? 1_200_000 : 5000);
      await inParallel(
        mutants,
        2,
        (mutant) =>
          isNoticedByFiles(
            mutant,
            filesOf(mutant, known).flatMap((file) => aboutRule(mutant.rule, file) ?? []),
            async (path) => {
              const { ok, output } = await outcomeOf(promtool, ['test', 'rules', path]);
              const here = await passesHere(path, index === 0 ? 2 : 3);
              files += 1;
              if (ok !== here) differing.push(`promtool ${ok}, here ${here}: ${output}`);
              return ok;
            },
          ),
        () => performance.now() > deadlineMs && files >= FEWEST_FILES,
      );
      expect(differing).toEqual([]);
      expect(files).toBeGreaterThanOrEqual(FEWEST_FILES);
    },
    PATIENCE_MS,
  );
});

/** What templates are filled in with. */
function expand(text: string): Promise<string> {
  return expandAlertTemplate(text, {
    alert: 'A',
    sample: { labels: { ...caseLabels, __name__: 'm' }, value: caseValue },
    externalLabels: { region: 'eu' },
    externalUrl: 'http://prometheus.example.com/prom',
    serverUrl: undefined,
    timeMs: 0,
    async query(expression) {
      if (expression === 'cases' || expression === 'sort(cases)') return caseSeries;
      if (expression === 'absent_metric') return [];
      const [, number] = /^vector\((\d+)\)$/.exec(expression) ?? [];
      if (number !== undefined) return [{ labels: {}, value: Number(number) }];
      throw new Error('1:4: parse error: unexpected end of input');
    },
  });
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

describe('the newest promtool', () => {
  it(
    'fills in every template as we do',
    async ({ skip }) => {
      const promtool = programOf(programs.at(-1), skip);
      const annotations = Object.fromEntries(templateCases.map((text, index) => [`a${index}`, text]));
      const ours = await Promise.all(
        Object.entries(annotations).map(async ([name, text]) => [name, await expand(text)] as const),
      );
      const rules = join(folder, 'templates.rules.yml');
      const tests = join(folder, 'templates.yml');
      await writeFile(
        rules,
        JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'm', annotations }] }] }),
      );
      const series = [
        { series: `m{${labelText(caseLabels)}}`, values: String(caseValue) },
        { series: 'cases{job="b"}', values: '2' },
        { series: 'cases{job="a"}', values: '1' },
      ];
      await writeFile(
        tests,
        JSON.stringify({
          rule_files: [rules],
          tests: [
            {
              interval: '1m',
              external_labels: { region: 'eu' },
              external_url: 'http://prometheus.example.com/prom',
              input_series: series,
              alert_rule_test: [
                {
                  eval_time: '0s',
                  alertname: 'A',
                  exp_alerts: [{ exp_labels: caseLabels, exp_annotations: Object.fromEntries(ours) }],
                },
              ],
            },
          ],
        }),
      );
      const outcome = await outcomeOf(promtool, ['test', 'rules', tests]);
      expect(outcome).toEqual({ ok: true, output: expect.stringContaining('SUCCESS') });
    },
    PATIENCE_MS,
  );

  it(
    'refuses every template that we refuse, and no other',
    async ({ skip }) => {
      const promtool = programOf(programs.at(-1), skip);
      // One rule each, so that promtool names them all in one run.
      const rules = brokenTemplates.map((text, index) => ({
        alert: `A${index}`,
        expr: 'm',
        annotations: { text },
      }));
      const path = join(folder, 'broken.rules.yml');
      await writeFile(path, JSON.stringify({ groups: [{ name: 'g', rules }] }));
      const { output } = await outcomeOf(promtool, ['check', 'rules', path]);
      const refused = (index: number): boolean => output.includes(`"A${index}": annotation`);
      expect(brokenTemplates.filter((_text, index) => refused(index))).toEqual(
        brokenTemplates.filter((text) => templateProblem('A', text) !== undefined),
      );
      expect(refused(0)).toBe(true);
    },
    PATIENCE_MS,
  );
});
