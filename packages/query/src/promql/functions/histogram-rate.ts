import {
  addHistograms,
  compactHistogram,
  createHistogram,
  detectReset,
  type FloatHistogram,
  hasCustomBounds,
  reduceResolution,
  subtractHistograms,
} from '../histogram/index.ts';
import { messages, overlapDetail } from '../messages.ts';
import { metricName, type RangeReport, type RangeWindow } from './range-window.ts';
import { isStartReset, overlapsBefore } from './start-time.ts';

/**
 * Change from the first to the last histogram of a window, with what was counted before each reset.
 *
 * @param window with two histograms at least
 * @returns undefined when their buckets do not go together, which is said
 */
export function histogramIncrease(
  window: RangeWindow,
  isCounter: boolean,
  report: RangeReport,
): FloatHistogram | undefined {
  const { notes, position } = report;
  const points = window.series.histograms.slice(window.histogramFrom, window.histogramTo);
  const name = metricName(window);
  const [first, second] = points as [FloatHistogram, FloatHistogram];
  const last = points.at(-1)!;
  if (isCounter && points.some(({ counterReset }) => counterReset === 'gauge'))
    notes.warn(messages.notCounter(name), position);
  let start = first;
  // Nothing of the first one counts when a reset follows it, not even its buckets.
  if (isCounter && (startReset(window, 1) || detectReset(second, first))) {
    start = createHistogram({ schema: second.schema, customValues: second.customValues });
  }
  const custom = hasCustomBounds(start);
  const inner = isCounter ? points.slice(1, -1) : [];
  if ([last, ...inner].some((point) => hasCustomBounds(point) !== custom)) return mixed(name, report);
  const schema = Math.min(last.schema, start.schema, ...inner.map((point) => point.schema));
  const difference = subtractHistograms(custom ? last : reduceResolution(last, schema), start)!;
  if (difference.boundsReconciled) notes.info(messages.reconciledBounds('subtraction'), position);
  let { histogram } = difference;
  if (isCounter) {
    histogram = withResets(window, points, start, histogram, report);
  } else if (first.counterReset !== 'gauge' || last.counterReset !== 'gauge') {
    notes.warn(messages.notGauge(name), position);
  }
  return compactHistogram({ ...histogram, counterReset: 'gauge' });
}

/** Adds what each counter had come to before it began anew; all of them have custom bounds, or none. */
function withResets(
  window: RangeWindow,
  points: readonly FloatHistogram[],
  start: FloatHistogram,
  difference: FloatHistogram,
  { notes, position }: RangeReport,
): FloatHistogram {
  let total = difference;
  let before = start;
  let told = false;
  for (let index = 1; index < points.length; index += 1) {
    const point = points[index]!;
    if (!told && overlaps(window, index)) {
      notes.warn(messages.startTimeOverlap(metricName(window)), position, overlapDetail());
      told = true;
    }
    if (startReset(window, index) || detectReset(point, before)) {
      const sum = addHistograms(total, before)!;
      if (sum.boundsReconciled) notes.info(messages.reconciledBounds('addition'), position);
      total = sum.histogram;
    }
    before = point;
  }
  return total;
}

function startReset({ series, histogramFrom }: RangeWindow, index: number): boolean {
  const { histogramStartTimesMs: starts, histogramTimesMs: times } = series;
  const at = histogramFrom + index;
  return starts !== undefined && isStartReset(starts[at - 1]!, times[at - 1]!, starts[at]!, times[at]!);
}

function overlaps({ series, histogramFrom }: RangeWindow, index: number): boolean {
  const { histogramStartTimesMs: starts, histogramTimesMs: times } = series;
  const at = histogramFrom + index;
  return starts !== undefined && overlapsBefore(starts[at - 1]!, times[at - 1]!, starts[at]!);
}

function mixed(name: string, { notes, position }: RangeReport): undefined {
  notes.warn(messages.mixedSchemas(name), position);
  return undefined;
}
