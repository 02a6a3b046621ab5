import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from './files.ts';

const FILE = '.gitignore';
const KEPT_OUT = 'data/\netc/\nsecrets/\ninit.json\n';

/** Secrets, data and what init keeps are nothing for a repository; the copy of the stack may be. */
export async function keepOutOfGit(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, FILE), KEPT_OUT, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw fileError(folder, 'cannot be written', error);
  }
}

/** Takes back what `keepOutOfGit` has written, where nothing else is in the folder that it may keep out of git. */
export async function letIntoGit(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length !== 1 || names[0] !== FILE) return;
  if ((await readFile(join(folder, FILE), 'utf8')) === KEPT_OUT) await rm(join(folder, FILE));
}
