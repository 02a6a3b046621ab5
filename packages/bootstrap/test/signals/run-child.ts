import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Far longer than any child needs, on a busy machine too [ms]. */
export const MAX_LIFE_MS = 60_000;

/** Every Node that is installed here, by its major version. */
export const runtimes: readonly { readonly node: string; readonly path: string }[] = [
  { node: `node${process.versions.node.split('.')[0]}`, path: process.execPath },
  ...['node22', 'node26'].map((node) => ({
    node,
    path: fileURLToPath(new URL(`../../../../test/runtimes/node_modules/${node}/bin/node`, import.meta.url)),
  })),
].filter(({ path }) => existsSync(path));

export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that does not end is killed. */
export async function runChild(
  runtime: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<ChildResult> {
  const child = spawn(runtime, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    cwd: options.cwd ?? fileURLToPath(new URL('.', import.meta.url)),
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<Pick<ChildResult, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, end] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
  return { ...end, stdout, stderr };
}
