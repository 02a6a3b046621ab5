/* oxlint-disable no-await-in-loop -- one look after the other */
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Point } from '../soak/regression.ts';
import { type Growth, type GrowthRule, judgeGrowth } from '../soak/verdict.ts';

/** What a page keeps at one moment. */
export interface MemorySample {
  /** Since the page was first there [s]. */
  readonly seconds: number;
  /** Of JavaScript, after its garbage was collected. */
  readonly heapBytes: number;
  /** Nodes of the DOM, those that are no longer in the page but are still held among them. */
  readonly nodes: number;
  readonly listeners: number;
}

/**
 * By how much each may grow from the end of the warm-up to the end. Rows and labels come and go with what is in sight, so that
 * nodes are given more than the heap.
 */
export const memoryQuantities = {
  heapBytes: { title: 'heap after collection', unit: 'MB', scale: 1e6, growthRatio: 0.05 },
  nodes: { title: 'DOM nodes', unit: '', scale: 1, growthRatio: 0.1 },
  listeners: { title: 'listeners', unit: '', scale: 1, growthRatio: 0.1 },
} as const;

type MemoryQuantity = keyof typeof memoryQuantities;

export type MemoryVerdict = Growth & { readonly quantity: MemoryQuantity };

/**
 * For how long a page is looked at. A component that renders itself anew leaves what it was in the hands of its parent, until
 * that is rendered, too: every five seconds, when all is asked again. So there is a moment in it when each row is held once.
 */
const LOOK_FOR_MS = 6500;
const LOOK_EVERY_MS = 250;

/** Looks at a page at rest: each call collects its garbage again and again, and counts what is left at the least. */
export async function watchMemory(page: Page): Promise<() => Promise<MemorySample>> {
  const client: CDPSession = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const startMs = performance.now();
  const valuesOf = async (): Promise<Omit<MemorySample, 'seconds'>> => {
    await client.send('HeapProfiler.collectGarbage');
    const { metrics } = await client.send('Performance.getMetrics');
    const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return {
      heapBytes: valueOf('JSHeapUsedSize'),
      nodes: valueOf('Nodes'),
      listeners: valueOf('JSEventListeners'),
    };
  };
  return async () => {
    const looks: Omit<MemorySample, 'seconds'>[] = [];
    const untilMs = performance.now() + LOOK_FOR_MS;
    do {
      looks.push(await valuesOf());
      await delay(LOOK_EVERY_MS);
    } while (performance.now() < untilMs);
    const least = (quantity: MemoryQuantity): number => Math.min(...looks.map((each) => each[quantity]));
    return {
      seconds: Math.round((performance.now() - startMs) / 1000),
      heapBytes: least('heapBytes'),
      nodes: least('nodes'),
      listeners: least('listeners'),
    };
  };
}

interface Blocks {
  readonly warmUpSeconds: number;
  readonly blockSeconds: number;
}

/** A sixth of the time is the warm-up, and there are fifteen blocks. */
export function blocksOf(samples: readonly MemorySample[]): Blocks {
  const seconds = samples.at(-1)?.seconds ?? 0;
  return { warmUpSeconds: Math.round(seconds / 6), blockSeconds: seconds / 15 };
}

/**
 * Whether each quantity is flat once the warm-up is over.
 *
 * The least of each block counts: what a frame has just left behind comes on top until the next collection finds it, while
 * what is held for good raises the least, too.
 */
export function judgeMemory(
  samples: readonly MemorySample[],
  { warmUpSeconds, blockSeconds }: Blocks,
): readonly MemoryVerdict[] {
  const counted = samples.filter(({ seconds }) => seconds >= warmUpSeconds);
  return (Object.keys(memoryQuantities) as MemoryQuantity[]).map((quantity) => {
    const rule: GrowthRule = memoryQuantities[quantity];
    const points = [...Map.groupBy(counted, ({ seconds }) => Math.floor(seconds / blockSeconds)).values()]
      .map((block) => block.toSorted((one, other) => one[quantity] - other[quantity])[0])
      .filter((sample) => sample !== undefined)
      .map((sample): Point => ({ x: sample.seconds, y: sample[quantity] }));
    return Object.assign({ quantity }, judgeGrowth(points, rule, blockSeconds));
  });
}
