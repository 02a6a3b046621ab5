/**
 * Tests the alert rules: `pnpm alerts:test [--all]`.
 *
 * promtool of both Debian releases checks every file and runs every test; a gate lists the alerts that lack a case; then
 * thresholds, labels and operators are changed, one at a time, and some test must notice. Without `--all` the changes are
 * a sample, the same each time, that takes less than a minute.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { missingCases } from '@sightline/alerts';
import { type Mutant, mutationScore } from './alerts/mutations.ts';
import { findPrograms, inParallel, outcomeOf, promtools } from './alerts/promtool.ts';
import { alertsFolder, prometheusGroups, readTests } from './alerts/rule-files.ts';

/** Longest time for the changes [ms]: with the tests before them, a minute. */
const MUTATION_MS = 25_000;
/** Changes of one rule that are tried in the sample. */
const SAMPLED = 3;
/** Least share of the changes that some test notices. */
const LEAST_SCORE = 0.9;

const all = process.argv.includes('--all');
const width = availableParallelism();
let failed = 0;

function tell(ok: boolean, text: string): void {
  if (!ok) failed += 1;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${text}\n`);
}

/** Evenly spread over the rule, so that every kind of change is among them. */
function sample(mutants: readonly Mutant[]): readonly Mutant[] {
  const step = Math.max(1, Math.floor(mutants.length / SAMPLED));
  return mutants.filter((_mutant, index) => index % step === 0).slice(0, SAMPLED);
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

const program = found.findLast((each) => 'path' in each);
if (program && 'path' in program) {
  const score = await mutationScore(groups, tests, {
    passes: async (path) => (await outcomeOf(program.path, ['test', 'rules', path])).ok,
    width,
    deadlineMs: all ? 3_600_000 : MUTATION_MS,
    ...(all ? {} : { pick: sample }),
  });
  const ratio = score.tried === 0 ? 0 : score.noticed / score.tried;
  const survivors = score.survivors.map((each) => `\n     not noticed: ${each}`).join('');
  tell(
    ratio >= LEAST_SCORE,
    `${score.noticed} of ${score.tried} changes noticed (${Math.round(ratio * 1000) / 10} %), of ${score.total} that there are${survivors}`,
  );
}
process.exitCode = failed > 0 ? 1 : 0;
