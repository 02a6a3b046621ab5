import { statfs } from 'node:fs/promises';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckResult } from '../check.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import { percentText, sizeText } from './size-text.ts';
import { statusAt, worstStatus } from './thresholds.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

const ratioSchema = z.number().gt(0).max(1);

export const diskSpaceCheckOptionsSchema = z
  .strictObject({
    /** A file or folder on the file system to look at. */
    path: z.string().min(1).default('/'),
    /** Share in use from where on it is degraded, of the space or of the inodes. */
    degradedRatio: ratioSchema.default(0.85),
    /** Share in use from where on it is down. */
    downRatio: ratioSchema.default(0.95),
    /** It is down with less space free than this [B]. */
    minFreeBytes: z
      .int()
      .min(0)
      .default(10 * 1024 * 1024),
    /** Longest wait for the file system, which may be on a network [ms]. */
    timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
  })
  .refine(({ degradedRatio, downRatio }) => degradedRatio <= downRatio, {
    error: 'a share that is not above downRatio',
    path: ['degradedRatio'],
  });
export type DiskSpaceCheckOptions = z.input<typeof diskSpaceCheckOptionsSchema>;

/** What is used of `fs.StatsFs`. Blocks are of `bsize` bytes; `bavail` is what an ordinary user may still write. */
export interface FileSystemNumbers {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** Parts that tests replace. */
export interface DiskSpaceDeps {
  readonly readFileSystem?: (path: string) => Promise<FileSystemNumbers>;
}

/**
 * A file system has room: space and inodes, as `df` counts them.
 *
 * Details: `path`, `freeBytes`, `usedRatio`, and `usedInodesRatio` where there are inodes. A network file system that
 * hangs holds one thread at most, however often the check runs.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('disk', diskSpaceCheck({ path: '/var/lib/uploads', minFreeBytes: 1024 ** 3 }));
 */
export function diskSpaceCheck(
  options?: DiskSpaceCheckOptions,
  { readFileSystem = (path) => statfs(path) }: DiskSpaceDeps = {},
): BuiltInCheck {
  const { path, degradedRatio, downRatio, minFreeBytes, timeoutMs } = parseOptions(
    'diskSpaceCheck',
    diskSpaceCheckOptionsSchema,
    options,
  );
  const thresholds = { degraded: degradedRatio, down: downRatio };
  const read = createOutstanding(() => readFileSystem(path));

  function judge(numbers: FileSystemNumbers): CheckResult {
    const freeBytes = numbers.bavail * numbers.bsize;
    const usedRatio = usedShare(numbers.blocks, numbers.bfree, numbers.bavail);
    const usedInodesRatio = usedShare(numbers.files, numbers.ffree, numbers.ffree);
    if (usedRatio === undefined) return down(`${path} is on no file system that stores anything`, { path });
    const details = { path, freeBytes, usedRatio, usedInodesRatio };
    const isShort = freeBytes < minFreeBytes;
    const ofSpace = isShort ? 'down' : statusAt(usedRatio, thresholds);
    const ofInodes = statusAt(usedInodesRatio ?? 0, thresholds);
    const problems: string[] = [];
    if (ofSpace !== 'up') {
      const needed = isShort ? ` of the ${sizeText(minFreeBytes)} needed` : '';
      problems.push(
        `${percentText(usedRatio)} of the space is used, ${sizeText(freeBytes)}${needed} are free`,
      );
    }
    if (ofInodes !== 'up') {
      problems.push(`${percentText(usedInodesRatio ?? 0)} of the inodes are used: there are too many files`);
    }
    if (problems.length === 0) return up(details);
    return {
      status: worstStatus([ofSpace, ofInodes]),
      reason: `${path}: ${problems.join('; ')}; see with du what fills it`,
      details,
    };
  }

  return timedCheck(timeoutMs, () => ({
    work: async () => judge(await read()),
    late: (afterMs) =>
      down(`${path}: the file system has no answer after ${afterMs} ms; is it on a network?`, { path }),
    failed: (error) => down(`${path}: ${failureText(error)}`, { path }),
  }));
}

/** As `df` has it: what is kept for root counts as neither used nor free. */
function usedShare(all: number, free: number, available: number): number | undefined {
  const used = all - free;
  return used + available > 0 ? used / (used + available) : undefined;
}
