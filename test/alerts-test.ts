/**
 * Tests the alert rules: `pnpm alerts:test [--all]`.
 *
 * promtool of both Debian releases checks every file and runs every test; a gate lists the alerts that lack a case; then
 * thresholds, labels and operators are changed, one at a time, and some test must notice. That is judged by the engine of
 * `@sightline/query`, and for some of the changes by promtool as well. Without `--all` the changes are a sample, the same
 * each time; `SIGHTLINE_FIGURES=true` keeps the score of all of them for the README.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { missingCases } from '@sightline/alerts';
import { whyEquivalent } from './alerts/equivalent-mutants.ts';
import { type Verdict, judgeMutants } from './alerts/judge.ts';
import { type Mutant, allMutants, mutantText } from './alerts/mutants.ts';
import { MUTATION_FIGURES, type MutationFigures } from './alerts/mutation-figures.ts';
import { judgeByFiles } from './alerts/mutations.ts';
import { findPrograms, inParallel, outcomeOf, promtools } from './alerts/promtool.ts';
import { alertsFolder, prometheusGroups, readTests } from './alerts/rule-files.ts';

/** Longest time for a sample of the changes [ms]. */
const MUTATION_MS = 40_000;
/** Longest time for those of them that promtool judges as well [ms]. */
const CHECKED_MS = 10_000;
const CHECKED_ALL_MS = 300_000;
/** Every so many of the changes are the sample: no divisor of how many a rule has, so that all kinds are among them. */
const SAMPLED_EVERY = 7;

const all = process.argv.includes('--all');
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
await inParallel(runs, width, async ({ path, args, title }) => {
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
const verdicts = await judgeMutants(all ? [...mutants.keys()] : sampled(mutants), {
  width,
  deadlineMs: all ? 4 * 3_600_000 : MUTATION_MS,
});
const of = (verdict: Verdict): readonly Mutant[] =>
  Array.from(verdicts).flatMap(([index, each]) => (each === verdict ? [mutants[index]!] : []));
const isEquivalent = (mutant: Mutant): boolean => whyEquivalent(mutant) !== undefined;
const survivors = [...of('survived'), ...of('unread')];
const unexpected = survivors.filter((mutant) => !isEquivalent(mutant));
const known = survivors.length - unexpected.length;
tell(
  unexpected.length === 0,
  `${of('noticed').length} of ${verdicts.size} changes noticed, ${known} more change nothing that is ever seen,` +
    ` of ${mutants.length} that there are` +
    unexpected.map((mutant) => `\n     not noticed: ${mutantText(mutant)}`).join(''),
);
const wrong = of('noticed').filter(isEquivalent);
tell(
  wrong.length === 0,
  `what is said to change nothing is not noticed${wrong.map((mutant) => `\n     noticed: ${mutantText(mutant)}`).join('')}`,
);

const program = found.findLast((each) => 'path' in each);
if (program && 'path' in program) {
  let nth = 0;
  const judged = await judgeByFiles(groups, tests, {
    passes: async (path) => (await outcomeOf(program.path, ['test', 'rules', path])).ok,
    width,
    deadlineMs: all ? CHECKED_ALL_MS : CHECKED_MS,
    // One of each rule, at another place each time.
    pick: (each) => each.slice((nth += 1) % Math.max(1, each.length)).slice(0, 1),
  });
  const texts = new Map(Array.from(verdicts, ([index, verdict]) => [mutantText(mutants[index]!), verdict]));
  const compared = judged.flatMap(({ mutant, noticed }) => {
    const verdict = texts.get(mutantText(mutant));
    return verdict === undefined ? [] : [{ mutant, isSame: (verdict === 'noticed') === noticed }];
  });
  const disputed = compared.filter(({ isSame }) => !isSame).map(({ mutant }) => mutantText(mutant));
  tell(
    disputed.length === 0,
    `promtool says the same of ${compared.length} of them${disputed.map((text) => `\n     not of: ${text}`).join('')}`,
  );
  if (all && process.env['SIGHTLINE_FIGURES'] === 'true') {
    const figures: MutationFigures = {
      total: mutants.length,
      changes: verdicts.size,
      noticed: of('noticed').length,
      equivalent: known,
      crossChecked: compared.length,
      disputed: disputed.length,
    };
    writeFileSync(MUTATION_FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
