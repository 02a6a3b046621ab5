import {
  addHistograms,
  detectReset,
  type FloatHistogram,
  multiplyHistogram,
  subtractHistograms,
} from '../histogram/index.ts';
import { messages } from '../messages.ts';
import type { RangeReport } from './range-window.ts';

/** The value at a time between a sample and the next one, on a straight line; a counter that fell began at 0. */
export function interpolate(
  timesMs: Float64Array,
  values: Float64Array,
  index: number,
  timeMs: number,
  isCounter: boolean,
): number {
  const next = values[index + 1]!;
  const value = values[index]!;
  const from = isCounter && next < value ? 0 : value;
  const fromMs = timesMs[index]!;
  return from + ((next - from) * (timeMs - fromMs)) / (timesMs[index + 1]! - fromMs);
}

/**
 * The same of native histograms.
 *
 * @param before both with custom bounds or both without
 * @param timeMs between the two, and the time of neither
 */
export function interpolateHistograms(
  before: FloatHistogram,
  beforeMs: number,
  after: FloatHistogram,
  afterMs: number,
  timeMs: number,
  isCounter: boolean,
  { notes, position }: RangeReport,
): FloatHistogram {
  const share = (timeMs - beforeMs) / (afterMs - beforeMs);
  if (isCounter && detectReset(after, before)) return multiplyHistogram(after, share);
  const difference = subtractHistograms(after, before)!;
  if (difference.boundsReconciled) notes.info(messages.reconciledBounds('subtraction'), position);
  const result = addHistograms(multiplyHistogram(difference.histogram, share), before)!;
  if (result.boundsReconciled) notes.info(messages.reconciledBounds('addition'), position);
  return result.histogram;
}
