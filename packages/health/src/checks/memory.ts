import { readFile } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import type { CheckResult } from '../check.ts';
import { cgroupMemory, type ReadText } from './cgroup-memory.ts';
import { percentText, sizeText } from './size-text.ts';
import { statusAt, worstStatus } from './thresholds.ts';
import type { BuiltInCheck } from './timed-check.ts';

const ratioSchema = z.number().gt(0).max(1);

export const memoryCheckOptionsSchema = z
  .strictObject({
    /** Share of a limit in use from where on it is degraded. */
    degradedRatio: ratioSchema.default(0.85),
    /** Share of a limit in use from where on it is down. */
    downRatio: ratioSchema.default(0.95),
  })
  .refine(({ degradedRatio, downRatio }) => degradedRatio <= downRatio, {
    error: 'a share that is not above downRatio',
    path: ['degradedRatio'],
  });
export type MemoryCheckOptions = z.input<typeof memoryCheckOptionsSchema>;

/** Parts that tests replace. */
export interface MemoryDeps {
  readonly readText?: ReadText;
  readonly heap?: () => { readonly used_heap_size: number; readonly heap_size_limit: number };
  /** Resident memory of the process [B]. */
  readonly rssBytes?: () => number;
}

/**
 * Memory is left: in the heap of V8 up to its real limit, and in the container up to that of its cgroup, version 1 or
 * 2; the limit of any cgroup around it counts as well. Without a limit, only the heap is judged.
 *
 * Details: `heapUsedBytes`, `heapLimitBytes`, `heapUsedRatio`, `rssBytes`, and with a limit `containerUsedBytes`,
 * `containerLimitBytes`, `containerUsedRatio`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('memory', memoryCheck({ degradedRatio: 0.8 }));
 */
export function memoryCheck(
  options?: MemoryCheckOptions,
  {
    readText = readIfThere,
    heap = getHeapStatistics,
    rssBytes: readRssBytes = () => process.memoryUsage.rss(),
  }: MemoryDeps = {},
): BuiltInCheck {
  const { degradedRatio, downRatio } = parseOptions('memoryCheck', memoryCheckOptionsSchema, options);
  const thresholds = { degraded: degradedRatio, down: downRatio };

  async function check(): Promise<CheckResult> {
    const container = await cgroupMemory(readText);
    const { used_heap_size: heapUsedBytes, heap_size_limit: heapLimitBytes } = heap();
    const rssBytes = readRssBytes();
    const heapUsedRatio = heapUsedBytes / heapLimitBytes;
    const ofHeap = statusAt(heapUsedRatio, thresholds);
    const reasons: string[] = [];
    if (ofHeap !== 'up') {
      reasons.push(
        `the heap of V8 is ${percentText(heapUsedRatio)} full, ${share(heapUsedBytes, heapLimitBytes)}: take a heap ` +
          'snapshot, or raise --max-old-space-size',
      );
    }
    const details = { heapUsedBytes, heapLimitBytes, heapUsedRatio, rssBytes };
    if (container === undefined) return { status: ofHeap, reason: reasons[0], details };

    const { limitBytes: containerLimitBytes, usedBytes: containerUsedBytes = rssBytes } = container;
    const containerUsedRatio = containerUsedBytes / containerLimitBytes;
    const ofContainer = statusAt(containerUsedRatio, thresholds);
    if (ofContainer !== 'up') {
      reasons.push(
        `the container has used ${percentText(containerUsedRatio)} of its memory, ` +
          `${share(containerUsedBytes, containerLimitBytes)}, this process ${sizeText(rssBytes)} of it: at the limit ` +
          'it is killed',
      );
    }
    return {
      status: worstStatus([ofHeap, ofContainer]),
      reason: reasons.length > 0 ? reasons.join('; ') : undefined,
      details: { ...details, containerUsedBytes, containerLimitBytes, containerUsedRatio },
    };
  }

  return { check };
}

function share(usedBytes: number, limitBytes: number): string {
  return `${sizeText(usedBytes)} of ${sizeText(limitBytes)}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
