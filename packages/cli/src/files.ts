import { readFile, readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { SightlineError } from '@sightline/errors';
import type { Io } from './io.ts';
import { throwAll } from './usage-error.ts';

/** A file that a command reads. */
export interface InputFile {
  /** As it is shown: from the current folder where it is below that, else in full. */
  readonly name: string;
  readonly path: string;
  /** Found in a folder, not named. */
  readonly fromFolder: boolean;
}

/** What the codes of the system mean. */
const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'it is not there'],
  ['EACCES', 'the rights are missing'],
  ['EPERM', 'the rights are missing'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EISDIR', 'it is a folder'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
]);

/** Why a path cannot be used, without what the system says of it in its own words. */
export function fileError(
  name: string,
  problem: string,
  cause?: unknown,
  fix = 'check the path and its rights',
): SightlineError {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const reason = reasons.get(code) ?? (typeof code === 'string' ? code : '');
  return new SightlineError(
    'SIGHTLINE_CLI_FILE',
    {
      problem: `${name} ${problem}${reason === '' ? '' : `: ${reason}`}`,
      expected: 'a file or folder that is there and may be used so',
      fix,
    },
    { cause },
  );
}

function nameOf(cwd: string, path: string): string {
  const name = relative(cwd, path);
  return name === '' ? '.' : name.startsWith('..') || isAbsolute(name) ? path : name;
}

/**
 * The files that are named, and every YAML file in the folders that are.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_FILE` for each path that cannot be read, all at once
 */
export async function inputFiles(cwd: string, paths: readonly string[]): Promise<readonly InputFile[]> {
  const problems: Error[] = [];
  const found = await Promise.all(
    paths.map(async (given): Promise<readonly InputFile[]> => {
      const path = resolve(cwd, given);
      try {
        if (!(await stat(path)).isDirectory()) return [{ name: nameOf(cwd, path), path, fromFolder: false }];
        const names = await readdir(path, { recursive: true });
        return names
          .filter((name) => /\.ya?ml$/.test(name) && !/(?:^|[\\/])node_modules[\\/]/.test(name))
          .toSorted()
          .map((name) => join(path, name))
          .map((each) => ({ name: nameOf(cwd, each), path: each, fromFolder: true }));
      } catch (error) {
        problems.push(fileError(given, 'cannot be read', error));
        return [];
      }
    }),
  );
  throwAll(problems);
  return [...new Map(found.flat().map((file) => [file.path, file])).values()];
}

/** @throws {SightlineError} `SIGHTLINE_CLI_FILE` when it cannot be read */
export async function readText(cwd: string, name: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, name), 'utf8');
  } catch (error) {
    throw fileError(name, 'cannot be read', error);
  }
}

/** @throws {SightlineError} `SIGHTLINE_CLI_FILE` when it cannot be read */
export function readFound({ name, path }: InputFile): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(name, 'cannot be read', error);
  });
}

/** A file, or what comes in for `-`. */
export async function readInput({ cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>, name: string): Promise<string> {
  if (name !== '-') return readText(cwd, name);
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin)
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
