import { type FloatHistogram, detectReset, equalHistograms } from '../../histogram/index.ts';
import { createMemorySeries } from '../../memory-series.ts';
import type { SeriesSource } from '../../source.ts';
import { type SavedSample, labelsKey } from '../rule-group/rule-io.ts';

type Value = SavedSample['value'];

/** The series of one test: those that it gives, and those that rules save. */
export interface TestStorage extends SeriesSource {
  /** @returns why a sample was refused; undefined when none was */
  save(samples: readonly SavedSample[]): string | undefined;
}

function sameValue(left: Value, right: Value): boolean {
  if (typeof left === 'object' && typeof right === 'object') return equalHistograms(left, right);
  return Object.is(left, right);
}

/**
 * A histogram as a database of Prometheus gives it back: it knows of a counter that it was not reset since the sample
 * before, and of the first sample after a reset, a gap or another kind of sample nothing.
 */
function asStored(histogram: FloatHistogram, before: Value | undefined): FloatHistogram {
  if (histogram.counterReset === 'gauge') return histogram;
  const follows =
    typeof before === 'object' && before.counterReset !== 'gauge' && !detectReset(histogram, before);
  return { ...histogram, counterReset: follows ? 'not-reset' : 'unknown' };
}

/**
 * Series in memory that refuse what a database of Prometheus refuses: a sample before the last one of its series, and
 * another value at the same time. That a series has ended is never refused: another rule may go on with it.
 */
export function createTestStorage(): TestStorage {
  const series = createMemorySeries();
  const lasts = new Map<string, { readonly timeMs: number; readonly value: Value }>();

  function append({ labels, timeMs, value }: SavedSample): string | undefined {
    const key = labelsKey(labels);
    const last = lasts.get(key);
    if (last !== undefined && timeMs <= last.timeMs) {
      if (value === 'stale') return undefined;
      if (timeMs < last.timeMs) return 'out of order sample';
      return sameValue(last.value, value) ? undefined : 'duplicate sample for timestamp';
    }
    lasts.set(key, { timeMs, value });
    if (value === 'stale') series.appendStale(labels, timeMs);
    else series.append(labels, timeMs, typeof value === 'number' ? value : asStored(value, last?.value));
    return undefined;
  }

  return {
    save(samples) {
      let refused: string | undefined;
      for (const sample of samples) refused = append(sample) ?? refused;
      return refused;
    },
    select: (matchers, range, signal) => series.select(matchers, range, signal),
  };
}
