/**
 * Runs the test suite: the packages' own tests on the Node of the scripts, then on the other versions that they support
 * (on the newest without those of packages that ask nothing of Node.js); meanwhile what spans packages, most of which waits
 * for servers and browsers. `pnpm test [file or name]` passes its arguments to vitest and then stays on one version.
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
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, constants, getPriority, setPriority, tmpdir } from 'node:os';
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

/** When all runs that began have been shown. */
let shown: Promise<unknown> = Promise.resolve();

/** A run beside another. */
interface Beside {
  /** Of what it says: all of it is shown when it is over, and those that began before it have been shown. */
  readonly heading?: string;
  /** Whether the other one goes first where there is too little for both. */
  readonly yields?: boolean;
}

/** What it says is shown at once, unless there is a heading for it. */
async function run(node: string, args: readonly string[], beside: Beside = {}): Promise<Outcome> {
  const { heading, yields = false } = beside;
  const before = shown;
  const { promise, resolve } = Promise.withResolvers<void>();
  shown = promise;
  const report = join(mkdtempSync(join(results, 'run-')), 'run.json');
  const reporters = ['--reporter=default', '--reporter=./test/run-reporter.ts'];
  const child = spawn(node, [vitest, 'run', '--config', 'test/vitest.config.ts', ...reporters, ...args], {
    cwd: root,
    env: { ...process.env, TEST_RUN_FILE: report },
    stdio: heading === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  // Its own children take over what it has.
  if (yields && child.pid !== undefined)
    setPriority(child.pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  const output = [child.stdout, child.stderr]
    .filter((stream) => stream !== null)
    .map((stream) => text(stream));
  const [status] = (await once(child, 'close')) as [number | null];
  const said = (await Promise.all(output)).join('');
  await before;
  if (heading !== undefined) process.stdout.write(`\n${heading}\n${said}`);
  resolve();
  const told = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as TestRun) : ended(status);
  return { ok: status === 0, node, args, recovered: [], ...told };
}

/** Of a run that came to no end of its own. */
function ended(status: number | null): TestRun {
  const failures = [{ message: `vitest ended without a report, with ${status ?? 'a signal'}` }];
  return { passed: 0, failed: 1, skipped: 0, failures };
}

/** The outcome after the files of what failed were tried once more, with nothing beside them. */
async function again(outcome: Outcome): Promise<Outcome> {
  const files = filesToTryAgain(outcome.failures);
  if (files.length === 0) return outcome;
  process.stdout.write(`\nOnce more, by itself: ${files.join(', ')}\n`);
  const args = outcome.args.filter((arg) => !/^--(?:coverage|maxWorkers)/.test(arg));
  const second = await run(outcome.node, [...args, '--maxWorkers=1', ...files]);
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

/** Limits of a test and a hook that say none themselves [ms]: much works side by side, and at half its speed when measured. */
const PATIENT = ['--testTimeout=60000', '--hookTimeout=60000'];
const measures = process.argv.includes('--coverage');
const coverage = join(results, 'coverage');
const measuring = measures ? ['--coverage.enabled', `--coverage.reportsDirectory=${coverage}`] : [];
const args = process.argv.slice(2).filter((arg) => arg !== '--coverage');
const projects = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => ['--project', name]);
const units = projects(packages);
/** What these compute with is the language alone: what the oldest version has of it, the newest has as well. */
const ofLanguage = new Set(['alerts', 'conventions', 'dashboards', 'query']);
const unitsOnNode = projects(packages.filter((name) => !ofLanguage.has(name)));
/** What computes for seconds: four times as long where each of its steps is counted, which would cover nothing more. */
const computing = ['packages/alerts/test/burn-rates.test.ts', 'packages/redact/src/linear.test.ts'];
/** What tries an algorithm with thousands of made-up inputs, for seconds: it is the same on every version. */
const models = [
  'packages/query/src/hostile-texts.test.ts',
  'packages/query/src/promql/engine-source.test.ts',
  'packages/redact/src/{json,properties}.test.ts',
  'packages/resilience/src/{breakers,policies}/model.test.ts',
];
const without = (...globs: readonly string[]): readonly string[] =>
  globs.flatMap((glob) => ['--exclude', glob]);
const outcomes: Outcome[] = [];
if (args.length === 0) {
  // Most tests of the workspace wait for servers and browsers, one file after the other, as they measure them. The packages'
  // own do little but work: with a worker more than vitest would take, they have what is left.
  const own = run(
    process.execPath,
    [
      `--maxWorkers=${availableParallelism()}`,
      // Measured, they are one project.
      ...(measures ? [...measuring, ...without(...computing)] : units),
      ...PATIENT,
    ],
    { yields: true },
  );
  const whole = run(process.execPath, ['--project', 'workspace', ...PATIENT], {
    heading: 'What spans packages',
  });
  // What spawns children names each version itself, so it need not run once more on each, and the web app runs in browsers.
  const elsewhere = without('**/packages/*/test/**', '**/packages/*/ui/**', ...computing, ...models);
  await own;
  const others = otherNodes().map(async (node, index) =>
    run(node, [...(index === 0 ? units : unitsOnNode), ...elsewhere, ...PATIENT], {
      heading: `The packages on Node ${versionOf(node)}`,
      yields: true,
    }),
  );
  if (measures) {
    const heading = 'What computes for long';
    others.push(run(process.execPath, [...units, ...PATIENT, ...computing], { heading, yields: true }));
  }
  const first = await Promise.all([own, whole, ...others]);
  // oxlint-disable-next-line no-await-in-loop -- by themselves
  for (const outcome of first) outcomes.push(await again(outcome));
} else {
  outcomes.push(await run(process.execPath, [...args, ...measuring, ...(measures ? PATIENT : [])]));
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
