/** The steps that spans are counted in: each from after one time to the next. */
export interface Intervals {
  /** Spans that start after it, since 1970 [ns]. */
  readonly startNs: bigint;
  /** And not after this. */
  readonly endNs: bigint;
  readonly stepNs: bigint;
  readonly count: number;
  readonly instant: boolean;
  /** The step of a time; -1 when it is in none. */
  of(timeNs: bigint): number;
  /** The time that a step is named by, its end, since 1970 [ms]. */
  timeMs(index: number): number;
}

const nanosecondsInMillisecond = 1_000_000n;

/** Whole steps that cover a range, with one more in front, as Tempo answers. */
export function rangeIntervals(startNs: bigint, endNs: bigint, stepNs: bigint): Intervals {
  const from = startNs - (startNs % stepNs);
  const to = endNs % stepNs === 0n ? endNs : endNs - (endNs % stepNs) + stepNs;
  // From 0 there is no step in front.
  const first = from > stepNs ? from - stepNs : from;
  return intervals(first, to, stepNs, false);
}

/** The whole range as one step. */
export function instantInterval(startNs: bigint, endNs: bigint): Intervals {
  return intervals(startNs, endNs, endNs - startNs, true);
}

function intervals(startNs: bigint, endNs: bigint, stepNs: bigint, instant: boolean): Intervals {
  return {
    startNs,
    endNs,
    stepNs,
    count: Number((endNs - startNs) / stepNs),
    instant,
    of(timeNs) {
      if (timeNs <= startNs || timeNs > endNs) return -1;
      return Number((timeNs - startNs - 1n) / stepNs);
    },
    timeMs: (index) => Number((startNs + (BigInt(index) + 1n) * stepNs) / nanosecondsInMillisecond),
  };
}

const secondNs = 1_000_000_000n;
/** Lengths that a step is a multiple of, from the longest range to the shortest. */
const granularitiesNs = [3_600n, 300n, 60n, 15n, 5n, 1n].map((seconds) => seconds * secondNs);
const shortGranularityNs = 50_000_000n;
/** Points that a range has when no step is given. */
const wantedPoints = 240n;

/** The step of a range for which none is given [ns]. */
export function defaultStepNs(startNs: bigint, endNs: bigint): bigint {
  const rangeNs = endNs - startNs;
  const wantedNs = rangeNs / wantedPoints;
  if (rangeNs < 60n * secondNs) {
    return wantedNs > shortGranularityNs ? wantedNs - (wantedNs % shortGranularityNs) : shortGranularityNs;
  }
  const granularityNs = granularitiesNs.find((each) => wantedNs > each);
  return granularityNs === undefined ? secondNs : wantedNs - (wantedNs % granularityNs);
}
