/**
 * Runs the test suite: everything on the Node of the scripts, then the packages' own tests on the other versions that
 * they support. `pnpm test [file or name]` passes its arguments to vitest and then stays on one version.
 *
 * `--coverage` measures the packages on the first of these runs and holds each to its mark; see `coverage.ts`. With
 * `--project`, it shows and holds only those that are named.
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

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const results = mkdtempSync(join(tmpdir(), 'sightline-test-'));
const packages = readdirSync(join(root, 'packages'));

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

interface Outcome {
  readonly ok: boolean;
  readonly counts: Counts;
}

/** @param shows what it says at once, or all of it when it is over, so that two at a time are told apart */
async function run(node: string, args: readonly string[], shows: 'at once' | 'at the end'): Promise<Outcome> {
  const report = join(mkdtempSync(join(results, 'run-')), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(node, [vitest, 'run', '--config', 'test/vitest.config.ts', ...reporters, ...args], {
    cwd: root,
    stdio: shows === 'at once' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const output = [child.stdout, child.stderr]
    .filter((stream) => stream !== null)
    .map((stream) => text(stream));
  const [status] = (await once(child, 'close')) as [number | null];
  process.stdout.write((await Promise.all(output)).join(''));
  return { ok: status === 0, counts: JSON.parse(readFileSync(report, 'utf8')) as Counts };
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
  outcomes.push(
    await run(
      process.execPath,
      [`--maxWorkers=${availableParallelism()}`, ...units, ...measuring],
      'at once',
    ),
  );
  outcomes.push(await run(process.execPath, ['--project', 'workspace'], 'at once'));
  // What spawns children names each version itself, so it need not run once more on each; the web app runs in browsers.
  const elsewhere = ['**/packages/*/test/**', '**/packages/*/ui/**'].flatMap((glob) => ['--exclude', glob]);
  const others = otherNodes();
  process.stdout.write(`\nThe packages on Node ${others.map(versionOf).join(' and ')}\n`);
  outcomes.push(
    ...(await Promise.all(others.map((node) => run(node, [...units, ...elsewhere, PATIENT], 'at the end')))),
  );
} else {
  outcomes.push(await run(process.execPath, [...args, ...measuring], 'at once'));
}
// Where a test failed, less ran than would: then there is no report, and its figures would say nothing.
const named = args.length === 0 ? packages : args.filter((_, index) => args[index - 1] === '--project');
const covered = !measures || outcomes[0]?.ok !== true || holdsCoverage(coverage, named);
rmSync(results, { recursive: true });

const sum = (pick: (counts: Counts) => number): number =>
  outcomes.reduce((total, { counts }) => total + pick(counts), 0);
process.stdout.write(
  `\n${sum((c) => c.numPassedTests)} passed, ${sum((c) => c.numFailedTests)} failed, ${sum((c) => c.numPendingTests)} skipped\n`,
);
process.exitCode = covered && outcomes.every(({ ok }) => ok) ? 0 : 1;
