import { execFile, spawn } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { SightlineError } from '@sightline/errors';
import type { Io } from './io.ts';

/** What a program said, and what it ended with. */
export interface ProgramOutcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Most that is kept of what a program says [bytes]. */
const OUTPUT_BYTES = 16 * 1024 * 1024;

/** A folder is none, though its rights say that it is one. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What Windows takes for a program where nobody says so. */
const PROGRAM_ENDINGS = '.COM;.EXE;.BAT;.CMD';

/** The first of a name on the PATH; nothing when there is none. On Windows its file has an ending, and what has none is none. */
export async function findProgram(
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  name: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const isWindows = platform === 'win32';
  // `docker.exe` is a whole name, and `mine-1.2` may be that of `mine-1.2.cmd`.
  const endings = [
    ...(isWindows && !/\.\w+$/.test(name) ? [] : ['']),
    ...(isWindows ? ((env['PATHEXT'] || PROGRAM_ENDINGS).toLowerCase().match(/[^;]+/g) ?? []) : []),
  ];
  const folders = (env['PATH'] ?? (isWindows ? env['Path'] : undefined) ?? '').split(delimiter);
  for (const folder of folders) {
    for (const ending of endings) {
      const path = resolve(cwd, join(folder || '.', `${name}${ending}`));
      // oxlint-disable-next-line no-await-in-loop -- the first one counts
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** What is handed to `spawn`. */
interface ProgramStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly shell: boolean;
}

/** How a program is started: a batch file, as npm and what it installs are on Windows, by the shell alone. */
export function startOf(
  path: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): ProgramStart {
  if (platform !== 'win32' || !/\.(?:bat|cmd)$/i.test(path)) return { file: path, args, shell: false };
  return { file: [path, ...args].map(quoted).join(' '), args: [], shell: true };
}

function quoted(word: string): string {
  if (/^[\w.,:=@/\\+-]+$/.test(word)) return word;
  // In front of a quotation mark a backslash would take that for a part of the word.
  return `"${word.replaceAll(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&')}"`;
}

/**
 * The program that the option names, or that of the name on the PATH.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PROGRAM` when the option names something that cannot be run
 */
export async function namedProgram(
  io: Pick<Io, 'env' | 'cwd'>,
  name: string,
  given?: string,
): Promise<string | undefined> {
  if (given === undefined) return findProgram(io, name);
  const path = resolve(io.cwd, given);
  if (await isExecutable(path)) return path;
  throw missingProgram(name, `--${name} names no program that can be run`);
}

export function missingProgram(name: string, problem: string): SightlineError {
  return new SightlineError('SIGHTLINE_CLI_PROGRAM', {
    problem,
    expected: `${name} on the PATH, or its path with --${name}`,
    fix: `install ${name}; it comes with Prometheus, and as a package of most systems`,
  });
}

/**
 * Runs a program to its end; it is killed when the user ends the command.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PROGRAM` when it cannot be started
 */
export async function runProgram(
  { env, cwd, signal }: Pick<Io, 'env' | 'cwd' | 'signal'>,
  path: string,
  args: readonly string[],
): Promise<ProgramOutcome> {
  return new Promise((done, fail) => {
    const { file, args: words, shell } = startOf(path, args);
    const options = { cwd, env: { ...env }, signal, maxBuffer: OUTPUT_BYTES, shell };
    execFile(file, [...words], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) done({ ok: true, output });
      else if (signal.aborted) fail(error);
      // A number is what it ended with; a text is why it did not start.
      else if (typeof error.code === 'string')
        fail(missingProgram(path, `${path} could not be run: ${error.code}`));
      else done({ ok: false, output: output || `ended by ${error.signal ?? error.code}` });
    });
  });
}

/** Most lines that are kept of what a program says. */
const KEPT_LINES = 200;

/**
 * Runs a program to its end, and hands on each line as it comes; the last ones are its output.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PROGRAM` when it cannot be started
 */
export async function followProgram(
  { env, cwd, signal }: Pick<Io, 'env' | 'cwd' | 'signal'>,
  path: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<ProgramOutcome> {
  const { file, args: words, shell } = startOf(path, args);
  const child = spawn(file, [...words], { cwd, env: { ...env }, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(line);
    });
  }
  // Asked to end, so that it can tidy up, and not killed.
  const end = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return new Promise((done, fail) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      fail(missingProgram(path, `${path} could not be run: ${error.code}`));
    });
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', end);
      const output = lines.join('\n').trim();
      done({ ok: code === 0, output: output || `ended by ${by ?? code}` });
    });
  });
}
