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
  /** The part of it that is compiled code; undefined in what was measured before it was told apart. */
  readonly codeBytes?: number;
  /** The rest of it: what the page itself keeps. */
  readonly ownBytes?: number;
  /** Nodes of the DOM, those that are no longer in the page but are still held among them. */
  readonly nodes: number;
  readonly listeners: number;
}

/**
 * By how much each may grow from the end of the warm-up to the end. Rows and labels come and go with what is in sight, so that
 * nodes are given more than the heap. V8 goes on compiling for as long as it finds something that is worth it: there is an end
 * to that, but not within half an hour of a page that is used every thirty seconds.
 */
export const memoryQuantities = {
  heapBytes: { title: 'heap after collection', unit: 'MB', scale: 1e6, growthRatio: 0.05 },
  ownBytes: { title: 'heap without compiled code', unit: 'MB', scale: 1e6, growthRatio: 0.05 },
  codeBytes: { title: 'compiled code', unit: 'MB', scale: 1e6, growthRatio: 0.25 },
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

/** The parts of V8's snapshot of a heap that are read here. Source: v8/src/profiler/heap-snapshot-generator.cc */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly (string | readonly string[])[];
    };
  };
  /** The fields of all nodes, one node after the other. */
  readonly nodes: readonly number[];
}

/** What the heap of JavaScript is made of. What the browser keeps outside of it is `native`. */
async function heapParts(client: CDPSession): Promise<{ codeBytes: number; ownBytes: number }> {
  const chunks: string[] = [];
  const take = ({ chunk }: { readonly chunk: string }): void => void chunks.push(chunk);
  client.on('HeapProfiler.addHeapSnapshotChunk', take);
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  client.off('HeapProfiler.addHeapSnapshotChunk', take);
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, sizeAt] = [fields.indexOf('type'), fields.indexOf('self_size')];
  const names = types[typeAt] as readonly string[];
  const bytes = { codeBytes: 0, ownBytes: 0 };
  for (let at = 0; at < nodes.length; at += fields.length) {
    const name = names[nodes[at + typeAt] as number];
    if (name === 'native') continue;
    bytes[name === 'code' ? 'codeBytes' : 'ownBytes'] += nodes[at + sizeAt] as number;
  }
  return bytes;
}

/** Looks at a page at rest: each call collects its garbage again and again, and counts what is left at the least. */
export async function watchMemory(page: Page): Promise<() => Promise<MemorySample>> {
  const client: CDPSession = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const startMs = performance.now();
  type Look = Record<'heapBytes' | 'nodes' | 'listeners', number>;
  const valuesOf = async (): Promise<Look> => {
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
    const looks: Look[] = [];
    const untilMs = performance.now() + LOOK_FOR_MS;
    do {
      looks.push(await valuesOf());
      await delay(LOOK_EVERY_MS);
    } while (performance.now() < untilMs);
    const least = (quantity: keyof Look): number => Math.min(...looks.map((each) => each[quantity]));
    return {
      seconds: Math.round((performance.now() - startMs) / 1000),
      heapBytes: least('heapBytes'),
      ...(await heapParts(client)),
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
  const isToldApart = counted.every(({ ownBytes }) => ownBytes !== undefined);
  const without = isToldApart ? ['heapBytes'] : ['ownBytes', 'codeBytes'];
  const quantities = (Object.keys(memoryQuantities) as MemoryQuantity[]).filter(
    (quantity) => !without.includes(quantity),
  );
  return quantities.map((quantity) => {
    const rule: GrowthRule = memoryQuantities[quantity];
    // The very last look belongs to the last block, and is none of its own.
    const points = [
      ...Map.groupBy(counted, ({ seconds }) => Math.floor((seconds - 1) / blockSeconds)).values(),
    ].flatMap((block) =>
      block
        .map((sample): Point => ({ x: sample.seconds, y: sample[quantity] ?? 0 }))
        .toSorted((one, other) => one.y - other.y)
        .slice(0, 1),
    );
    return Object.assign({ quantity }, judgeGrowth(points, rule, blockSeconds));
  });
}
