import type { FloatHistogram } from '@sightline/query/promql';

/** About what a native histogram takes besides its buckets. */
const HISTOGRAM_BYTES = 300;

export interface HistogramSample {
  readonly timeMs: number;
  readonly histogram: FloatHistogram;
}

/** Native histograms by the numbers of their series, oldest first; most series have none. */
export interface Histograms {
  of(id: number): readonly HistogramSample[];
  append(id: number, timeMs: number, histogram: FloatHistogram): void;
  /** @returns how many went */
  dropBefore(id: number, momentMs: number): number;
  bytes(): number;
}

export function createHistograms(): Histograms {
  const lists = new Map<number, HistogramSample[]>();
  let bytes = 0;
  return {
    of: (id) => lists.get(id) ?? [],
    append(id, timeMs, histogram) {
      const list = lists.get(id);
      if (list === undefined) lists.set(id, [{ timeMs, histogram }]);
      else list.push({ timeMs, histogram });
      bytes += histogramBytes(histogram);
    },
    dropBefore(id, momentMs) {
      const list = lists.get(id);
      if (list === undefined) return 0;
      const left = list.findIndex(({ timeMs }) => timeMs >= momentMs);
      const gone = list.splice(0, left === -1 ? list.length : left);
      for (const { histogram } of gone) bytes -= histogramBytes(histogram);
      if (list.length === 0) lists.delete(id);
      return gone.length;
    },
    bytes: () => bytes,
  };
}

function histogramBytes({ positiveBuckets, negativeBuckets, customValues }: FloatHistogram): number {
  return HISTOGRAM_BYTES + 8 * (positiveBuckets.length + negativeBuckets.length + customValues.length);
}
