import type { SampleCounts } from '../store/sample-sink.ts';
import { timeText, type TakenTimes } from './taken-times.ts';

type Fate = keyof SampleCounts;

/** How many samples of a request were not taken, by the reason. */
export type RefusedSamples = { [Reason in Exclude<Fate, 'stored' | 'duplicates'>]?: number } & {
  /** Native histograms that are none, and what is wrong with the first. */
  invalid?: { readonly count: number; readonly problem: string };
};

/** Counts the sample where it was not taken. @returns whether it is kept */
export function isKept(fate: Fate, refused: RefusedSamples): boolean {
  if (fate === 'stored' || fate === 'duplicates') return true;
  refused[fate] = (refused[fate] ?? 0) + 1;
  return false;
}

/** What was not taken, and past which limit, in the words of Prometheus where it has some; undefined when all was. */
export function refusedText(refused: RefusedSamples, { oldestMs, newestMs }: TakenTimes): string | undefined {
  const { outOfOrder, tooOld, tooNew, refused: tooMany, invalid } = refused;
  const parts = [
    outOfOrder && `${outOfOrder} out of order sample: there is a newer one of the series`,
    tooOld && `${tooOld} out of bounds: before ${timeText(oldestMs)}, past what is kept (retentionMs)`,
    tooNew && `${tooNew} out of bounds: timestamp is too far in the future, after ${timeText(newestMs)}`,
    tooMany && `${tooMany} of more series than the bound allows (limits.series)`,
    invalid && `${invalid.count} invalid native histogram: ${invalid.problem}`,
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? undefined : `samples that were not taken: ${parts.join('; ')}`;
}
