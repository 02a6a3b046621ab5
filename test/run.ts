/**
 * Runs the test suite: everything on the Node of the scripts, then the packages' own tests on the other versions that
 * they support. `pnpm test [file or name]` passes its arguments to vitest and then stays on one version.
 *
 * `--coverage` measures the packages on the first of these runs and holds each to its mark; see `coverage.ts`. With
 * `--project`, it shows and holds only those that are named.
 *
 * What failed stands once more at the end. Where it is little, its files are tried again by themselves: many tests here
 * wait for real servers and browsers, and a busy machine can be too slow for one of them. What passes then counts as
 * passed, and is named.
 *
 * The last line is `N passed, N failed, N skipped`, over all versions.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type FileCoverage, coverageProblems, coverageTable, packageCoverage } from './coverage.ts';
import { type TestFailure, type TestRun, failureText, filesToTryAgain, triedAgain } from './test-failures.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const results = mkdtempSync(join(tmpdir(), 'sightline-test-'));
const packages = readdirSync(join(root, 'packages'));

interface Outcome extends TestRun {
  readonly ok: boolean;
  readonly node: string;
  readonly args: readonly string[];
  /** What failed at first, and passed by itself. */
  readonly recovered: readonly TestFailure[];
}

/** @param shows what it says at once, or all of it when it is over, so that two at a time are told apart */
async function run(node: string, args: readonly string[], shows: 'at once' | 'at the end'): Promise<Outcome> {
  const report = join(mkdtempSync(join(results, 'run-')), 'run.json');
  const reporters = ['--reporter=default', '--reporter=./test/run-reporter.ts'];
  const child = spawn(node, [vitest, 'run', '--config', 'test/vitest.config.ts', ...reporters, ...args], {
    cwd: root,
    env: { ...process.env, TEST_RUN_FILE: report },
    stdio: shows === 'at once' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const output = [child.stdout, child.stderr]
    .filter((stream) => stream !== null)
    .map((stream) => text(stream));
  const [status] = (await once(child, 'close')) as [number | null];
  process.stdout.write((await Promise.all(output)).join(''));
  const told = JSON.parse(readFileSync(report, 'utf8')) as TestRun;
  return { ok: status === 0, node, args, recovered: [], ...told };
}

/** The outcome after the files of what failed were tried once more, with nothing beside them. */
async function again(outcome: Outcome): Promise<Outcome> {
  const files = filesToTryAgain(outcome.failures);
  if (files.length === 0) return outcome;
  process.stdout.write(`\nOnce more, by itself: ${files.join(', ')}\n`);
  const args = outcome.args.filter((arg) => !arg.startsWith('--coverage'));
  const second = await run(outcome.node, [...args, ...files], 'at once');
  const { run: whole, recovered } = triedAgain(outcome, second);
  return { ...outcome, ...whole, recovered, ok: second.ok };
}

/** The other versions, where their programs exist for this machine. */
function otherNodes(): string[] {
  return ['node22', 'node26']
    .map((name) => join(root, 'test/runtimes/node_modules', name, 'bin/node'))
    .filter((node) => {
      const found = versionOf(node) !== undefined;
      if (!found) process.stdout.write(`\n${node} does not run here: the packages are not tested on it\n`);
      return found;
    });
}

function versionOf(node: string): string | undefined {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** @returns true when every package that was run has reached its mark; says which has not */
function holdsCoverage(folder: string, names: readonly string[]): boolean {
  const report = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8')) as Record<
    string,
    FileCoverage
  >;
  const found = packageCoverage(report, root).filter(({ name }) =>
    names.includes(name.split('/')[0] ?? name),
  );
  const problems = coverageProblems(found);
  process.stdout.write(`\n${[coverageTable(found), ...problems].join('\n\n')}\n`);
  return problems.length === 0;
}

/** Of a test that does nothing but work, where several versions work side by side [ms]. */
const PATIENT = '--testTimeout=20000';
const measures = process.argv.includes('--coverage');
const coverage = join(results, 'coverage');
// What is measured runs at about half its speed where it does nothing but work.
const measuring = measures ? ['--coverage.enabled', `--coverage.reportsDirectory=${coverage}`, PATIENT] : [];
const args = process.argv.slice(2).filter((arg) => arg !== '--coverage');
const units = packages.flatMap((name) => ['--project', name]);
const outcomes: Outcome[] = [];
if (args.length === 0) {
  // A worker more than vitest would take, for tests wait more than they work; but not for those that measure real servers.
  const first = [
    await run(
      process.execPath,
      [`--maxWorkers=${availableParallelism()}`, ...units, ...measuring],
      'at once',
    ),
    await run(process.execPath, ['--project', 'workspace'], 'at once'),
  ];
  // What spawns children names each version itself, so it need not run once more on each; the web app runs in browsers.
  const elsewhere = ['**/packages/*/test/**', '**/packages/*/ui/**'].flatMap((glob) => ['--exclude', glob]);
  const others = otherNodes();
  process.stdout.write(`\nThe packages on Node ${others.map(versionOf).join(' and ')}\n`);
  first.push(
    ...(await Promise.all(others.map((node) => run(node, [...units, ...elsewhere, PATIENT], 'at the end')))),
  );
  // oxlint-disable-next-line no-await-in-loop -- by themselves
  for (const outcome of first) outcomes.push(await again(outcome));
} else {
  outcomes.push(await run(process.execPath, [...args, ...measuring], 'at once'));
}
// Where a test failed, less ran than would: its figures would say nothing.
const named = args.length === 0 ? packages : args.filter((_, index) => args[index - 1] === '--project');
const covered = !measures || outcomes[0]?.ok !== true || holdsCoverage(coverage, named);
rmSync(results, { recursive: true });

const recovered = outcomes.flatMap((outcome) => outcome.recovered);
const failures = outcomes.flatMap((outcome) => outcome.failures);
process.stdout.write(failureText('Failed at first, and passed by itself:', recovered));
process.stdout.write(failureText('Failed:', failures));
const sum = (pick: (outcome: Outcome) => number): number =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0);
process.stdout.write(
  `\n${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed, ${sum(({ skipped }) => skipped)} skipped\n`,
);
process.exitCode = covered && outcomes.every(({ ok }) => ok) ? 0 : 1;
