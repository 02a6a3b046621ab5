import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a size of its own, in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Takes what is free. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  freeBytes(): number;
  remove(): void;
}

const BLOCK_BYTES = 65_536;

/** Needs the right to mount. */
export function createSmallDisk(path: string, sizeMebibytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMebibytes}m`, 'tmpfs', path]);
  const filler = join(path, 'filler');
  return {
    path,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (const bytes of [BLOCK_BYTES, 4096])
          for (const block = Buffer.alloc(bytes, 1); ;) {
            try {
              writeSync(file, block);
            } catch {
              break;
            }
          }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    freeBytes() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    remove() {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
