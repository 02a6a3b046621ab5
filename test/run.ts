/**
 * Runs the test suite: everything on the Node of the scripts, then the packages' own tests on the other versions that
 * they support. `pnpm test [file or name]` passes its arguments to vitest and then stays on one version.
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

const args = process.argv.slice(2);
const units = packages.flatMap((name) => ['--project', name]);
const outcomes: Outcome[] = [];
if (args.length === 0) {
  // A worker more than vitest would take, for tests wait more than they work; but not for those that measure real servers.
  outcomes.push(await run(process.execPath, [`--maxWorkers=${availableParallelism()}`, ...units], 'at once'));
  outcomes.push(await run(process.execPath, ['--project', 'workspace'], 'at once'));
  // What spawns children names each version itself, so it need not run once more on each.
  const others = otherNodes();
  process.stdout.write(`\nThe packages on Node ${others.map(versionOf).join(' and ')}\n`);
  outcomes.push(
    ...(await Promise.all(
      others.map((node) => run(node, [...units, '--exclude', '**/packages/*/test/**'], 'at the end')),
    )),
  );
} else {
  outcomes.push(await run(process.execPath, args, 'at once'));
}
rmSync(results, { recursive: true });

const sum = (pick: (counts: Counts) => number): number =>
  outcomes.reduce((total, { counts }) => total + pick(counts), 0);
process.stdout.write(
  `\n${sum((c) => c.numPassedTests)} passed, ${sum((c) => c.numFailedTests)} failed, ${sum((c) => c.numPendingTests)} skipped\n`,
);
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
