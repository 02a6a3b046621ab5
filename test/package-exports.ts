/**
 * Checks what a user of the packages gets: `publint` and `attw` on what would be published, and every export of the
 * built `dist` loaded with `import` and with `require`, under each Node.js that is supported.
 *
 * Run after `tsc -b test`. Prints a line for each package; exits with 1 when anything is wrong.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { inParallel } from './alerts/promtool.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
/** Lets a child find the Node.js of the workspace, whichever one the shell would take. */
const env = { ...process.env, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` };

/** The Node.js versions that the packages are for: the one that runs this and those of `test/runtimes`. */
const runtimes = [
  process.execPath,
  ...['node22', 'node26'].map((name) => `${root}/test/runtimes/node_modules/${name}/bin/node`),
].filter((path) => existsSync(path));

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What a program printed, and whether it failed. */
async function outcome(
  file: string,
  args: readonly string[],
  cwd: string,
): Promise<{ failed: boolean; output: string }> {
  try {
    const { stdout, stderr } = await run(file, args, { cwd, env, timeout: 120_000 });
    return { failed: false, output: (stdout + stderr).trim() };
  } catch (error) {
    const { stdout, stderr } = { stdout: '', stderr: '', ...Object(error) };
    return { failed: true, output: `${stdout}${stderr}`.trim() || String(error) };
  }
}

async function publintProblems(folder: string, manifest: Manifest): Promise<string[]> {
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: 'npm' });
  return messages.map((message) => {
    return `publint: ${formatMessage(message, { ...manifest }, { color: false }) ?? message.code}`;
  });
}

async function attwProblems(folder: string): Promise<string[]> {
  const attw = `${root}/node_modules/.bin/attw`;
  const { failed, output } = await outcome(
    attw,
    ['--pack', '.', '--profile', 'esm-only', '--no-color'],
    folder,
  );
  return failed ? [`attw: ${output}`] : [];
}

/** The specifiers of everything in `exports` that is code: `@sightline/logger`, `@sightline/logger/loki`. */
function specifiers({ name, exports }: Manifest): string[] {
  return Object.keys(exports)
    .filter((subpath) => !subpath.endsWith('.json') && !subpath.includes('*'))
    .map((subpath) => name + subpath.slice(1));
}

/** A program that loads a module both ways and compares what it got. */
function loader(specifier: string): string {
  return `
    import { createRequire } from 'node:module';
    const imported = await import('${specifier}');
    const required = createRequire(process.cwd() + '/')('${specifier}');
    const names = Object.keys(imported).filter((name) => name !== 'default');
    const missing = names.filter((name) => required[name] !== imported[name]);
    if (missing.length > 0) throw new Error('require() gives another ' + missing.join(', '));
    if (!import.meta.resolve('${specifier}').match(/\\/(?:dist|bundle)\\//)) throw new Error('is not taken from what was built');`;
}

async function loadProblems(folder: string, manifest: Manifest): Promise<string[]> {
  const problems: string[] = [];
  for (const node of runtimes) {
    for (const specifier of specifiers(manifest)) {
      // oxlint-disable-next-line no-await-in-loop -- another package has the other core
      const { failed, output } = await outcome(
        node,
        ['--input-type=module', '-e', loader(specifier)],
        folder,
      );
      if (failed) problems.push(`${specifier} under ${node}: ${output}`);
      else if (output !== '') problems.push(`${specifier} under ${node} prints on load: ${output}`);
    }
  }
  return problems;
}

/** Everything that is wrong with one package. */
async function packageProblems(folder: string, manifest: Manifest): Promise<readonly string[]> {
  if (!existsSync(`${folder}/dist/index.js`)) return ['dist is missing: run tsc -b test'];
  const published = await publintProblems(folder, manifest);
  const typed = await attwProblems(folder);
  const loaded = await loadProblems(folder, manifest);
  return [...published, ...typed, ...loaded];
}

async function versionOf(node: string): Promise<string> {
  return (await outcome(node, ['--version'], root)).output;
}

const versions = await Promise.all(runtimes.map(versionOf));
const missing = ['v22', 'v24', 'v26'].filter(
  (major) => !versions.some((version) => version.startsWith(`${major}.`)),
);
let failures = missing.length;
for (const major of missing) process.stdout.write(`✗ Node.js ${major} is not installed\n`);

/** Each is a chain of programs that use one core at a time. */
const checked = await inParallel(readdirSync(`${root}/packages`), availableParallelism(), async (name) => {
  const folder = `${root}/packages/${name}`;
  const manifest: Manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return { name: manifest.name, problems: await packageProblems(folder, manifest) };
});
for (const { name, problems } of checked) {
  const passed = `publint, attw, import and require under ${versions.join(', ')}`;
  process.stdout.write(`${problems.length === 0 ? `✓ ${name}: ${passed}` : `✗ ${name}`}\n`);
  for (const problem of problems) process.stdout.write(`  ${problem.replaceAll('\n', '\n  ')}\n`);
  failures += problems.length;
}

process.exitCode = failures === 0 ? 0 : 1;
