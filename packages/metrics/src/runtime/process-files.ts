import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What only the operating system's files know of the process. Undefined: not to be found out here. */
export interface ProcessFiles {
  openFds(): Promise<number | undefined>;
  maxFds(): Promise<number | undefined>;
  virtualMemoryBytes(): Promise<number | undefined>;
}

/** @param folder the process in the proc file system; there is none but on Linux */
export function processFiles(folder = '/proc/self'): ProcessFiles {
  return {
    async openFds() {
      const path = join(folder, 'fd');
      // Linux 6.2 and later tell the number by the size; before that it is 0 and the entries are counted, less the one
      // that counting opens.
      const size = (await orUndefined(stat(path)))?.size;
      if (size !== 0) return size;
      const names = await orUndefined(readdir(path));
      return names && names.length - 1;
    },

    async maxFds() {
      const text = await orUndefined(readFile(join(folder, 'limits'), 'utf8'));
      return numberIn(text, /^Max open files\s+(\d+)/m);
    },

    async virtualMemoryBytes() {
      const text = await orUndefined(readFile(join(folder, 'status'), 'utf8'));
      const kibibytes = numberIn(text, /^VmSize:\s+(\d+) kB/m);
      return kibibytes === undefined ? undefined : kibibytes * 1024;
    },
  };
}

async function orUndefined<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}

function numberIn(text: string | undefined, pattern: RegExp): number | undefined {
  const digits = text === undefined ? undefined : pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
