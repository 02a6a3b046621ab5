import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CodeBlock } from './markdown.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** A block of a README that stands in a file of its own, where its imports resolve as they do for that package. */
export interface Example {
  /** `packages/errors/README.md:12`. */
  readonly title: string;
  readonly block: CodeBlock;
  /** The file, absolute. */
  readonly file: string;
}

/**
 * Writes blocks to files in `folder/dist/.examples`: below `dist` because git ignores it, and not below
 * `node_modules`, where Node.js strips no types and a package cannot import itself by its name.
 *
 * @param readme as it is to be named in messages: `packages/errors/README.md`
 * @param folder absolute; the package that the blocks belong to
 */
export function writeExamples(
  readme: string,
  folder: string,
  blocks: readonly CodeBlock[],
): readonly Example[] {
  const target = `${folder}/dist/.examples`;
  rmSync(target, { recursive: true, force: true });
  if (blocks.length === 0) return [];
  mkdirSync(target, { recursive: true });
  return blocks.map((block) => {
    const file = `${target}/line-${block.line}.ts`;
    // As many lines before it as in the README, so that every line number in a message is that of the README.
    writeFileSync(file, `${'\n'.repeat(block.line - 1)}${block.code}\n`);
    return { title: `${readme}:${block.line}`, block, file };
  });
}

/** Removes what `writeExamples` wrote. */
export function removeExamples(folder: string): void {
  rmSync(`${folder}/dist/.examples`, { recursive: true, force: true });
}

interface Outcome {
  readonly failed: boolean;
  readonly output: string;
}

async function outcomeOf(
  file: string,
  args: readonly string[],
  options: { cwd: string; timeout: number },
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(file, args, options);
    return { failed: false, output: stdout + stderr };
  } catch (error) {
    const { stdout, stderr } = { stdout: '', stderr: '', ...Object(error) };
    return { failed: true, output: `${stdout}${stderr}` || String(error) };
  }
}

/**
 * Type-checks examples, all in one run of the compiler.
 *
 * @returns what the compiler said about each example, empty where it is right; nothing about other files
 * @throws when the compiler itself failed
 */
export async function typeErrors(examples: readonly Example[]): Promise<ReadonlyMap<Example, string>> {
  const folder = `${root}/test/dist/.examples-config`;
  const config = `${folder}/tsconfig.json`;
  mkdirSync(folder, { recursive: true });
  const compilerOptions = { noEmit: true, composite: false, sourceMap: false, declarationMap: false };
  const files = examples.map(({ file }) => file);
  writeFileSync(config, JSON.stringify({ extends: `${root}/tsconfig.base.json`, compilerOptions, files }));
  const { failed, output } = await outcomeOf(
    `${root}/node_modules/.bin/tsc`,
    ['-p', config, '--pretty', 'false'],
    {
      cwd: root,
      timeout: 180_000,
    },
  );
  rmSync(folder, { recursive: true, force: true });
  if (failed && !/error TS\d+/.test(output)) throw new Error(`tsc failed: ${output}`);
  const lines = output.split('\n');
  return new Map(
    examples.map((example) => {
      const name = relative(root, example.file);
      return [example, lines.filter((line) => line.startsWith(name)).join('\n')];
    }),
  );
}

/**
 * Runs an example as a program of its own, on the built packages.
 *
 * @returns what it printed when it failed or did not end by itself within 10 s; empty when all is well
 */
export async function runError({ file }: Example): Promise<string> {
  const args = ['--disable-warning=ExperimentalWarning', file];
  const { failed, output } = await outcomeOf(process.execPath, args, { cwd: root, timeout: 10_000 });
  return failed ? output : '';
}
