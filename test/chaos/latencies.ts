import { median } from '../load/figures.ts';

/** Answered requests: when each was sent, since the slice began, and how long its answer took [ms]. */
export interface Latencies {
  readonly sentMs: readonly number[];
  readonly tookMs: readonly number[];
}

export interface P99 {
  /** Of all requests of a slice [ms]. */
  readonly ofSliceMs: number;
  /** Of each tenth of a second in it, and of those the median [ms]. */
  readonly ofTenthMs: number;
}

const TENTH_MS = 100;

/**
 * The 99th percentile of a slice lies where V8's collections begin to show, so that it jumps with whether there was one; a
 * tenth of a second mostly has none.
 */
export function p99Of({ sentMs, tookMs }: Latencies): P99 {
  const tenths = Map.groupBy(tookMs.keys(), (at) => Math.floor((sentMs[at] ?? 0) / TENTH_MS));
  return {
    ofSliceMs: p99(tookMs),
    ofTenthMs: median(
      [...tenths.values()].map((places) => p99(places.map((at) => tookMs[at] ?? Number.NaN))),
    ),
  };
}

/** To the microsecond. */
function p99(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.floor((sorted.length - 1) * 0.99)] ?? Number.NaN) * 1000) / 1000;
}
