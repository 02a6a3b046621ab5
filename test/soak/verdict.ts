import type { ResidentBytes } from './own-process.ts';
import { type Point, blockMeans, fitLine, mean } from './regression.ts';

/** What the instance that stays the whole time has, at one moment. */
export interface SoakSample {
  /** Since the start of the load [s]. */
  readonly seconds: number;
  /** After its garbage was collected. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** What the resident memory is made of. */
  readonly memory?: ResidentBytes & {
    readonly heapTotalBytes: number;
    readonly externalBytes: number;
    /** V8's space for new objects, of the main thread. */
    readonly youngBytes: number;
    /** Its other spaces. */
    readonly oldBytes: number;
  };
  /** Resident memory without V8's space for new objects. */
  readonly settledBytes: number;
  readonly descriptors: number;
  readonly listeners: number;
  /** Lines of its page of metrics that are samples. */
  readonly series: number;
  readonly spoolBytes: number;
}

/** What is looked at, and by how much it may grow from the end of the warm-up to the end: a part of its mean, or a number. */
export const quantities = {
  heapBytes: { title: 'heap after collection', unit: 'MB', scale: 1e6, growthRatio: 0.05 },
  settledBytes: {
    title: 'resident memory but for V8’s space for new objects',
    unit: 'MB',
    scale: 1e6,
    growthRatio: 0.1,
  },
  descriptors: { title: 'descriptors, without those of its clients', unit: '', scale: 1, growth: 3 },
  listeners: { title: 'listeners of the server and the process', unit: '', scale: 1, growth: 2 },
  series: { title: 'samples on /metrics', unit: '', scale: 1, growthRatio: 0.02 },
  // One segment of it, which leaves the disk as a whole.
  spoolBytes: { title: 'spool on disk', unit: 'MB', scale: 1e6, growth: 2 * 1_048_576 },
} as const;

export type Quantity = keyof typeof quantities;

export interface Verdict extends Growth {
  readonly quantity: Quantity;
}

/** How something grew over the time it was looked at. */
export interface Growth {
  readonly mean: number;
  /** By the fitted line, from the end of the warm-up to the end. */
  readonly growth: number;
  /** With a confidence of 95 %. */
  readonly growthRange: readonly [low: number, high: number];
  /** What the upper end of the range must not pass. */
  readonly bound: number;
  readonly isFlat: boolean;
  /** The fitted line, over seconds. */
  readonly slope: number;
  readonly intercept: number;
}

export interface SoakJudgement {
  readonly warmUpSeconds: number;
  readonly blockSeconds: number;
  readonly settlingSeconds: number;
  readonly incidents: readonly { readonly fromSeconds: number; readonly toSeconds: number }[];
}

/**
 * Whether each quantity is flat once the warm-up is over: the upper end of its growth, as far as can be told with a
 * confidence of 95 %, is within the bound. What waits during an incident is meant to wait, so the samples of incidents do
 * not count; that it has gone afterwards is what those after them show.
 *
 * @param warmUpSeconds samples before it do not count
 * @param blockSeconds samples of so long are taken as one
 * @param incidents samples in one of them, or up to `settlingSeconds` later, do not count
 */
export function judgeSoak(
  samples: readonly SoakSample[],
  { warmUpSeconds, blockSeconds, settlingSeconds, incidents }: SoakJudgement,
): readonly Verdict[] {
  const counted = samples.filter(
    ({ seconds }) =>
      seconds >= warmUpSeconds &&
      !incidents.some(
        ({ fromSeconds, toSeconds }) => seconds >= fromSeconds && seconds <= toSeconds + settlingSeconds,
      ),
  );
  return (Object.keys(quantities) as Quantity[]).map((quantity) => {
    const points = counted.map((sample): Point => ({ x: sample.seconds, y: sample[quantity] }));
    return Object.assign({ quantity }, judgeGrowth(points, quantities[quantity], blockSeconds));
  });
}

/** By how much a quantity may grow: a part of its mean, or a number. */
export type GrowthRule = { readonly growthRatio: number } | { readonly growth: number };

/**
 * Fits a line through what was measured and compares the upper end of its growth with the rule.
 *
 * @param points over seconds
 * @param blockSeconds points of so long are taken as one
 */
export function judgeGrowth(points: readonly Point[], rule: GrowthRule, blockSeconds: number): Growth {
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const { slope, intercept, slopeRange } = fitLine(blockMeans(points, blockSeconds));
  const average = mean(points.map(({ y }) => y));
  const bound = 'growth' in rule ? rule.growth : rule.growthRatio * average;
  const high = slopeRange[1] * span;
  return {
    mean: average,
    growth: slope * span,
    growthRange: [slopeRange[0] * span, high],
    bound,
    isFlat: high <= bound,
    slope,
    intercept,
  };
}
