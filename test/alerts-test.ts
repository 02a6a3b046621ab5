/**
 * Tests the alert rules: `pnpm alerts:test [--all] [--changes]`.
 *
 * promtool of both Debian releases checks every file and runs every test; a gate lists the alerts that lack a case; then
 * thresholds, labels and operators are changed, one at a time, and some test must notice. That is judged by the engine of
 * `@sightline/query`, and for some of the changes by promtool as well. Without `--all` the changes are a sample, the same
 * each time; with `--changes` there is nothing but these. `SIGHTLINE_FIGURES=true` keeps the score of all of them for the README.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { missingCases } from '@sightline/alerts';
import { whyEquivalent } from './alerts/equivalent-mutants.ts';
import { judgeMutants } from './alerts/judge.ts';
import { type Mutant, allMutants, mutantText } from './alerts/mutants.ts';
import { MUTATION_FIGURES, type MutationFigures } from './alerts/mutation-figures.ts';
import { filesOf, isNoticedByFiles } from './alerts/mutations.ts';
import { findPrograms, inParallel, outcomeOf, promtools } from './alerts/promtool.ts';
import { alertsFolder, prometheusGroups, readTests } from './alerts/rule-files.ts';
import { renewGenerated } from './renew-generated.ts';

/** Longest time for a sample of the changes [ms]. */
const MUTATION_MS = 40_000;
/** How many of them promtool judges as well, of those that are noticed and of those that are not. */
const CHECKED = { noticed: 12, unnoticed: 2 };
const CHECKED_ALL = { noticed: 56, unnoticed: 8 };
/** Longest time for promtool with one file on a busy machine [ms]. */
const CHECK_MS = 300_000;
/** Every so many of the changes are the sample: no divisor of how many a rule has, so that all kinds are among them. */
const SAMPLED_EVERY = 7;

const all = process.argv.includes('--all');
const changesAlone = process.argv.includes('--changes');
const width = availableParallelism();
let failed = 0;

function tell(ok: boolean, text: string): void {
  if (!ok) failed += 1;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${text}\n`);
}

/** Every seventh, those of the rules that are quick to judge and of the others in turn. */
function sampled(mutants: readonly Mutant[]): readonly number[] {
  const every = [...mutants.keys()].filter((index) => index % SAMPLED_EVERY === 0);
  const order = (index: number): number => (index * 31) % every.length;
  return every.toSorted((left, right) => order(left) - order(right));
}

const found = await findPrograms(promtools);
const names = (folder: string): readonly string[] =>
  readdirSync(`${alertsFolder}/${folder}`).filter((name) => name.endsWith('.yml'));
const runs = found.flatMap((program, index) => {
  const name = promtools[index]?.name ?? '';
  if ('missing' in program) {
    process.stdout.write(`skip ${name}: ${program.missing}\n`);
    return [];
  }
  const { path } = program;
  const rules = names('prometheus').map((file) => `${alertsFolder}/prometheus/${file}`);
  return [
    { path, args: ['check', 'rules', ...rules], title: `${name}: check rules, ${rules.length} files` },
    ...names('tests').map((file) => ({
      path,
      args: ['test', 'rules', `${alertsFolder}/tests/${file}`],
      title: `${name}: tests/${file}`,
    })),
  ];
});
await inParallel(changesAlone ? [] : runs, width, async ({ path, args, title }) => {
  const { ok, output } = await outcomeOf(path, args);
  tell(ok, ok ? title : `${title}\n${output}`);
});

const groups = prometheusGroups();
const tests = readTests();
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
const missing = missingCases(alerts, tests);
tell(
  missing.length === 0,
  `${alerts.length} alerts with every case${missing.map((each) => `\n     missing: ${each}`).join('')}`,
);

const mutants = allMutants(groups);
const judgements = await judgeMutants(all ? [...mutants.keys()] : sampled(mutants), {
  width,
  deadlineMs: all ? 4 * 3_600_000 : MUTATION_MS,
});
const judged = Array.from(judgements, ([index, judgement]) => ({ mutant: mutants[index]!, judgement }));
const noticed = judged.filter(({ judgement }) => judgement.verdict === 'noticed');
const unnoticed = judged.filter(({ judgement }) => judgement.verdict !== 'noticed');
const isEquivalent = ({ mutant }: (typeof judged)[number]): boolean => whyEquivalent(mutant) !== undefined;
const textsOf = (some: typeof judged, what: string): string =>
  some.map(({ mutant }) => `\n     ${what}: ${mutantText(mutant)}`).join('');
const unexpected = unnoticed.filter((each) => !isEquivalent(each));
const known = unnoticed.length - unexpected.length;
tell(
  unexpected.length === 0,
  `${noticed.length} of ${judged.length} changes noticed, ${known} more change nothing that is ever seen,` +
    ` of ${mutants.length} that there are${textsOf(unexpected, 'not noticed')}`,
);
const wrong = noticed.filter(isEquivalent);
tell(wrong.length === 0, `what is said to change nothing is not noticed${textsOf(wrong, 'noticed')}`);

/** What came of it, for the README. */
function keepFigures(
  checked: Pick<MutationFigures, 'crossChecked' | 'crossCheckedUnnoticed' | 'disputed'>,
): void {
  if (!all || process.env['SIGHTLINE_FIGURES'] !== 'true') return;
  const figures: MutationFigures = {
    total: mutants.length,
    changes: judged.length,
    noticed: noticed.length,
    equivalent: known,
    ...checked,
  };
  writeFileSync(MUTATION_FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
}
keepFigures({ crossChecked: 0, crossCheckedUnnoticed: 0, disputed: 0 });

/** So many of them, evenly spread. */
function spread(some: typeof judged, count: number): typeof judged {
  const every = Math.max(1, some.length / count);
  return some.filter((_each, index) => Math.floor(index / every) !== Math.floor((index - 1) / every));
}

const program = found.findLast((each) => 'path' in each);
if (program && 'path' in program) {
  const counts = all ? CHECKED_ALL : CHECKED;
  const compared = [...spread(noticed, counts.noticed), ...spread(unnoticed, counts.unnoticed)];
  const outcomes = await inParallel(compared, width, async ({ mutant, judgement }) => {
    const files = filesOf(mutant, tests);
    // Of what is noticed, the test that is said to; of what is not, every one that could.
    const asked =
      judgement.verdict === 'noticed'
        ? files
            .filter(({ name }) => name === judgement.by)
            .map((file) =>
              Object.assign({}, file, { tests: file.tests.filter(({ name }) => name === judgement.test) }),
            )
        : files;
    const isNoticed = await isNoticedByFiles(
      mutant,
      asked,
      async (path) => (await outcomeOf(program.path, ['test', 'rules', path], { timeoutMs: CHECK_MS })).ok,
    );
    return { mutant, judgement, isSame: isNoticed === (judgement.verdict === 'noticed') };
  });
  const disputed = outcomes.filter(({ isSame }) => !isSame);
  const unnoticedToo = outcomes.filter(({ judgement }) => judgement.verdict !== 'noticed').length;
  tell(
    disputed.length === 0,
    `promtool says the same of ${outcomes.length} of them, of which ${unnoticedToo} go unnoticed` +
      textsOf(disputed, 'not of'),
  );
  keepFigures({
    crossChecked: outcomes.length,
    crossCheckedUnnoticed: unnoticedToo,
    disputed: disputed.length,
  });
}
if (process.env['SIGHTLINE_FIGURES'] === 'true') renewGenerated();
if (failed > 0) process.exitCode = 1;
