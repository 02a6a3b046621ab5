import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);
const program = fileURLToPath(new URL('child.mjs', import.meta.url));

/** Far longer than any child needs, on a busy machine too [ms]. */
export const MAX_LIFE_MS = 60_000;

/** Every Node that is installed here, by its major version. */
export const runtimes: { readonly node: string; readonly path: string }[] = [
  { node: `node${process.versions.node.split('.')[0]}`, path: process.execPath },
  ...['node22', 'node26'].map((node) => ({
    node,
    path: fileURLToPath(new URL(`test/runtimes/node_modules/${node}/bin/node`, root)),
  })),
].filter(({ path }) => existsSync(path));

export interface ChildOptions {
  readonly destination: 'stdout' | 'file' | 'lane' | 'dying' | 'hanging';
  readonly scenario: string;
  /** What the child's standard output is. Node's own children get a socket, a shell's get a pipe. */
  readonly output?: 'pipe' | 'socket';
  readonly exitDeadlineMs?: number;
  /** Node to run; the running one by default. */
  readonly runtime?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly flags?: readonly string[];
  /** Starts reading standard output, or never does. By default it is read from the start. */
  readonly read?: (child: RunningChild) => void;
}

interface RunningChild {
  /** Resolves when the child has said `word` on stderr. */
  said(word: string): Promise<void>;
  resume(): void;
  /** Closes the reading end of standard output. */
  hangUp(): void;
  send(text: string): void;
}

export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that reached the destination. */
  readonly text: string;
  /** All that came on standard output. */
  readonly printed: string;
  readonly stderr: string;
}

/** Runs one child to its end and reads what its destination got. */
export async function runChild(options: ChildOptions): Promise<ChildResult> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-exit-'));
  try {
    return await runIn(folder, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runIn(
  folder: string,
  { destination, scenario, output = 'pipe', exitDeadlineMs, runtime, env, flags = [], read }: ChildOptions,
): Promise<ChildResult> {
  const path = join(folder, 'app.log');
  const settings = JSON.stringify({ destination, scenario, path, exitDeadlineMs });
  const pipe = output === 'pipe' ? makePipe(join(folder, 'pipe')) : undefined;
  const child = spawn(runtime ?? process.execPath, [...flags, program, settings], {
    stdio: ['pipe', pipe?.writeEnd ?? 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    // One that does not end fails its test, and must not outlive it by much.
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  if (pipe) closeSync(pipe.writeEnd);
  const reader = pipe ? new Socket({ fd: pipe.readEnd, readable: true, writable: false }) : child.stdout;
  if (!reader) throw new Error('no standard output');

  let printed = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  reader.setEncoding('utf8');
  reader.on('data', (part: string) => (printed += part));
  const outputEnded = new Promise<void>((resolve) => reader.once('close', () => resolve()));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
    for (const listener of listeners) listener();
  });
  if (read) {
    reader.pause();
    read({
      said: (word) =>
        new Promise((resolve) => {
          const check = (): void => {
            if (!stderr.includes(word)) return;
            listeners.delete(check);
            resolve();
          };
          listeners.add(check);
          check();
        }),
      resume: () => reader.resume(),
      hangUp: () => reader.destroy(),
      send: (message) => child.stdin?.end(message),
    });
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => resolve(ended));
    child.once('exit', () => {
      // What the reader never asked for is not waited for.
      if (read && reader.isPaused()) reader.destroy();
    });
  });
  await outputEnded;
  const text = destination === 'stdout' ? printed : readLogs(folder);
  return { code, signal, text, printed, stderr };
}

/** A named pipe, both ends open: the reading end must be there before the writing end can be opened. */
function makePipe(path: string): { readonly readEnd: number; readonly writeEnd: number } {
  spawnSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
}

function readLogs(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.log'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

/** The numbers of the lines, in the order they came. Fails on a torn line. */
export function lineNumbers(text: string): number[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no end');
  return lines.map((line) => {
    const { n, msg }: { n: number; msg: string } = JSON.parse(line);
    if (msg !== 'größer') throw new Error(`torn message: ${msg}`);
    return n;
  });
}

/** 0 … count − 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
