import {
  addCompensated,
  addHistograms,
  divideHistogram,
  type FloatHistogram,
  hasOverflow,
  multiplyHistogram,
} from '../histogram/index.ts';
import { messages } from '../messages.ts';
import { metricName, type RangeReport, type RangeWindow } from './range-window.ts';

/** One at least. */
type Histograms = readonly [FloatHistogram, ...FloatHistogram[]];

/** What is said at the end of an aggregation, once, however many samples caused it. */
interface Seen {
  reset: boolean;
  notReset: boolean;
  reconciled: boolean;
}

/** Sum of the histograms of a window; undefined when their buckets do not go together. */
export function sumHistograms(window: RangeWindow, report: RangeReport): FloatHistogram | undefined {
  const [first, ...rest] = histogramsOf(window);
  const seen = createSeen(first);
  let sum = first;
  let compensation: FloatHistogram | undefined;
  for (const histogram of rest) {
    track(seen, histogram);
    const next = addCompensated(sum, compensation, histogram);
    if (next === undefined) return mixed(window, report);
    seen.reconciled ||= next.boundsReconciled;
    sum = next.histogram;
    compensation = next.compensation;
  }
  tell(seen, report);
  return compensation === undefined ? sum : addHistograms(sum, compensation)?.histogram;
}

/** Mean of the histograms of a window, by way of their sum as long as that is finite. */
export function averageHistograms(window: RangeWindow, report: RangeReport): FloatHistogram | undefined {
  const histograms = histogramsOf(window);
  const seen = createSeen(histograms[0]);
  for (const histogram of histograms) track(seen, histogram);
  const average = compensatedAverage(histograms, () => (seen.reconciled = true));
  if (average === undefined) return mixed(window, report);
  tell(seen, report);
  return average;
}

/** @param reconciled called when custom bounds had to be brought together */
export function compensatedAverage(
  [first, ...rest]: Histograms,
  reconciled: () => void,
): FloatHistogram | undefined {
  let total = first;
  let compensation: FloatHistogram | undefined;
  let incremental = false;
  let count = 1;
  for (const histogram of rest) {
    count += 1;
    if (!incremental) {
      const next = addCompensated(total, compensation, histogram);
      if (next === undefined) return undefined;
      if (next.boundsReconciled) reconciled();
      if (!hasOverflow(next.histogram)) {
        total = next.histogram;
        compensation = next.compensation;
        continue;
      }
      incremental = true;
      total = divideHistogram(total, count - 1);
      compensation = compensation && divideHistogram(compensation, count - 1);
    }
    const share = (count - 1) / count;
    const scaled = compensation && multiplyHistogram(compensation, share);
    const next = addCompensated(multiplyHistogram(total, share), scaled, divideHistogram(histogram, count));
    if (next === undefined) return undefined;
    if (next.boundsReconciled) reconciled();
    total = next.histogram;
    compensation = next.compensation;
  }
  const mean = incremental ? total : divideHistogram(total, count);
  if (compensation === undefined) return mean;
  return addHistograms(mean, incremental ? compensation : divideHistogram(compensation, count))?.histogram;
}

/** Of a window that has some. */
function histogramsOf({ series, histogramFrom, histogramTo }: RangeWindow): Histograms {
  return series.histograms.slice(histogramFrom, histogramTo) as [FloatHistogram, ...FloatHistogram[]];
}

function mixed(window: RangeWindow, { notes, position }: RangeReport): undefined {
  notes.warn(messages.mixedSchemas(metricName(window)), position);
  return undefined;
}

function createSeen(first: FloatHistogram): Seen {
  const seen = { reset: false, notReset: false, reconciled: false };
  track(seen, first);
  return seen;
}

function track(seen: Seen, { counterReset }: FloatHistogram): void {
  if (counterReset === 'reset') seen.reset = true;
  else if (counterReset === 'not-reset') seen.notReset = true;
}

function tell(seen: Seen, { notes, position }: RangeReport): void {
  if (seen.reset && seen.notReset) notes.warn(messages.resetCollision('aggregation'), position);
  if (seen.reconciled) notes.info(messages.reconciledBounds('aggregation'), position);
}
